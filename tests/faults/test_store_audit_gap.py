"""Bad blocks below the audit: what they took is told as a loss, all else as tampering."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.events import Event
from kiosk.ports.access import Head, Verdict
from kiosk.ports.records import StoreCorrupt
from kiosk.store.audit_mending import SKIPPED
from kiosk.store.control_salvage import COPY
from kiosk.store.database import Database, open_database
from kiosk.store.opening import Store
from tests.faults.test_store_bad_control import control_of_store, entry, spoil
from tests.support.store import Box

PAGE = 4096
OF_COPY = 30
ROWS = 90


@dataclass(frozen=True)
class Written:
    """An audit of many blocks, the first rows of it in the copy of the day.

    Args:
        state: the closed store.
        start: the first key, taken out.
        heads: after each row.
        pages: of control.db, by what lies on them.
    """

    state: Path
    start: bytes
    heads: list[Head]
    pages: dict[str, list[int]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    box = Box(tmp_path_factory.mktemp("written") / "state")
    with box.store() as store:
        audit = store.control.audit
        start = audit.take_start()
        assert start is not None
        heads = [audit.append(entry(count)) for count in range(OF_COPY)]
        store.control.copy()
        heads += [audit.append(entry(count)) for count in range(OF_COPY, ROWS)]
        key = store.records._vault.keys().control.key
    pages = pages_of(box.sealed / "control.db", key)
    return Written(box.state_dir, start, heads, pages)


def pages_of(file: Path, key: bytes) -> dict[str, list[int]]:
    """Which blocks the audit and its keys lie on: those without which they cannot be read."""
    spoilt = file.with_name("spoilt.db")
    found: dict[str, list[int]] = {"audit": [], "audit_keys": []}
    for page in range(2, file.stat().st_size // PAGE + 1):
        shutil.copyfile(file, spoilt)
        ruin(spoilt, page)
        for table, pages in found.items():
            with closing(Database(spoilt, key)) as database, suppress(StoreCorrupt):
                database.rows(f"SELECT * FROM {table}")  # noqa: S608 - our own names
                continue
            pages.append(page)
    spoilt.unlink()
    return found


def lay(written: Written, box: Box) -> Path:
    """The store anew; control.db of it."""
    shutil.rmtree(box.state_dir, ignore_errors=True)
    shutil.copytree(written.state, box.state_dir)
    return box.sealed / "control.db"


def ruin(file: Path, *pages: int) -> None:
    for page in pages:
        spoil(file, (page - 1) * PAGE, PAGE)


def numbers_of(store: Store) -> set[int]:
    return {number for number, _ in store.control.audit.entries()}


def lost_by(verdict: Verdict) -> set[int]:
    return {n for gap in verdict.gaps for n in range(gap.first, gap.last + 1)}


def judge(written: Written, box: Box) -> Verdict:
    """Just what is missing is told as lost; no number comes twice; the rest can be checked."""
    with box.store() as store:
        store.control.salvage()
        audit = store.control.audit
        verdict = audit.verify(start=written.start, known=written.heads)
        assert verdict.fault is None
        there = numbers_of(store)
        assert set(range(1, OF_COPY + 1)) <= there, "the copy knows them"
        assert lost_by(verdict) == set(range(1, verdict.head.count + 1)) - there
        assert verdict.head.count > ROWS
        (mended,) = [each for _, each in audit.entries() if each.event is Event.CONTROL_SALVAGED]
        assert all(str(gap) in mended.what for gap in verdict.gaps)
        audit.append(entry(ROWS))
        assert audit.verify(start=written.start, known=[*written.heads, verdict.head]).gaps
        return verdict


def test_rows_on_a_bad_block_are_told_as_lost_with_their_numbers(
    written: Written, box: Box
) -> None:
    for page in written.pages["audit"][-2:]:
        ruin(lay(written, box), page)
        (gap,) = judge(written, box).gaps
        assert (gap.is_exact, gap.first > OF_COPY, gap.last <= ROWS) == (True, True, True)


def test_where_the_way_to_the_rows_is_lost_its_end_is_still_known(
    written: Written, box: Box
) -> None:
    """By the count that lies beside the key, on another block."""
    ruin(lay(written, box), written.pages["audit"][0])
    (gap,) = judge(written, box).gaps
    assert (gap.first, gap.last, gap.is_exact) == (OF_COPY + 1, ROWS, True)


@pytest.mark.parametrize("damage", ["gone", "zeros", "first block"])
def test_where_nothing_says_how_many_there_were_no_number_is_given_twice(
    written: Written, box: Box, damage: str
) -> None:
    file = lay(written, box)
    match damage:
        case "gone":
            file.unlink()
        case "zeros":
            file.write_bytes(bytes(file.stat().st_size))
        case _:
            ruin(file, 1)
    (gap,) = judge(written, box).gaps
    assert (gap.first, gap.last, gap.is_exact) == (OF_COPY + 1, OF_COPY + SKIPPED, False)


def test_with_the_key_lost_the_seals_begin_anew_and_both_parts_are_checked(
    written: Written, box: Box
) -> None:
    ruin(lay(written, box), *written.pages["audit_keys"])
    with box.store() as store:
        store.control.salvage()
        audit = store.control.audit
        audit.append(entry(ROWS))
        assert audit.verify().is_sealed is False, "the paper has the first key"
        verdict = audit.verify(start=written.start, known=written.heads)
        assert (verdict.fault, verdict.gaps, verdict.is_sealed) == (None, (), True)
        second = audit.take_start()
        assert second not in {None, written.start}
        assert audit.verify(start=second).fault is None
        assert audit.verify(start=bytes(32)).fault == "seal"


def test_a_second_damage_is_told_beside_the_first(written: Written, box: Box) -> None:
    ruin(lay(written, box), written.pages["audit"][-2])
    before = judge(written, box)
    with box.store() as store:
        file = control_of_store(store)
        key = store.records._vault.keys().control.key
    (box.sealed / COPY).unlink()
    ruin(file, pages_of(file, key)["audit"][1])
    with box.store() as store:
        store.control.salvage()
        verdict = store.control.audit.verify(start=written.start, known=written.heads)
        assert (verdict.fault, verdict.gaps[1:]) == (None, before.gaps)
        assert lost_by(verdict) == set(range(1, verdict.head.count + 1)) - numbers_of(store)


# -- and nothing else ------------------------------------------------------------------------


def at_control(change: Callable[[Database, Verdict], None]) -> Callable[[Store], str | None]:
    """Somebody at control.db with its key in hand, but not at the vault; what verifying says."""

    def tamper(store: Store) -> str | None:
        audit = store.control.audit
        verdict = audit.verify()
        database = store.control._database
        with database.transaction():
            change(database, verdict)
        return audit.verify().fault

    return tamper


def _delete(database: Database, number: int) -> None:
    database.rows("DELETE FROM audit WHERE number = ?", (number,))


def _edit(database: Database, number: int) -> None:
    database.rows("UPDATE audit SET body = replace(body, 'n:', 'm:') WHERE number = ?", (number,))


def _fill_gap(database: Database, verdict: Verdict) -> None:
    database.rows(
        "INSERT INTO audit SELECT ?, body, promise, digest, seal FROM audit WHERE number = 1",
        (verdict.gaps[0].first,),
    )


def _cut(database: Database, verdict: Verdict) -> None:
    database.rows("DELETE FROM audit WHERE number >= ?", (verdict.gaps[0].first,))
    (row,) = database.rows("SELECT promise FROM audit ORDER BY number DESC LIMIT 1")
    database.rows("UPDATE audit_keys SET count = ?", (verdict.gaps[0].first - 1,))
    assert row


TAMPERED: dict[str, Callable[[Database, Verdict], None]] = {
    "the row before it taken": lambda at, found: _delete(at, found.gaps[0].first - 1),
    "the row behind it taken": lambda at, found: _delete(at, found.gaps[0].last + 1),
    "the row behind it changed": lambda at, found: _edit(at, found.gaps[0].last + 1),
    "another row taken": lambda at, _: _delete(at, 7),
    "another row changed": lambda at, _: _edit(at, 7),
    "a row put into it": _fill_gap,
    "the mending's own row taken": lambda at, found: _delete(at, found.head.count),
    "it and all behind it taken": _cut,
}


def test_a_gap_made_by_hand_and_a_row_that_calls_it_a_damage_are_tampering(
    written: Written, box: Box
) -> None:
    """Even with the key of the next row, which is in control.db: the vault says nothing of it."""
    lay(written, box)
    with box.store() as store:
        audit = store.control.audit
        with store.control._database.transaction():
            store.control._database.rows("DELETE FROM audit WHERE number BETWEEN 41 AND 57")
        for what in ("lost:41-57,audit", "audit"):
            audit.append(replace(entry(0), event=Event.CONTROL_SALVAGED, who="kioskd", what=what))
        verdict = audit.verify()
        assert (verdict.fault, verdict.number, verdict.gaps) == ("order", 41, ())


def test_what_was_taken_before_a_damage_is_not_excused_by_it(written: Written, box: Box) -> None:
    file = lay(written, box)
    with box.store() as store, closing(_at(store, "control.db")) as database:
        _delete(database, 10)
        # As in the copy too.
        (box.sealed / COPY).unlink()
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    ruin(file, written.pages["audit"][-1])
    with box.store() as store:
        store.control.salvage()
        verdict = store.control.audit.verify()
        assert (verdict.fault, verdict.number) == ("order", 10)
        assert verdict.gaps


def _at(store: Store, name: str) -> Database:
    return open_database(store.folder, name, store.records._vault.keys().control.key)


@pytest.mark.soak
def test_whichever_block_goes_the_loss_is_told_exactly(written: Written, box: Box) -> None:
    size = (written.state / "sealed" / "control.db").stat().st_size
    pages = list(range(1, size // PAGE + 1))
    random.shuffle(pages)
    for page in pages:
        ruin(lay(written, box), page)
        with box.store() as store:
            store.control.salvage()
            verdict = store.control.audit.verify(start=written.start, known=written.heads)
            assert verdict.fault is None, page
            assert lost_by(verdict) == set(range(1, verdict.head.count + 1)) - numbers_of(store)
            assert store.control.audit.append(entry(ROWS)).count > ROWS


@pytest.mark.parametrize("how", TAMPERED)
def test_beside_a_gap_that_is_on_record_any_tampering_is_found(
    written: Written, box: Box, how: str
) -> None:
    ruin(lay(written, box), written.pages["audit"][-2])
    with box.store() as store:
        store.control.salvage()
        assert store.control.audit.verify().fault is None
        assert at_control(TAMPERED[how])(store) is not None
