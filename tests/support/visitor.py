"""Somebody at a front: what they press, and what the desk tells them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from kiosk.desk.link import Link
from kiosk.desk.messages import (
    VERSION,
    Ask,
    Chosen,
    Claim,
    Condition,
    Failed,
    Happened,
    Hello,
    Login,
    Message,
    Pressed,
    Reply,
    Typed,
)
from kiosk.desk.values import unpack
from kiosk.phrasebook import Phrasebook
from kiosk.phrasebook.tells import utterances

PATIENCE_S = 30.0
JA = Phrasebook.load("ja")


class Visitor:
    """A front that has the visit.

    Args:
        link: to the core.
        claims: False = it only looks on.
        patience_s: how long it waits for each word.
    """

    def __init__(self, link: Link, *, claims: bool = True, patience_s: float = PATIENCE_S) -> None:
        self.link = link
        self._patience_s = patience_s
        self.condition: Condition | None = None
        self.happened: list[Happened] = []
        self._unread: deque[Happened] = deque()
        self.requests = 0
        link.send(Hello(VERSION, "screen"))
        if claims:
            assert isinstance(self.ask(Claim), Reply)

    def ask(self, make: Callable[[int], Message]) -> Reply | Failed:
        """Send a request and give its answer; what happens meanwhile is kept."""
        self.requests += 1
        self.link.send(make(self.requests))
        while True:
            message = self._next()
            if isinstance(message, Reply | Failed) and message.id == self.requests:
                return message

    def query(self, name: str, **about: object) -> dict[str, Any]:
        """The document of a query; fails where it is not answered."""
        reply = self.ask(lambda number: Ask(number, name, about))
        assert isinstance(reply, Reply), reply
        return reply.document

    def log_in(self, passcode: str) -> None:
        """As staff."""
        reply = self.ask(lambda number: Login(number, passcode))
        assert isinstance(reply, Reply)

    def press(self, key: str = "any") -> None:
        self.link.send(Pressed(key))

    def choose(self, choice: int) -> None:
        self.link.send(Chosen(choice))

    def type_pin(self, pin: str) -> None:
        self.link.send(Typed(pin))

    def until(self, phrase: str) -> list[str]:
        """Every phrase told up to this one; a mark for the other effects."""
        return self._until(lambda each: each == phrase)

    def until_any(self, *phrases: str) -> str:
        """The first of these that is told."""
        return self._until(lambda each: each in phrases)[-1]

    def until_forgotten(self) -> list[str]:
        """Every phrase told until all is wiped."""
        return self._until(lambda each: each == "<forget>")

    def until_condition(self, is_so: Callable[[Condition], bool]) -> Condition:
        """The first condition that is so."""
        while self.condition is None or not is_so(self.condition):
            self._next()
        return self.condition

    def words(self, phrase: str) -> str:
        """How the latest tell of a phrase reads."""
        each = next(each for each in reversed(self.happened) if each.phrase == phrase)
        lines = utterances(each.phrase, unpack(each.values), JA)
        return "".join(line.read for line in lines)

    def _until(self, is_it: Callable[[str], bool]) -> list[str]:
        seen: list[str] = []
        ends_at = time.monotonic() + 2 * self._patience_s
        while True:
            # A visit that waits for its visitor goes on telling so: each word alone is in time.
            assert time.monotonic() < ends_at, f"only these were told: {seen}"
            while not self._unread:
                self._next()
            message = self._unread.popleft()
            seen.append(message.phrase or f"<{message.effect}>")
            if is_it(seen[-1]):
                return seen

    def _next(self) -> Message:
        message = self.link.receive(self._patience_s)
        assert message is not None, f"nothing came after {[each.phrase for each in self.happened]}"
        if isinstance(message, Condition):
            self.condition = message
        if isinstance(message, Happened):
            self.happened.append(message)
            self._unread.append(message)
        return message
