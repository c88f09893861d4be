"""A mistaken check is put right: which version counts, where both lie, what else changes."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.domain.check import Deferred, Outcome, Refused
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.ports.corrections import (
    AlreadyWithdrawn,
    BeingAsked,
    DayNotPossible,
    Reason,
    StillWaiting,
)
from kiosk.ports.counts import Tally
from kiosk.ports.records import CheckUnknown, ClockNotTrusted, StoredCheck
from kiosk.store.leases import LEASE_SECONDS
from kiosk.store.opening import Store
from kiosk.usecases.follow_up import FollowingUp
from kiosk.usecases.purge import foresee
from kiosk.usecases.put_right import PuttingRight
from tests.support.store import Box, answered

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
TRUE_DAY = date(2026, 10, 31)


class Clinic:
    """A box, its store, and what staff may do there."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.store: Store = box.store()
        self.records = self.store.records
        clock = box.clock(self.store)
        self.staff = PuttingRight(self.records, self.store.corrections, clock)
        self.following = FollowingUp(self.store.follow_ups, clock)

    def check(
        self, outcome: Outcome | None, *, person: str | None = None, is_trusted: bool = True
    ) -> StoredCheck:
        check = self.records.open(self.box.check(person=person, is_trusted=is_trusted))
        if outcome is None:
            return check
        settled = self.settle(check, outcome)
        self.following.after(settled, outcome)
        return settled

    def settle(self, check: StoredCheck, outcome: Outcome) -> StoredCheck:
        at = self.box.wall
        return self.records.settle(check.check_id, outcome, at=at, next_attempt_at=None)

    def correct(self, check: StoredCheck, day: date = TRUE_DAY) -> StoredCheck:
        return self.staff.correct(check.check_id, day, Reason.WRONG_DAY)

    def annul(self, check: StoredCheck) -> StoredCheck:
        return self.staff.annul(check.check_id, Reason.NOT_THIS_PATIENT)

    def open_ones(self) -> list[tuple[str | None, date]]:
        return [(each.check_id, each.treated_on) for each in self.store.follow_ups.open()]


@pytest.fixture
def clinic(box: Box) -> Clinic:
    return Clinic(box)


def test_both_versions_lie_under_the_true_month_and_go_with_it(clinic: Clinic) -> None:
    old = clinic.check(answered())
    new = clinic.correct(old)
    kept = clinic.records.history(OCTOBER)
    assert [(each.check_id, each.state) for each in kept] == [
        (old.check_id, State.CORRECTED),
        (new.check_id, State.ANSWERED),
    ]
    assert clinic.records.history(NOVEMBER) == []
    before, after = kept
    assert (before.treated_on, after.treated_on) == (date(2026, 11, 15), TRUE_DAY)
    assert (before.corrected_by, after.corrects) == (new.check_id, old.check_id)
    assert (before.reason, before.withdrawn_at) == ("wrong-day", clinic.box.wall)
    assert before.answer == after.answer == old.answer
    assert after.sequence > before.sequence == old.sequence
    assert clinic.records.purge(OCTOBER).checks == 1
    assert clinic.records.history(None) == []


def test_within_a_month_both_stay_where_they_are(clinic: Clinic) -> None:
    old = clinic.check(Refused("K231", is_simulated=True))
    new = clinic.correct(old, date(2026, 11, 2))
    again = clinic.correct(new, date(2026, 11, 3))
    states = [each.state for each in clinic.records.history(NOVEMBER)]
    assert states == [State.CORRECTED, State.CORRECTED, State.REFUSED]
    assert clinic.records.get(new.check_id).corrected_by == again.check_id
    assert clinic.records.months() == [NOVEMBER]


def test_what_was_put_right_is_counted_once_or_not_at_all(clinic: Clinic) -> None:
    clinic.correct(clinic.check(answered()))
    clinic.annul(clinic.check(answered()))
    clinic.annul(clinic.check(Deferred("K201")))
    clinic.check(Refused("K231", is_simulated=True))
    tallies = {OCTOBER: Tally(1, 1, 0, 0), NOVEMBER: Tally(1, 0, 1, 0)}
    assert clinic.records.tallies() == tallies
    clinic.box.wall = datetime(2027, 1, 1, tzinfo=UTC)
    report = foresee(clinic.records, clinic.box.clock(clinic.store))
    assert [each.checks for each in report.purged] == [1, 1]
    assert [clinic.records.purge(each).checks for each in (OCTOBER, NOVEMBER)] == [1, 1]
    assert clinic.records.tallies() == tallies, "the counts outlive the purge"


@pytest.mark.parametrize("outcome", [Deferred("K201"), Deferred("K221", needs_staff=True)])
def test_what_waits_is_annulled_and_never_asked_again(clinic: Clinic, outcome: Outcome) -> None:
    check = clinic.check(outcome)
    with pytest.raises(StillWaiting):
        clinic.correct(check)
    annulled = clinic.annul(check)
    assert (annulled.state, annulled.request) == (State.ANNULLED, b"")
    assert clinic.records.waiting() == []
    assert clinic.records.backlog() == 0
    clinic.records.start_round()
    assert clinic.records.claim(now=clinic.box.wall, due_only=False) == []


def test_what_is_being_asked_is_let_alone(clinic: Clinic) -> None:
    check = clinic.check(None)
    with pytest.raises(BeingAsked):
        clinic.annul(check)
    with pytest.raises(StillWaiting):
        clinic.correct(check)
    assert clinic.settle(check, answered()).state is State.ANSWERED


def test_an_answer_that_comes_too_late_changes_nothing(clinic: Clinic) -> None:
    check = clinic.check(None)
    clinic.box.wait(LEASE_SECONDS + 1)
    clinic.records.claim(now=clinic.box.wall, due_only=False)
    clinic.settle(check, Deferred("K201"))
    clinic.annul(check)
    assert clinic.settle(check, answered()).state is State.ANNULLED
    assert clinic.records.get(check.check_id).answer is None


def test_nothing_is_put_right_twice_or_without_being_there(clinic: Clinic) -> None:
    annulled, corrected = clinic.check(answered()), clinic.check(answered())
    clinic.annul(annulled)
    clinic.correct(corrected)
    for check in (annulled, corrected):
        with pytest.raises(AlreadyWithdrawn):
            clinic.annul(check)
        with pytest.raises(AlreadyWithdrawn):
            clinic.correct(check, date(2026, 11, 1))
    with pytest.raises(CheckUnknown):
        clinic.staff.annul(str(uuid.uuid4()), Reason.OTHER)
    with pytest.raises(CheckUnknown):
        clinic.staff.correct(str(uuid.uuid4()), TRUE_DAY, Reason.OTHER)


@pytest.mark.parametrize(
    "day", [date(2026, 11, 16), date(2026, 11, 15), date(2026, 9, 30), date(2027, 11, 15)]
)
def test_a_day_that_cannot_be_is_refused(clinic: Clinic, day: date) -> None:
    check = clinic.check(answered())
    with pytest.raises(DayNotPossible):
        clinic.correct(check, day)
    assert clinic.records.get(check.check_id) == check


def test_without_a_sure_time_there_is_only_annulling(clinic: Clinic) -> None:
    check = clinic.check(answered(), is_trusted=False)
    with pytest.raises(ClockNotTrusted):
        clinic.correct(check)
    clinic.box.is_synchronised = False
    with pytest.raises(ClockNotTrusted):
        clinic.correct(check)
    clinic.annul(check)
    clinic.box.is_synchronised = True
    assert clinic.records.adopt_provisional(clinic.box.stamp()) == 1
    assert clinic.records.get(check.check_id).state is State.ANNULLED
    assert clinic.records.get(check.check_id).month == NOVEMBER


def test_what_a_mistaken_check_left_to_confirm_goes_with_it(clinic: Clinic) -> None:
    refused = clinic.check(Refused("K231", is_simulated=True), person="p")
    assert clinic.open_ones() == [(refused.check_id, date(2026, 11, 15))]
    corrected = clinic.correct(refused)
    assert clinic.open_ones() == [(corrected.check_id, TRUE_DAY)]
    clinic.annul(corrected)
    assert clinic.open_ones() == []


def test_what_a_mistaken_check_had_closed_is_open_again(clinic: Clinic) -> None:
    refused = clinic.check(Refused("K231", is_simulated=True), person="p")
    clinic.box.wait(timedelta(days=1).total_seconds())
    confirming = clinic.check(answered(), person="p")
    assert clinic.open_ones() == []
    moved = clinic.correct(confirming)
    assert clinic.open_ones() == []
    clinic.annul(moved)
    assert [each for each, _ in clinic.open_ones()] == [refused.check_id]
