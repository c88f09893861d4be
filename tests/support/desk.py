"""A desk with a small house behind it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kiosk.desk.client import SocketLink
from kiosk.desk.counter import Counter
from kiosk.desk.link import Link
from kiosk.desk.manner import Manner
from kiosk.desk.messages import BadMessage, Message, Role
from kiosk.domain.visit import Event
from kiosk.ports.records import CheckUnknown

PATIENCE_S = 10.0
PASSCODE = "staff-word"
MANNER = Manner(double_strike_s=0.4)


@dataclass
class House:
    """A core without a kiosk: remembers events, answers by rote."""

    is_simulated: bool = True
    language: str = "ja"
    manner: Manner = MANNER
    events: queue.Queue[Event] = field(default_factory=queue.Queue)
    gate: threading.Event = field(default_factory=threading.Event)

    def happen(self, event: Event) -> None:
        self.events.put(event)

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        if query == "slow":
            self.gate.wait(PATIENCE_S)
        if query == "broken":
            raise RuntimeError("山田")
        if "month" in about and not isinstance(about["month"], str):
            raise BadMessage("month")
        if about.get("month") == "none":
            raise CheckUnknown
        return {"query": query, "blob": "x" * int(about.get("size", 0))}

    def role_for(self, passcode: str) -> Role | None:
        return Role.STAFF if passcode == PASSCODE else None

    def next_event(self) -> Event:
        return self.events.get(timeout=PATIENCE_S)

    def is_quiet(self) -> bool:
        return self.events.empty()


@dataclass
class Desk:
    """The counter with its socket."""

    house: House
    counter: Counter
    path: Path
    highest: dict[int, Role]

    def link(self) -> SocketLink:
        return SocketLink(self.path)


Heard = TypeVar("Heard", bound=Message)


def hear(link: Link, kind: type[Heard]) -> Heard:
    """The next message of a kind; others on the way are skipped."""
    while True:
        message = link.receive(PATIENCE_S)
        assert message is not None, f"no {kind.__name__} came"
        if isinstance(message, kind):
            return message
