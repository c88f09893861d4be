"""control.db: numbers, mark, counts."""

from __future__ import annotations

from datetime import timedelta

from kiosk.domain.check import Deferred
from kiosk.domain.dates import Month
from kiosk.ports.counts import Tally
from kiosk.store.control import NUMBERS_AHEAD
from tests.support.store import NOON, Box, answered

NOVEMBER = Month(2026, 11)


def test_numbers_rise_over_processes(box: Box) -> None:
    first, second = box.store().control, box.store().control
    given = [each.next_number("boot-1") for _ in range(NUMBERS_AHEAD) for each in (first, second)]
    assert given == list(range(1, 2 * NUMBERS_AHEAD + 1))


def test_a_new_boot_skips_what_the_last_may_have_forgotten(box: Box) -> None:
    control = box.store().control
    assert [control.next_number("boot-1") for _ in range(3)] == [1, 2, 3]
    after = control.next_number("boot-2")
    assert 3 < after <= 1 + NUMBERS_AHEAD
    assert control.next_number("boot-2") == after + 1


def test_a_control_file_begun_anew_gives_no_number_of_a_live_month(box: Box) -> None:
    store = box.store()
    kept = [store.records.open(box.check()) for _ in range(3)]
    store.close()
    (box.sealed / "control.db").unlink()
    reopened = box.store().records
    assert reopened.open(box.check()).sequence > kept[-1].sequence
    assert len(reopened.history(NOVEMBER)) == 4


def test_the_mark_only_rises(box: Box) -> None:
    control = box.store().control
    assert control.mark() is None
    control.raise_mark(NOON)
    control.raise_mark(NOON - timedelta(days=1))
    assert control.mark() == NOON


def test_counts_survive_the_purge(box: Box) -> None:
    records = box.store().records
    ids = [records.open(box.check()).check_id for _ in range(3)]
    records.settle(ids[0], Deferred("K201"), at=box.wall, next_attempt_at=box.wall)
    for check_id in ids[:2]:
        records.settle(check_id, answered(), at=box.wall, next_attempt_at=None)
    expected = {NOVEMBER: Tally(checked=3, answered=2, refused=0, deferred=1)}
    assert records.tallies() == expected
    records.purge(NOVEMBER)
    assert records.tallies() == expected
    assert expected[NOVEMBER].unanswered == 1


def test_a_month_begun_anew_is_added(box: Box) -> None:
    records = box.store().records
    for _ in range(2):
        records.open(box.check())
        records.purge(NOVEMBER)
    records.open(box.check())
    assert records.tallies() == {NOVEMBER: Tally(checked=3)}
