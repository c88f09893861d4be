"""Mending the times of checks opened under an untrusted clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.domain.check import Deferred, Stamp
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.store.provisional import mended_stamp
from tests.support.store import NOON, Box, answered

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOVEMBER = Month(2026, 11)
DAY = timedelta(days=1)


def test_within_a_boot_the_time_is_exact() -> None:
    now = Stamp(NOON, "boot-1", 5000.0, is_trusted=True)
    taken = Stamp(EPOCH, "boot-1", 1400.0, is_trusted=False)
    mended = mended_stamp(taken, None, now)
    assert mended == Stamp(NOON - timedelta(hours=1), "boot-1", 1400.0, is_trusted=True)


@pytest.mark.parametrize(
    ("wall", "after", "expected"),
    [
        (EPOCH, NOON - DAY, NOON - DAY),
        (EPOCH, None, EPOCH),
        (NOON - timedelta(hours=2), NOON - DAY, NOON - timedelta(hours=2)),
        (NOON + 900 * DAY, NOON - DAY, NOON),
        (NOON - DAY, NOON + DAY, NOON),
    ],
)
def test_from_another_boot_it_is_held_between_what_is_known(
    wall: datetime, after: datetime | None, expected: datetime
) -> None:
    now = Stamp(NOON, "boot-2", 60.0, is_trusted=True)
    mended = mended_stamp(Stamp(wall, "boot-1", 9.0, is_trusted=False), after, now)
    assert mended.wall == expected
    assert not mended.is_trusted


def test_a_check_at_midnight_moves_to_its_true_day(box: Box) -> None:
    records = box.store().records
    box.wall = datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC)
    last_of_november = records.open(box.check(is_trusted=False)).check_id
    box.wait(1)
    first_of_december = records.open(box.check(is_trusted=False)).check_id
    # The clock was a day slow.
    box.wall += DAY
    assert records.adopt_provisional(box.stamp()) == 2
    assert records.get(last_of_november).treated_on == date(2026, 12, 1)
    assert records.get(first_of_december).treated_on == date(2026, 12, 2)
    assert records.months() == [Month(2026, 12)]


def test_a_treatment_day_that_was_given_stands(box: Box) -> None:
    records = box.store().records
    box.wall = EPOCH
    given = records.open(box.check(is_trusted=False, treated_on=date(2026, 10, 3))).check_id
    box.wall = NOON
    records.adopt_provisional(box.stamp())
    found = records.get(given)
    assert (found.treated_on, found.month) == (date(2026, 10, 3), Month(2026, 10))
    assert found.opened.wall == NOON


def test_after_a_reboot_the_mark_is_the_earliest_day(box: Box) -> None:
    store = box.store()
    store.control.raise_mark(NOON)
    box.wall = EPOCH
    taken = store.records.open(box.check(is_trusted=False)).check_id
    box.reboot()
    box.wall = NOON + 3 * DAY
    store.records.adopt_provisional(box.stamp())
    found = store.records.get(taken)
    assert found.treated_on == date(2026, 11, 15)
    assert not found.opened.is_trusted


def test_what_was_settled_or_queued_meanwhile_keeps_its_state(box: Box) -> None:
    records = box.store().records
    box.wall = EPOCH
    ids = [records.open(box.check(is_trusted=False)).check_id for _ in range(3)]
    box.wait(10)
    records.settle(ids[0], answered(), at=box.wall, next_attempt_at=None)
    records.settle(ids[1], Deferred("K201"), at=box.wall, next_attempt_at=box.wall + DAY)
    box.wait(10)
    box.wall = NOON
    assert records.adopt_provisional(box.stamp()) == 3
    first, second, third = [records.get(each) for each in ids]
    assert (first.state, first.settled_at) == (State.ANSWERED, NOON - timedelta(seconds=10))
    assert (second.state, second.next_attempt_at) == (State.QUEUED, None)
    assert third.state is State.SENDING
    assert records.claim(now=NOON, due_only=True)
    assert records.claim(now=NOON, due_only=True) == [], "the third is being sent"


def test_the_provisional_file_goes_with_its_key(box: Box) -> None:
    store = box.store()
    store.records.open(box.check(is_trusted=False))
    (provisional,) = {each.name for each in box.sealed.glob("*.db")} - {"control.db"}
    store.records.adopt_provisional(box.stamp())
    assert not list(box.sealed.glob(f"{provisional}*"))
    again = store.records.open(box.check(is_trusted=False))
    assert again.month is None
