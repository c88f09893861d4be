"""What is open: the one list behind every list of the kiosk.

Checks that wait, those set aside for the staff, patients to be confirmed, results the receipt
computer has not fetched, months that go soon. What there is of a patient is added for staff alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.domain.check import Answer
from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.lifecycle import State
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.ports.clock import Clock
from kiosk.ports.follow_ups import FollowUp
from kiosk.ports.records import CheckUnknown, Records, StoredCheck, Unexported
from kiosk.usecases.documents import ahead_document, waiting_document
from kiosk.usecases.retention import ahead


class Matter(StrEnum):
    """What kind of thing is open."""

    SET_ASIDE = "set_aside"
    FOLLOW_UP = "follow_up"
    WAITING = "waiting"
    UNEXPORTED = "unexported"
    GOES_SOON = "goes_soon"


@dataclass(frozen=True, slots=True)
class Agenda:
    """Where what is open is found.

    Args:
        records: where checks are kept.
        clock: what time it is.
        follow_ups: those that are open.
        hands_over: a receipt computer fetches results; where none does, none is missing there.
    """

    records: Records
    clock: Clock
    follow_ups: Callable[[], Iterable[FollowUp]] = tuple
    hands_over: Callable[[], bool] = bool

    def matters(self, *, for_staff: bool) -> list[dict[str, Any]]:
        """Everything open, what people must do themselves first, oldest first within each kind.

        Args:
            for_staff: with who the patient is, as far as it is known.

        Returns:
            One document each: ``kind``; of a check those of ``waiting_document``; of a follow-up
            ``follow_up_id``, ``reason``, ``way``, ``due_on`` (the last day of its month),
            ``is_overdue`` and ``choices`` (how many eligibilities were answered); of results no
            receipt computer has ``month`` and ``count``; of a month that goes those of
            ``ahead_document``. ``age_seconds`` of all but the last. ``patient`` is null unless
            for staff.

        Raises:
            StoreError: as the store says.
        """
        records, now, follow_ups = self.records, self.clock.now(), tuple(self.follow_ups())
        waiting = records.waiting()
        aside = [each for each in waiting if each.state is State.SET_ASIDE]
        rest = [each for each in waiting if each.state is not State.SET_ASIDE]
        return [
            *(_check(Matter.SET_ASIDE, each, now) for each in aside),
            *(_follow_up(each, records, now, for_staff=for_staff) for each in follow_ups),
            *(_check(Matter.WAITING, each, now) for each in rest),
            *(_unexported(each, now) for each in self._not_fetched()),
            *_goes_soon(records, self.clock, follow_ups),
        ]

    def _not_fetched(self) -> Iterable[Unexported]:
        return self.records.unexported() if self.hands_over() else ()


def tally(matters: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many there are of each kind."""
    counts = {kind.value: 0 for kind in Matter}
    for each in matters:
        counts[each["kind"]] += 1
    return counts


def _check(kind: Matter, check: StoredCheck, now: datetime) -> dict[str, Any]:
    place = check.place.value
    return {**waiting_document(check, now), "kind": kind.value, "place": place, "patient": None}


def _follow_up(
    follow_up: FollowUp, records: Records, now: datetime, *, for_staff: bool
) -> dict[str, Any]:
    due_on = Month.of(follow_up.treated_on).last_day
    answer = _answer(follow_up, records)
    return {
        "kind": Matter.FOLLOW_UP.value,
        "follow_up_id": follow_up.follow_up_id,
        "check_id": follow_up.check_id,
        "treated_on": follow_up.treated_on.isoformat(),
        "age_seconds": _age(follow_up.kept_at, now),
        "reason": follow_up.reason,
        "way": follow_up.way and follow_up.way.value,
        "due_on": due_on.isoformat(),
        "is_overdue": day_in_japan(now) > due_on,
        "choices": len(answer.eligibilities) if answer else 0,
        "simulated": follow_up.is_simulated,
        "mark": SIMULATED_MARK if follow_up.is_simulated else None,
        "patient": _patient(answer, follow_up.treated_on) if for_staff else None,
    }


def _answer(follow_up: FollowUp, records: Records) -> Answer | None:
    if follow_up.check_id is None:
        return None
    try:
        return records.get(follow_up.check_id).answer
    except CheckUnknown:
        return None


def _patient(answer: Answer | None, on: date) -> dict[str, str | None] | None:
    """Who it is, where the answer knows of one person."""
    if answer is None or not answer.eligibilities:
        return None
    counts = answer.the_one_that_counts(on) or answer.eligibilities[0]
    return {"name": counts.name, "name_kana": counts.name_kana}


def _unexported(each: Unexported, now: datetime) -> dict[str, Any]:
    return {
        "kind": Matter.UNEXPORTED.value,
        "month": str(each.month),
        "count": each.count,
        "age_seconds": _age(each.since, now),
        "patient": None,
    }


def _goes_soon(
    records: Records, clock: Clock, follow_ups: tuple[FollowUp, ...]
) -> Iterator[dict[str, Any]]:
    for each in ahead(records, clock.stamp(), follow_ups):
        yield {"kind": Matter.GOES_SOON.value, "patient": None, **ahead_document(each)}


def _age(at: datetime, now: datetime) -> float:
    return round(max(0.0, (now - at).total_seconds()), 1)
