"""Server-sent events: "there is something new", and nothing else; the computer then asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from kiosk.errors import KioskError

LOOK_S = 1.0
"""The desk has no event for this front: it is asked, which costs one look at an index."""
BEAT_S = 15.0
"""A comment so often: whoever went silently is found out by it."""


class EventStream:
    """Tells computers that listen.

    Args:
        ask: a question to the desk.
    """

    def __init__(self, ask: Callable[..., dict[str, Any]]) -> None:
        self._ask = ask

    def response(self, after: str, request: Request) -> StreamingResponse:
        """A stream for one computer.

        Args:
            after: its cursor; each event means that there is something past it.
            request: to see it go.
        """
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(
            self._events(after, request), media_type="text/event-stream", headers=headers
        )

    async def _events(self, after: str, request: Request) -> AsyncIterator[str]:
        """One event when something is there; the computer comes again with its new cursor."""
        silent_s = 0.0
        yield ": madoguchi\n\n"
        while not await request.is_disconnected():
            try:
                news = await run_in_threadpool(self._ask, "receipt_news", after=after)
            except KioskError:
                return
            if news["news"]:
                data = json.dumps({"after": after, "simulated": news["simulated"]})
                yield f"event: results\ndata: {data}\n\n"
                return
            await asyncio.sleep(LOOK_S)
            silent_s += LOOK_S
            if silent_s >= BEAT_S:
                silent_s = 0.0
                yield ": \n\n"
