"""Who is logged in at the desk, for how long, and what the audit hears of it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from kiosk.desk.messages import NotAllowed, Reach, Role, Session
from kiosk.desk.peer import Enrolment, Peer
from kiosk.domain.passcode import Factor
from kiosk.domain.patience import WARNING_S
from kiosk.errors import KioskError, StoreError
from kiosk.events import Event
from kiosk.ports.access import Caller, Holder, Standing

_UNAUDITED = frozenset({Reach.VISITOR, Reach.BOX, Reach.NEWS})
_ORDERS = frozenset(
    {
        "sync",
        "retry",
        "purge",
        "copy_gone",
        "annul",
        "correct",
        "reception",
        "by_hand",
        "resolve",
        "set",
    }
    | {"receipt_on", "receipt_off", "receipt_pair", "receipt_revoke"}
    | {"second_begin", "second_prove", "second_key", "second_forget"}
    | {"adoption_done", "adoption_undo", "adoption_site", "promoted"}
)
_MAINTENANCE: Mapping[str, Event] = {
    "bundle": Event.MAINTAINED_REMOTELY,
    "update": Event.MAINTAINED_REMOTELY,
    "upkeep": Event.MAINTAINED_REMOTELY,
    "repair": Event.MAINTAINED_REMOTELY,
    "settings_backup": Event.SETTINGS_BACKED_UP,
    "settings_restore": Event.SETTINGS_RESTORED,
}
"""No patient data, but a technician's hand: a bundle, another program, closed for work, mended."""
_DONE: Mapping[str, Event] = {
    "annul": Event.CHECK_ANNULLED,
    "correct": Event.CHECK_CORRECTED,
    "resolve": Event.FOLLOW_UP_RESOLVED,
    "set": Event.SETTINGS_CHANGED,
    "receipt_on": Event.SETTINGS_CHANGED,
    "receipt_off": Event.SETTINGS_CHANGED,
    "adoption_done": Event.CHECKLIST_CHANGED,
    "adoption_undo": Event.CHECKLIST_CHANGED,
    "adoption_site": Event.CHECKLIST_CHANGED,
    "promoted": Event.CHECKLIST_CHANGED,
}
_HANDED: Mapping[str, Event] = {
    "export": Event.EXPORTED,
    "export_written": Event.EXPORTED,
    "copied": Event.COPIED,
    "answer_call": Event.CALL_ANSWERED,
}
_TOLD = frozenset({"export", "copied"})
"""What changes nothing but hands an answer over."""
FORMS = frozenset({"json", "csv", "oqs", "copied", "qr", "list-csv", "list-pdf"})
"""Forms a result leaves the kiosk in, as the audit names them."""
_CLOSES = {True: "closed", False: "open"}
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_OPEN_TO: Mapping[Role, frozenset[Standing]] = {
    Role.STAFF: frozenset(Standing),
    Role.TECHNICIAN: frozenset({Standing.TECHNICIAN}),
}
"""By how far a uid reaches: whose passcodes are heard from it at all."""


class Gate(Protocol):
    """Judges passcodes and keeps the audit: ``kiosk.usecases.access.Gate``."""

    def knock(self, passcode: str, caller: Caller) -> tuple[Holder, Factor]:
        """The first step of a login; with Factor.NONE it was the last.

        Raises:
            LockedOut, WrongPasscode, NoPasscode: nobody came in.
        """

    def prove(self, holder: Holder, code: str, caller: Caller) -> None:
        """The second step.

        Raises:
            LockedOut, WrongSecondFactor, SecondFactorNeedsClock, NoSecurityKey: likewise.
        """

    def note(
        self, event: Event, who: str, where: str, *, what: str = "", check_id: str = ""
    ) -> None:
        """Write a row of the audit; durable when it returns."""


class Sessions:
    """Logins of the peers of one counter.

    Args:
        gate: judges.
        idle_s: a session nobody uses for so long ends.
        lock: of the counter, for what its threads share.
        now: seconds, only forward.
    """

    def __init__(
        self,
        gate: Gate,
        idle_s: float,
        lock: threading.RLock,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gate = gate
        self._idle_s = idle_s
        self._lock = lock
        self._now = now

    def log_in(self, peer: Peer, passcode: str) -> dict[str, Any]:
        """The first step: ``{"role", "second"}``; ``second`` is the factor owed, or null."""
        if peer.highest not in _OPEN_TO:
            raise NotAllowed
        holder, factor = self._gate.knock(passcode, _caller(peer))
        with self._lock:
            if factor is Factor.NONE:
                return self._admit(peer, holder)
            peer.knocked = holder
        return {"role": peer.role.value, "second": factor.value}

    def prove(self, peer: Peer, code: str) -> dict[str, Any]:
        """The second step, as ``log_in``; one try, then it is the passcode again."""
        with self._lock:
            holder, peer.knocked = peer.knocked, None
        if holder is None:
            raise NotAllowed
        self._gate.prove(holder, code, _caller(peer))
        with self._lock:
            return self._admit(peer, holder)

    def _admit(self, peer: Peer, holder: Holder) -> dict[str, Any]:
        peer.holder, peer.role, peer.knocked = holder, Role(holder.standing.value), None
        peer.enrolment = Enrolment(holder, _caller(peer))
        self.touch(peer)
        return {"role": peer.role.value, "second": None}

    def log_out(self, peer: Peer, *, event: Event = Event.LOGGED_OUT) -> None:
        """End a session; nothing where there is none."""
        with self._lock:
            was, who = peer.holder, peer.who
            peer.holder = peer.knocked = None
            if peer.enrolment is not None:
                peer.enrolment.drop()
                peer.enrolment = None
            peer.role, peer.is_warned = Role.VISITOR, False
        if was is not None:
            self._gate.note(event, who, peer.front)

    def touch(self, peer: Peer) -> None:
        """Its time begins anew."""
        peer.touched_at, peer.is_warned = self._now(), False

    def tend(self, peers: Iterable[Peer]) -> None:
        """Warn those whose time is nearly over, and end those whose time is."""
        for peer in peers:
            left = self._idle_s - (self._now() - peer.touched_at)
            if peer.holder is None or left > WARNING_S:
                continue
            if left <= 0:
                self.log_out(peer, event=Event.SESSION_LOCKED)
                peer.send(Session(peer.role.value, 0))
            elif not peer.is_warned:
                peer.is_warned = True
                # However late one looked, they have all of the warning.
                peer.touched_at = self._now() - (self._idle_s - WARNING_S)
                peer.send(Session(peer.role.value, int(WARNING_S)))

    def recorded(
        self,
        peer: Peer,
        query: str,
        reach: Reach,
        about: Mapping[str, Any],
        answer: Callable[[], dict[str, Any]],
    ) -> dict[str, Any]:
        """Answer a question, or carry an order out, on record."""
        asked = Asked(peer.who, peer.front, query, reach, about)
        return recorded(self._gate, asked, answer)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or an order.

    Args:
        who: a holder, "uid:1000".
        where: the door.
        query: its name.
        reach: who may ask.
        about: its parameters.
    """

    who: str
    where: str
    query: str
    reach: Reach
    about: Mapping[str, Any]

    @property
    def event(self) -> Event | None:
        """As the audit names it; None = it is no row."""
        if self.query in _MAINTENANCE:
            return _MAINTENANCE[self.query]
        if self.query in _ORDERS:
            # The further pages of a round, and what would be purged, change nothing.
            about = self.about
            changes = about.get("after") is None and about.get("dry_run") is not True
            return Event.ORDERED if changes else None
        return None if self.reach in _UNAUDITED else _HANDED.get(self.query, Event.LOOKED)

    @property
    def is_told(self) -> bool:
        """It changes nothing: what leaves the kiosk is its answer."""
        return self.query in _TOLD or self.event is Event.LOOKED

    @property
    def what(self) -> str:
        """Its name and those of its parameters that hold nothing of a patient."""
        month, form = self.about.get("month"), self.about.get("form")
        is_month = isinstance(month, str) and _MONTH.fullmatch(month)
        closes = self.about.get("closed") if self.query == "upkeep" else None
        parts = [self.query, *([month] if is_month else []), *([form] if form in FORMS else [])]
        parts += [_CLOSES[closes]] if isinstance(closes, bool) else []
        return ":".join(map(str, parts))


def recorded(gate: Gate, asked: Asked, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Answer with a row of the audit that is durable before anybody hears the answer.

    An order is a row before it is carried out, for it may be cut off; what only tells is one once
    there is something to tell, or the row would name as handed over what was refused. What is
    refused is a row ``refused`` with the code.

    Args:
        gate: keeps the audit.
        asked: what, by whom.
        answer: does it.

    Raises:
        KioskError: as ``answer``; of the store where it takes no row: nothing is told then.
    """
    event = asked.event
    note = partial(gate.note, who=asked.who, where=asked.where, check_id=_check_id(asked.about))
    if event is not None and not asked.is_told:
        note(event, what=asked.what)
    try:
        document = answer()
    except KioskError as error:
        if event is not None:
            # Where no row can be kept they are told no all the same, and why.
            with suppress(StoreError):
                note(Event.REFUSED, what=f"{asked.what}:{error.code}")
        raise
    if event is not None and asked.is_told:
        note(event, what=asked.what)
    if asked.query in _DONE:
        note(_DONE[asked.query], what=_changed(asked.query, asked.about))
    return document


def _changed(query: str, about: Mapping[str, Any]) -> str:
    """What an order of ``_DONE`` has changed."""
    match query:
        case "set":
            what = f"{about.get('name')}:{about.get('value')}"
        case "receipt_on" | "receipt_off":
            what = f"receipt.{about.get('way')}:{query.removeprefix('receipt_')}"
        case "resolve":
            what = str(about["resolution"])
        case "adoption_done" | "adoption_undo":
            what = f"{about['step']}:{query.removeprefix('adoption_')}"
        case "adoption_site":
            what = f"site:{about.get('kind', '')}"
        case "promoted":
            what = f"{about['deed']}:{about['count']}"
        case _:
            what = str(about["reason"])
    return what


def _check_id(about: Mapping[str, Any]) -> str:
    check_id = about.get("check_id")
    return check_id if isinstance(check_id, str) else ""


def _caller(peer: Peer) -> Caller:
    return Caller(
        peer.front, f"uid:{peer.uid}", _OPEN_TO[peer.highest],
        is_technician=peer.highest is Role.TECHNICIAN,
    )  # fmt: skip
