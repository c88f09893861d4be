"""What a staff session may order: how visits are received, checks by hand, decisions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from kiosk.core.checking import Checker
from kiosk.core.parts import Parts
from kiosk.core.visits import VisitLoop
from kiosk.desk.messages import BadMessage, Busy, Reach
from kiosk.domain.dates import day_in_japan
from kiosk.domain.patience import Turn, Wait
from kiosk.domain.reception import Attendance, Identify, Reception
from kiosk.domain.treatment import Place, Treatment
from kiosk.domain.visit import Phase
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from kiosk.ports.follow_ups import Resolution
from kiosk.ports.reception import PracticeUnderWay
from kiosk.usecases.by_hand import by_hand_of, treated_on_of
from kiosk.usecases.documents import check_document, outcome_part
from kiosk.usecases.follow_up import Standing
from kiosk.usecases.practice import LASTS_S, Rehearsal

STAFF_ORDERS: Mapping[str, Reach] = {
    "reception": Reach.STAFF,
    "by_hand": Reach.STAFF,
    "resolve": Reach.STAFF,
    "answer_call": Reach.STAFF,
    "upkeep": Reach.TECHNICIAN,
}
"""By name: who may give them."""
_RECEPTION_KEYS = frozenset({"attendance", "identify", "place", "treated_on", "practice"})

PRACTICE, UPKEEP = "practice", "upkeep"
"""What the notices of their beginning and end are about."""

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Seats:
    """What the orders act on.

    Args:
        parts: of the core.
        visits: the thread of the visit.
        checker: asks.
        rehearsal: plays practice visits.
        call: the staff are wanted, or no longer.
    """

    parts: Parts
    visits: VisitLoop
    checker: Checker
    rehearsal: Rehearsal
    call: Callable[..., object]


class StaffOrders:
    """Carries out the orders of staff sessions.

    Args:
        seats: what they act on.
        now: seconds, only forward.
    """

    def __init__(self, seats: Seats, now: Callable[[], float] = time.monotonic) -> None:
        self._seats = seats
        self._now = now
        self._practice = Wait(LASTS_S)
        self._changing = threading.Lock()

    def carry_out(self, order: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of an order of STAFF_ORDERS.

        Args:
            order: its name.
            about: of ``reception`` any of ``attendance``, ``identify``, ``place``, ``treated_on``
                (of the next check; null = today) and ``practice``, none of them only reports; of
                ``by_hand`` ``presentation``, ``treated_on``, ``place`` and ``follow_up_id``; of
                ``resolve`` ``follow_up_id``, ``resolution`` and ``choice``; of ``upkeep``
                ``closed``.

        Raises:
            BadMessage: a parameter is not of its form.
            Busy: practice, or a closed reception, while somebody is served.
            PracticeUnderWay: a real check while there is practice.
            InsurerNumberWrong, BirthDateWrong, TreatmentDateWrong, EntryIncomplete: as typed it
                cannot be asked.
            NothingToResolve: no such matter.
            StoreError: as the store says.
        """
        match order:
            case "reception":
                with self._changing:
                    return self._receive(about)
            case "by_hand":
                return self._by_hand(about)
            case "resolve":
                return self._resolve(about)
            case "upkeep":
                with self._changing:
                    return self._close(about.get("closed"))
            case _:
                self._seats.call(is_called=False)
                return {}

    def tend(self) -> None:
        """Warn of the end of a practice, then end it; to be called every few seconds."""
        with self._changing:
            now_s, turns_at_s = self._now(), self._practice.turns_at_s
            if turns_at_s is None or not (self._practice.is_warned or now_s >= turns_at_s):
                return
            if self._seats.visits.phase is not Phase.RESTING:
                # A key began another one: somebody practises still.
                self._practice.begin(now_s)
                return
            turn = self._practice.look(now_s)
            if turn is Turn.WARNS:
                self._seats.visits.announce(PRACTICE, tell(Phrase.PRACTICE_SOON))
            elif turn is Turn.ENDS:
                self._practise(is_practice=False)

    # -- how visits are received -------------------------------------------------------------

    def _receive(self, about: Mapping[str, Any]) -> dict[str, Any]:
        if not about.keys() <= _RECEPTION_KEYS:
            raise BadMessage("reception")
        visits = self._seats.visits
        is_practice = about.get("practice")
        if isinstance(is_practice, bool) and is_practice is not visits.reception.is_practice:
            self._practise(is_practice=is_practice)
        if about.keys() - {"practice"}:
            chosen = self._chosen(visits.reception, about)
            self._seats.parts.book.choose(chosen)
            visits.change(chosen)
        return _reception_document(visits.reception)

    def _practise(self, *, is_practice: bool) -> None:
        visits = self._seats.visits
        if is_practice and visits.phase is not Phase.RESTING:
            raise Busy
        self._seats.rehearsal.begin()
        if is_practice:
            self._practice.begin(self._now())
        else:
            self._practice.stop()
        visits.change(replace(visits.reception, is_practice=is_practice))
        said = Phrase.PRACTICE_BEGUN if is_practice else Phrase.PRACTICE_OVER
        visits.announce(PRACTICE, tell(said))

    def _chosen(self, reception: Reception, about: Mapping[str, Any]) -> Reception:
        treatment = Treatment(
            _day(about["treated_on"]) if "treated_on" in about else reception.treatment.on,
            _word(Place, about, "place", reception.treatment.place),
        )
        treated_on_of(treatment, self._seats.parts.asking.clock)
        return replace(
            reception,
            attendance=_word(Attendance, about, "attendance", reception.attendance),
            identify=_word(Identify, about, "identify", reception.identify),
            treatment=treatment,
        )

    # -- while a technician works on the box -------------------------------------------------

    def _close(self, is_closed: object) -> dict[str, Any]:
        """No visit begins until it is opened; one under way is not cut off. The desk ends it."""
        if not isinstance(is_closed, bool):
            raise BadMessage("closed")
        visits = self._seats.visits
        was_closed = visits.reception.is_closed
        if is_closed and visits.phase is not Phase.RESTING:
            raise Busy
        if is_closed is not was_closed:
            visits.change(replace(visits.reception, is_closed=is_closed))
            said = Phrase.UPKEEP_CLOSED if is_closed else Phrase.UPKEEP_OPEN
            visits.announce(UPKEEP, tell(said))
        return {"closed": is_closed}

    # -- checks and decisions ----------------------------------------------------------------

    def _by_hand(self, about: Mapping[str, Any]) -> dict[str, Any]:
        if self._seats.visits.reception.is_practice:
            raise PracticeUnderWay
        typed = about.get("presentation")
        if not isinstance(typed, dict):
            raise BadMessage("presentation")
        presentation = by_hand_of(typed, day_in_japan(self._seats.parts.asking.clock.now()))
        treatment = Treatment(
            _day(about.get("treated_on")), _word(Place, about, "place", Place.CLINIC)
        )
        follow_up_id = str(about.get("follow_up_id") or "")
        check, outcome, since, standing = self._seats.checker.by_hand(
            presentation, treatment, follow_up_id
        )
        document = check_document(check.check_id, check.treated_on, is_simulated=check.is_simulated)
        return {
            **document,
            **outcome_part(outcome, check.treated_on),
            "place": check.place.value,
            "unconfirmed": standing.unconfirmed,
            "follow_up_id": _open_matter(standing),
            "checked_today": since is not None and since.is_today,
            "changes": [each.value for each in since.changes] if since else [],
        }

    def _resolve(self, about: Mapping[str, Any]) -> dict[str, Any]:
        parts = self._seats.parts
        matter = parts.following.matter(str(about.get("follow_up_id", "")))
        choice = about.get("choice")
        if choice is not None and not isinstance(choice, int):
            raise BadMessage("choice")
        answer = parts.asking.records.get(matter.check_id).answer if matter.check_id else None
        unconfirmed = parts.following.resolve(
            matter.follow_up_id,
            _word(Resolution, about, "resolution", None),
            choice,
            len(answer.eligibilities) if answer else 0,
        )
        return {"unconfirmed": unconfirmed}


def _open_matter(standing: Standing) -> str | None:
    matter = standing.case.follow_up if standing.case else None
    return matter.follow_up_id if matter and matter.is_open else None


def _reception_document(reception: Reception) -> dict[str, Any]:
    on = reception.treatment.on
    return {
        "attendance": reception.attendance.value,
        "identify": reception.identify.value,
        "place": reception.treatment.place.value,
        "treated_on": on.isoformat() if on else None,
        "practice": reception.is_practice,
    }


def _day(text: object) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadMessage("treated_on") from None


def _word(kind: type[Word], about: Mapping[str, Any], name: str, usual: Word | None) -> Word:
    try:
        return kind(about[name]) if name in about or usual is None else usual
    except (KeyError, ValueError):
        raise BadMessage(name) from None
