"""Requests to the desk and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.messages import Failed, Message, Reply

CLAIM_AGAIN_S = 5.0
"""Another front has the visit: so long until it is asked for again."""
Answer = Reply | Failed
Send = Callable[[Message], None]


class Requests:
    """Numbers requests and hands each answer to whoever asked.

    Args:
        send: takes a message to the core; does not raise.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: dict[int, Callable[[Answer], None]] = {}
        self._last = 0

    @property
    def are_open(self) -> bool:
        """An answer is waited for."""
        return bool(self._waiting)

    def ask(self, make: Callable[[int], Message], then: Callable[[Answer], None]) -> None:
        """Send a request.

        Args:
            make: the message, given its id.
            then: gets the answer; never called if the line breaks or the request is dropped.
        """
        self._last += 1
        self._waiting[self._last] = then
        self._send(make(self._last))

    def answered(self, answer: Answer) -> bool:
        """Hand an answer on; False when nobody waits for it."""
        then = self._waiting.pop(answer.id, None)
        if then is not None:
            then(answer)
        return then is not None

    def drop(self) -> None:
        """Whoever asked has gone; an answer that comes still reaches nobody."""
        self._waiting.clear()
