"""Forgotten to the second: 00:00 in Japan on the 1st of the month after next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.domain.dates import Month
from kiosk.ports.records import CheckUnknown, ClockNotTrusted
from kiosk.usecases.purge import purge
from tests.support.store import Box

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("treated_on", "gone_at"),
    [
        (date(2026, 11, 15), datetime(2026, 12, 31, 15, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2027, 1, 31, 15, tzinfo=UTC)),
        (date(2027, 12, 5), datetime(2028, 1, 31, 15, tzinfo=UTC)),
        (date(2028, 1, 5), datetime(2028, 2, 29, 15, tzinfo=UTC)),
    ],
)
def test_key_and_file_go_at_the_second(box: Box, treated_on: date, gone_at: datetime) -> None:
    store = box.store()
    box.wall = datetime.combine(treated_on, datetime.min.time(), UTC)
    check_id = store.records.open(box.check()).check_id
    (file,) = {each.name for each in box.sealed.glob("*.db")} - {"control.db"}
    vaults = set(box.sealed.glob("vault-*"))
    clock = box.clock(store)

    box.wall = gone_at - SECOND
    assert purge(store.records, clock).purged == ()
    assert store.records.get(check_id).treated_on == treated_on

    box.wall = gone_at
    (purged,) = purge(store.records, clock).purged
    assert (purged.month, purged.checks, purged.unanswered) == (Month.of(treated_on), 1, 1)
    with pytest.raises(CheckUnknown):
        store.records.get(check_id)
    assert not list(box.sealed.glob(f"{file}*"))
    assert not vaults & set(box.sealed.glob("vault-*"))


def test_an_untrusted_clock_forgets_nothing(box: Box) -> None:
    store = box.store()
    check_id = store.records.open(box.check()).check_id
    clock = box.clock(store)
    assert clock.stamp().is_trusted
    box.is_synchronised = False
    box.wait(40 * 86400)
    with pytest.raises(ClockNotTrusted):
        purge(store.records, clock)
    assert store.records.get(check_id).check_id == check_id


def test_a_damaged_month_is_forgotten_on_time_all_the_same(box: Box) -> None:
    store = box.store()
    for _ in range(20):
        store.records.open(box.check())
    store.close()
    (file,) = set(box.sealed.glob("*.db")) - {box.sealed / "control.db"}
    file.write_bytes(bytes(file.stat().st_size))
    records = box.store().records
    records.purge(Month(2026, 11))
    assert not file.exists()
    assert records.history(None) == []


def test_all_can_be_destroyed_at_once_the_provisional_too(box: Box) -> None:
    store = box.store()
    kept = [
        store.records.open(box.check()).check_id,
        store.records.open(box.check(treated_on=date(2026, 10, 1))).check_id,
        store.records.open(box.check(is_trusted=False)).check_id,
    ]
    assert store.records.destroy_all() == 3
    assert store.records.destroy_all() == 0
    assert store.records.history(None) == []
    again = box.store()
    for check_id in kept:
        with pytest.raises(CheckUnknown):
            again.records.get(check_id)
