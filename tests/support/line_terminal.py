"""A front in line mode before a desk in this process, with a hand at its keyboard."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from kiosk.desk.counter import Counter
from kiosk.desk.link import Link
from kiosk.desk.local import LocalLink
from kiosk.desk.messages import Condition, CoreUnreachable
from kiosk.domain.visit import Approached, Effect, Event
from kiosk.line.front import LineFront
from kiosk.line.keyboard import Keyboard
from kiosk.phrasebook import Phrasebook
from tests.support.desk import House

SOON_S = 30.0
ALL_WELL = Condition(line=True, reader=True, waiting=0, clock=True)


class Paper:
    """Where lines are written; one can wait for words."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.text = ""

    def writelines(self, lines: Iterator[str]) -> None:
        with self._changed:
            self.text += "".join(lines)

    def flush(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, words: str, count: int = 1) -> None:
        with self._changed:
            there = self._changed.wait_for(lambda: self.text.count(words) >= count, SOON_S)
        assert there, f"{words!r} is not {count} times in:\n{self.text}"


@dataclass
class Terminal:
    """A front in line mode with a hand at its keyboard."""

    house: House
    counter: Counter
    paper: Paper = field(default_factory=Paper)
    status: queue.Queue[int] = field(default_factory=queue.Queue)
    keys: int = -1
    is_down: bool = False
    stream: TextIO | None = None

    def link(self) -> Link:
        if self.is_down:
            raise CoreUnreachable
        return LocalLink(self.counter)

    def begin(self) -> None:
        reading, self.keys = os.pipe()
        self.begin_at(os.fdopen(reading, encoding="utf-8", errors="replace"))

    def begin_at(self, stream: TextIO) -> None:
        self.stream = stream
        front = LineFront(self.link, Phrasebook.load("ja"), Keyboard(stream), self.paper)  # type: ignore[arg-type]
        threading.Thread(target=lambda: self.status.put(front.run()), name="front").start()

    def close(self) -> None:
        if self.keys >= 0:
            os.close(self.keys)
        for each in threading.enumerate():
            if each.name in {"front", "keyboard", "link"}:
                each.join(SOON_S)
        if self.stream is not None:
            self.stream.close()

    def enter(self, *lines: str) -> None:
        os.write(self.keys, "".join(f"{line}\n" for line in lines).encode())

    def hang_up(self) -> int:
        os.close(self.keys)
        self.keys = -1
        return self.ended()

    def ended(self) -> int:
        return self.status.get(timeout=SOON_S)

    def effects(self, *effects: Effect) -> None:
        for each in effects:
            self.counter.happened(each)

    def events(self, *kinds: type) -> None:
        for kind in kinds:
            self.event(kind)

    def event(self, kind: type) -> Event:
        """The next one; every key of a visit buys time, which is an event of its own."""
        heard = self.house.next_event()
        while isinstance(heard, Approached) and kind is not Approached:
            heard = self.house.next_event()
        assert type(heard) is kind
        return heard
