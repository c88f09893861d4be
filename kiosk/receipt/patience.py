"""How long the listener waits for who connects, and how much of it one address may have.

uvicorn waits for a request for ever: a few dozen connections that say nothing, from one machine of
the clinic's network, would keep every receipt computer out.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

REQUEST_S = 15.0
"""A request is whole within this, from the connection or from the answer before it."""
MOST_OF_ONE_ADDRESS = 16


class PatientProtocol(H11Protocol):
    """HTTP/1.1 to a peer that may be slow, or mean no good.

    Args:
        request_s: a request is whole within this.
        named: as uvicorn has them.
    """

    def __init__(self, request_s: float, **named: Any) -> None:  # noqa: ANN401 - as uvicorn has them
        super().__init__(**named)
        self._request_s = request_s
        self._waits_since = self.loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn's
        """As asyncio has it."""
        super().connection_made(transport)
        if sum(_address(each) == _address(self) for each in self.connections) > MOST_OF_ONE_ADDRESS:
            transport.abort()
            return
        self._waits_since = self.loop.time()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio has it."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """As uvicorn has it."""
        self._waits_since = self.loop.time()
        super().on_response_complete()

    def _look(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        is_theirs = cycle is None or cycle.response_complete or cycle.more_body
        left_s = self._waits_since + self._request_s - self.loop.time()
        if is_theirs and left_s <= 0:
            self.transport.abort()
            return
        self._timer = self.loop.call_later(max(left_s, self._request_s / 4), self._look)


def _address(connection: object) -> str:
    client = cast("H11Protocol", connection).client
    return client[0] if client else ""
