"""What is said before and after a purge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.domain.dates import Month
from kiosk.ports.records import ClockNotTrusted
from kiosk.usecases.purge import foresee, purge
from kiosk.usecases.retention import Ahead, ahead, is_gone, late
from tests.support.store import Box, answered

NOVEMBER = Month(2026, 11)
LAST_DAY = date(2026, 12, 31)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "is_answered", "is_said"),
    [
        (date(2026, 12, 19), False, False),
        (date(2026, 12, 20), False, True),
        (date(2026, 12, 24), True, False),
        (date(2026, 12, 25), True, True),
        (date(2026, 12, 31), True, True),
        (date(2026, 11, 30), False, False),
    ],
)
def test_the_end_is_announced_in_time(
    box: Box,
    today: date,
    is_answered: bool,  # noqa: FBT001
    is_said: bool,  # noqa: FBT001
) -> None:
    records = box.store().records
    check_id = records.open(box.check()).check_id
    if is_answered:
        records.settle(check_id, answered(), at=box.wall, next_attempt_at=None)
    box.wall = _noon(today)
    unconfirmed = 0 if is_answered else 1
    expected = [Ahead(NOVEMBER, LAST_DAY, unconfirmed)] if is_said else []
    assert ahead(records, box.stamp(), ()) == expected
    assert ahead(records, box.stamp(is_trusted=False), ()) == [], (
        "no calendar rule by a wrong clock"
    )


def test_a_purge_is_foreseen_and_nothing_goes(box: Box) -> None:
    store = box.store()
    check_id = store.records.open(box.check()).check_id
    clock = box.clock(store)
    box.wall = datetime(2026, 12, 31, 15, tzinfo=UTC)
    report = foresee(store.records, clock)
    assert [(each.month, each.checks, each.unanswered) for each in report.purged] == [
        (NOVEMBER, 1, 1)
    ]
    assert report.kept == ()
    assert store.records.get(check_id).check_id == check_id
    box.is_synchronised = False
    box.reboot()
    with pytest.raises(ClockNotTrusted):
        foresee(store.records, box.clock(store))


def test_a_month_that_should_have_gone_is_late_after_an_hour(box: Box) -> None:
    records = box.store().records
    records.open(box.check())
    gone_at = datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert late(records, gone_at + timedelta(minutes=59)) == []
    assert late(records, gone_at + timedelta(minutes=60)) == [NOVEMBER]


def test_a_purged_month_is_gone_and_an_empty_one_is_not(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    box.wall = datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert not is_gone(store.records, NOVEMBER, box.wall), "still here, if late"
    purge(store.records, box.clock(store))
    assert is_gone(store.records, NOVEMBER, box.wall)
    assert not is_gone(store.records, Month(2026, 12), box.wall)
