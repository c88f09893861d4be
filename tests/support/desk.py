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
from kiosk.desk.peer import Enrolment
from kiosk.domain.passcode import Factor
from kiosk.domain.visit import Event as VisitEvent
from kiosk.events import Event
from kiosk.ports.access import (
    Caller,
    Holder,
    LockedOut,
    Standing,
    WrongPasscode,
    WrongSecondFactor,
)
from kiosk.ports.reception import EntryIncomplete
from kiosk.ports.records import CheckUnknown

PATIENCE_S = 30.0
PASSCODE = "482915"
TWO_STEPS = "730461"
LOCKED = "000000"
MANNER = Manner(double_strike_s=0.4)
STAFF = Holder(Standing.STAFF, "staff-1")


@dataclass
class Gate:
    """Knows one member of staff, who has two passcodes; remembers the audit."""

    noted: list[tuple[Event, str, str, str, str]] = field(default_factory=list)

    def knock(self, passcode: str, caller: Caller) -> tuple[Holder, Factor]:
        if passcode == LOCKED:
            raise LockedOut(30)
        if passcode not in {PASSCODE, TWO_STEPS} or STAFF.standing not in caller.standings:
            raise WrongPasscode
        return STAFF, Factor.TOTP if passcode == TWO_STEPS else Factor.NONE

    def prove(self, holder: Holder, code: str, caller: Caller) -> None:
        assert holder == STAFF
        assert caller.who.startswith("uid:")
        if code != "123123":
            raise WrongSecondFactor

    def note(
        self, event: Event, who: str, where: str, *, what: str = "", check_id: str = ""
    ) -> None:
        self.noted.append((event, who, where, what, check_id))


@dataclass
class House:
    """A core without a kiosk: remembers events, answers by rote."""

    is_simulated: bool = True
    language: str = "ja"
    manner: Manner = MANNER
    events: queue.Queue[VisitEvent] = field(default_factory=queue.Queue)
    may_go_on: threading.Event = field(default_factory=threading.Event)
    gate: Gate = field(default_factory=Gate)
    staff_logins: int = 0
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    entered: list[dict[str, Any]] = field(default_factory=list)

    def happen(self, event: VisitEvent) -> None:
        self.events.put(event)

    def enter(self, presentation: Mapping[str, Any]) -> None:
        if "insurer_number" not in presentation:
            raise EntryIncomplete
        self.entered.append(dict(presentation))

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        if query in self.documents:
            return self.documents[query]
        if query == "slow":
            self.may_go_on.wait(PATIENCE_S)
        if query == "broken":
            raise RuntimeError("山田")
        if "month" in about and not isinstance(about["month"], str):
            raise BadMessage("month")
        if about.get("month") == "none":
            raise CheckUnknown
        return {"query": query, "blob": "x" * int(about.get("size", 0))}

    def enrol(self, enrolment: Enrolment, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        return {"query": query, "holder": str(enrolment.holder), **about}

    def staff_came(self) -> None:
        self.staff_logins += 1

    def next_event(self) -> VisitEvent:
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
