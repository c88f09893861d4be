"""A block of the disk goes bad: all that can be read is saved, the rest is named, work goes on."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.ports.records import Loss
from kiosk.store.opening import Store
from kiosk.store.salvage import is_sound, rescue
from tests.support.store import Box, answered

BLOCK = 4096
NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)
CHECKS = 1000


@dataclass
class Clinic:
    """A closed store with checks of two months.

    Args:
        box: where it lies.
        kept: ids of November's checks, by sequence.
        other: id of December's only one.
        file: November's, all in one piece.
    """

    box: Box
    kept: list[str]
    other: str
    file: Path


def _clinic(box: Box, checks: int) -> Clinic:
    with ExitStack() as undo:
        store = undo.enter_context(Box(box.state_dir, undo=undo).store())
        first = store.records.open(box.check())
        file = store.records._file(NOVEMBER)
        assert file is not None
        with file._database.unhurried():
            kept = [
                store.records.open(box.check(request=os.urandom(1500))) for _ in range(checks - 1)
            ]
        other = store.records.open(box.check(treated_on=DECEMBER.first_day))
        name = store.records._vault.keys().months[NOVEMBER].name
    return Clinic(
        box, [each.check_id for each in (first, *kept)], other.check_id, box.sealed / name
    )


@pytest.fixture
def clinic(box: Box) -> Clinic:
    return _clinic(box, 60)


def _spoil(file: Path, block: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(block * BLOCK)
        opened.write(os.urandom(BLOCK))


def _middle(clinic: Clinic) -> int:
    return clinic.file.stat().st_size // BLOCK // 2


def test_the_rest_is_saved_and_what_is_lost_is_named(clinic: Clinic) -> None:
    _spoil(clinic.file, _middle(clinic))
    records = clinic.box.store().records
    saved = [each.check_id for each in records.history(NOVEMBER)]
    lost = [each for each in clinic.kept if each not in saved]
    assert 1 <= len(lost) <= 4
    assert records.losses() == [
        Loss(NOVEMBER, len(saved), tuple(clinic.kept.index(each) + 1 for each in lost))
    ]
    assert [each.check_id for each in records.history(DECEMBER)] == [clinic.other]
    fresh = records.open(clinic.box.check())
    assert fresh.sequence > CHECKS // 20
    assert records.get(fresh.check_id).state is State.SENDING
    settled = records.settle(saved[0], answered(), at=clinic.box.wall, next_attempt_at=None)
    assert settled.state is State.ANSWERED


def test_the_damaged_file_is_kept_sealed_until_its_month_is_purged(clinic: Clinic) -> None:
    _spoil(clinic.file, _middle(clinic))
    store = clinic.box.store()
    store.records.history(None)
    assert clinic.file.exists()
    store.close()
    again = clinic.box.store()
    assert len(again.folder.sealed()) == 3
    assert again.records.losses()
    again.records.purge(NOVEMBER)
    assert not clinic.file.exists()
    assert again.records.losses() == []
    assert len(again.folder.sealed()) == 1


def test_a_sound_store_is_left_alone(clinic: Clinic) -> None:
    store = clinic.box.store()
    assert not store.records.salvage()
    assert len(store.records.history(NOVEMBER)) == len(clinic.kept)


def test_the_beginning_of_a_file_is_all_of_it_and_the_other_month_goes_on(clinic: Clinic) -> None:
    _spoil(clinic.file, 0)
    records = clinic.box.store().records
    assert [each.check_id for each in records.history(None)] == [clinic.other]
    assert records.losses() == [Loss(NOVEMBER, 0, ())]
    assert records.open(clinic.box.check()).month == NOVEMBER


@pytest.fixture
def thousand(box: Box) -> Iterator[tuple[Clinic, Store]]:
    clinic = _clinic(box, CHECKS)
    with box.store() as store:
        yield clinic, store


def _saved(clinic: Clinic, store: Store, block: int) -> int:
    """How many rows are saved with that block bad; the rest must be named."""
    whole = clinic.file.read_bytes()
    _spoil(clinic.file, block)
    sealed = store.records._vault.keys().months[NOVEMBER]
    try:
        assert not is_sound(store.folder, sealed)
        saved = rescue(store.folder, sealed, below=CHECKS + 100, elsewhere=())
        if saved.rows:
            numbers = {int(row["sequence"]) for row in saved.rows}
            edge = {*range(1, min(numbers)), *range(max(numbers) + 1, CHECKS + 1)}
            assert numbers | set(saved.lost) | edge == set(range(1, CHECKS + 1))
        return len(saved.rows)
    finally:
        clinic.file.write_bytes(whole)


def test_a_bad_block_costs_its_own_rows(thousand: tuple[Clinic, Store]) -> None:
    clinic, store = thousand
    blocks = clinic.file.stat().st_size // BLOCK
    saved = [_saved(clinic, store, block) for block in range(20, blocks, blocks // 10)]
    assert min(saved) >= CHECKS - 40
    assert statistics.median(saved) >= CHECKS - 3


@pytest.mark.soak
def test_every_bad_block(thousand: tuple[Clinic, Store]) -> None:
    clinic, store = thousand
    blocks = clinic.file.stat().st_size // BLOCK
    saved = sorted(_saved(clinic, store, block) for block in range(blocks))
    # Two blocks, the first and the root of the table, are the way to all others.
    assert saved[2] >= CHECKS - 100
    assert statistics.median(saved) >= CHECKS - 3
