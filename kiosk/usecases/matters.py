"""What is open: the one list behind every list of the kiosk.

Checks that wait, those set aside for the staff, patients to be confirmed, results the receipt
computer has not fetched, certificates that end, months that go soon. What there is of a patient is
added for staff alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.domain.certificate import grace_ends_on
from kiosk.domain.check import Answer, Stamp
from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.lifecycle import State
from kiosk.domain.month_end import is_month_end, next_visits_until
from kiosk.domain.retention import readable_through
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.ports.clock import Clock
from kiosk.ports.follow_ups import FollowUp
from kiosk.ports.records import CheckUnknown, Records, Search, StoredCheck, Unexported
from kiosk.usecases.documents import ahead_document, waiting_document
from kiosk.usecases.retention import ahead


class Matter(StrEnum):
    """What kind of thing is open."""

    SET_ASIDE = "set_aside"
    FOLLOW_UP = "follow_up"
    WAITING = "waiting"
    UNEXPORTED = "unexported"
    CARD_ENDS = "card_ends"
    GOES_SOON = "goes_soon"


@dataclass(frozen=True, slots=True)
class Agenda:
    """Where what is open is found.

    Args:
        records: where checks are kept.
        clock: what time it is.
        follow_ups: those that are open.
        hands_over: a receipt computer fetches results; where none does, none is missing there.
        written: files that a month's results were written to.
    """

    records: Records
    clock: Clock
    follow_ups: Callable[[], Iterable[FollowUp]] = tuple
    hands_over: Callable[[], bool] = bool
    written: Callable[[Month], Collection[Path]] = lambda _: ()

    def matters(self, *, for_staff: bool) -> list[dict[str, Any]]:
        """Everything open, what people must do themselves first, oldest first within each kind.

        Args:
            for_staff: with who the patient is, as far as it is known.

        Returns:
            One document each: ``kind``; of a check those of ``waiting_document``; of a follow-up
            ``follow_up_id``, ``reason``, ``way``, ``due_on`` (the last day of its month),
            ``is_overdue`` and ``choices`` (how many eligibilities were answered); of results no
            receipt computer has ``month``, ``count``, ``last_day`` (it goes after that) and
            ``by_computer``: one fetches here; where none does, only what goes at the end of this
            month and was never exported is told of, from the 20th on; of a
            card whose certificate ends before the next visit, from the 20th on, ``expires_on`` and
            ``usable_until``; of a month that goes those of ``ahead_document``. ``age_seconds`` of
            all but the last two. ``patient`` is null unless for staff.

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
            *self._not_handed_over(now),
            *_cards_end(records, self.clock, for_staff=for_staff),
            *_goes_soon(records, self.clock, follow_ups),
        ]

    def is_month_end(self) -> bool:
        """From the 20th on, in Japan; never by a clock that is not trusted."""
        return _is_month_end(self.clock.stamp())

    def _not_handed_over(self, now: datetime) -> Iterator[dict[str, Any]]:
        by_computer, is_month_end = self.hands_over(), self.is_month_end()
        today = day_in_japan(now)
        for each in self.records.unexported() if by_computer or is_month_end else ():
            last_day = readable_through(each.month.first_day)
            goes = Month.of(last_day) == Month.of(today) and not self.written(each.month)
            if by_computer or goes:
                yield _unexported(each, last_day, now) | {"by_computer": by_computer}


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


def _unexported(each: Unexported, last_day: date, now: datetime) -> dict[str, Any]:
    return {
        "kind": Matter.UNEXPORTED.value,
        "month": str(each.month),
        "last_day": last_day.isoformat(),
        "count": each.count,
        "age_seconds": _age(each.since, now),
        "patient": None,
    }


def _cards_end(records: Records, clock: Clock, *, for_staff: bool) -> Iterator[dict[str, Any]]:
    """Of each person the latest card, where its certificate ends before the next visit."""
    stamp = clock.stamp()
    if not _is_month_end(stamp):
        return
    by = next_visits_until(day_in_japan(stamp.wall))
    latest = {_whose(each): each for each in records.cards_ending(by)}
    for each in latest.values():
        if each.card_ends_on is not None and not _has_a_newer_card(each, records, by):
            yield _card_ends(each, each.card_ends_on, for_staff=for_staff)


def _card_ends(check: StoredCheck, ends_on: date, *, for_staff: bool) -> dict[str, Any]:
    return {
        "kind": Matter.CARD_ENDS.value,
        "check_id": check.check_id,
        "treated_on": check.treated_on.isoformat(),
        "expires_on": ends_on.isoformat(),
        "usable_until": grace_ends_on(ends_on).isoformat(),
        "simulated": check.is_simulated,
        "mark": SIMULATED_MARK if check.is_simulated else None,
        "patient": _patient(check.answer, check.treated_on) if for_staff else None,
    }


def _whose(check: StoredCheck) -> tuple[object, ...]:
    """The person, as far as an answer names one; else the certificate."""
    named = _name_and_birth(check)
    return named or (check.person or check.check_id,)


def _name_and_birth(check: StoredCheck) -> tuple[str, date] | None:
    first = check.answer.eligibilities[0] if check.answer and check.answer.eligibilities else None
    if first is None or not first.name_kana or first.birth_date is None:
        return None
    return first.name_kana, first.birth_date


def _has_a_newer_card(check: StoredCheck, records: Records, by: date) -> bool:
    named = _name_and_birth(check)
    if named is None:
        return False
    found = records.search(Search(kana=named[0], born=named[1]))
    return any(each.card_ends_on is not None and each.card_ends_on > by for each in found)


def _is_month_end(stamp: Stamp) -> bool:
    return stamp.is_trusted and is_month_end(day_in_japan(stamp.wall))


def _goes_soon(
    records: Records, clock: Clock, follow_ups: tuple[FollowUp, ...]
) -> Iterator[dict[str, Any]]:
    for each in ahead(records, clock.stamp(), follow_ups):
        yield {"kind": Matter.GOES_SOON.value, "patient": None, **ahead_document(each)}


def _age(at: datetime, now: datetime) -> float:
    return round(max(0.0, (now - at).total_seconds()), 1)
