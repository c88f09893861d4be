"""What the sealed store promises beyond the port: threads, processes, repeated purges."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kiosk.domain.check import Deferred
from kiosk.domain.dates import Month
from kiosk.ports.records import StateInUse
from tests.support.store import Box, answered

NOVEMBER = Month(2026, 11)


def test_a_check_is_opened_once(box: Box) -> None:
    records = box.store().records
    check = box.check()
    records.open(check)
    with pytest.raises(ValueError, match="once"):
        records.open(check)
    assert len(records.history(None)) == 1


def test_what_is_simulated_stays_marked(box: Box) -> None:
    records = box.store().records
    marked = records.open(replace(box.check(), is_simulated=True)).check_id
    plain = records.open(box.check()).check_id
    genuine = replace(answered().answer, is_simulated=False)
    for check_id in (marked, plain):
        records.settle(
            check_id, replace(answered(), answer=genuine), at=box.wall, next_attempt_at=None
        )
    assert records.get(marked).is_simulated
    assert not records.get(plain).is_simulated


def test_threads_claim_no_check_twice(box: Box) -> None:
    records = box.store().records
    opened = [records.open(box.check()).check_id for _ in range(30)]
    for check_id in opened:
        records.settle(check_id, Deferred("K201"), at=box.wall, next_attempt_at=box.wall)

    def drain() -> list[str]:
        found = []
        while claimed := records.claim(now=box.wall, due_only=True, most=3):
            found += [check.check_id for check in claimed]
        return found

    with ThreadPoolExecutor(4) as pool:
        claimed = [
            each for future in [pool.submit(drain) for _ in range(4)] for each in future.result()
        ]
    assert sorted(claimed) == sorted(opened)


def test_two_programs_claim_no_check_twice(box: Box) -> None:
    first, second = box.store().records, box.store().records
    for _ in range(4):
        check_id = first.open(box.check()).check_id
        second.settle(check_id, Deferred("K201"), at=box.wall, next_attempt_at=box.wall)
    claimed = []
    for records in (first, second, first, second, first):
        found = records.claim(now=box.wall, due_only=True)
        claimed.append([check.sequence for check in found])
    assert claimed == [[1], [2], [3], [4], []]


def test_an_answer_lands_though_another_took_the_lease_over(box: Box) -> None:
    first, second = box.store().records, box.store().records
    check_id = first.open(box.check()).check_id
    box.wait(61)
    assert second.claim(now=box.wall, due_only=True)
    settled = first.settle(check_id, answered("先"), at=box.wall, next_attempt_at=None)
    assert second.settle(check_id, answered("後"), at=box.wall, next_attempt_at=None) == settled


def test_a_purge_waits_for_others_only_so_long(box: Box) -> None:
    records = box.store(patience_s=0.05).records
    kept = records.open(box.check()).check_id
    other = box.store().folder
    with other.shared(), pytest.raises(StateInUse):
        records.purge(NOVEMBER)
    assert records.get(kept).check_id == kept
    assert records.purge(NOVEMBER).checks == 1
