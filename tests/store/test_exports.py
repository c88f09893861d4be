"""Paired computers, and files that go with their month."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.dates import Month
from kiosk.ports.exports import Computer, CopyUnknown
from kiosk.store.copies import folder_without, trace_of
from tests.support.store import NOON, Box

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
DESK = Computer("desk-1", "192.0.2.7", NOON, "a" * 64)


def test_a_computer_paired_anew_has_one_token(box: Box) -> None:
    computers = box.store().control.computers
    computers.pair(DESK)
    computers.pair(replace(DESK, token_hash="b" * 64))
    assert [each.token_hash for each in computers.all()] == ["b" * 64]
    assert computers.of_token("a" * 64) is None
    assert computers.of_token("b" * 64) == replace(DESK, token_hash="b" * 64)


def test_a_revoked_one_is_gone(box: Box) -> None:
    computers = box.store().control.computers
    computers.pair(DESK)
    assert computers.revoke("desk-1")
    assert not computers.revoke("desk-1")
    assert computers.of_token(DESK.token_hash) is None


def test_files_go_with_their_month_and_others_stay(box: Box, tmp_path: Path) -> None:
    store = box.store()
    old, new, foreign = (tmp_path / name for name in ("old.csv", "new.csv", "foreign.csv"))
    for each in (old, new, foreign):
        each.write_text("x")
    for month, file in ((OCTOBER, old), (NOVEMBER, new)):
        store.records.open(box.check(treated_on=month.first_day))
        store.control.held.hold(month, file)
    store.records.purge(OCTOBER)
    assert (old.exists(), new.exists(), foreign.exists()) == (False, True, True)
    assert store.control.held.files(OCTOBER) == []


def test_a_file_on_a_stick_that_is_away_is_deleted_when_it_comes_back(
    box: Box, tmp_path: Path
) -> None:
    store, stick = box.store(), tmp_path / "stick"
    stick.mkdir()
    file = stick / "a.csv"
    file.write_text("x")
    store.records.open(box.check(treated_on=date(2026, 10, 3)))
    store.control.held.hold(OCTOBER, file)
    away = stick.rename(tmp_path / "away")
    store.records.purge(OCTOBER)
    assert store.control.held.files(OCTOBER) == [file]
    away.rename(stick)
    store.control.held.overdue(store.records.months())
    assert not file.exists()
    assert store.control.held.files(OCTOBER) == []


@pytest.fixture
def copy(box: Box, tmp_path: Path) -> Path:
    """A file of October, written and told of."""
    store, file = box.store(), tmp_path / "there" / "a.csv"
    store.records.open(box.check(treated_on=date(2026, 10, 3)))
    file.parent.mkdir()
    store.control.held.hold(OCTOBER, file)
    file.write_text("October")
    assert store.control.held.written(file, trace_of(file))
    return file


def test_a_file_is_not_gone_because_it_is_not_seen(box: Box, copy: Path) -> None:
    """As kioskd sees ``/tmp``, or the place of a stick that is away: empty, and another folder."""
    store = box.store()
    hidden = copy.parent.rename(copy.parent.with_name("hidden"))
    copy.parent.mkdir()
    store.records.purge(OCTOBER)
    assert [each.file for each in store.records.destroy_copies()] == [copy]
    # Nor on the word of somebody who sees that other folder.
    seen = folder_without(copy)
    assert seen is not None
    assert not store.control.held.let_go_from(copy, seen)
    copy.parent.rmdir()
    hidden.rename(copy.parent)
    assert store.records.destroy_copies() == []
    assert not copy.exists()


def test_another_file_in_its_place_stays(box: Box, copy: Path) -> None:
    store = box.store()
    copy.rename(copy.with_name("kept.csv"))
    copy.write_text("somebody's own")
    store.records.purge(OCTOBER)
    assert copy.read_text() == "somebody's own"
    assert [each.file for each in store.records.copies_left()] == [copy]


def test_a_stick_that_was_plugged_in_again_gives_other_numbers(box: Box, copy: Path) -> None:
    store, old = box.store(), copy.stat()
    copy.rename(copy.with_name("away"))
    copy.write_text("October")
    # FAT keeps it to two seconds.
    os.utime(copy, ns=(old.st_atime_ns, old.st_mtime_ns - 1_900_000_000))
    store.records.purge(OCTOBER)
    assert not copy.exists()
    assert store.records.copies_left() == []


def test_whoever_sees_the_folder_without_it_lets_it_go(box: Box, copy: Path) -> None:
    store = box.store()
    assert folder_without(copy) is None
    copy.unlink()
    store.records.purge(OCTOBER)
    assert [each.file for each in store.records.copies_left()] == [copy]
    seen = folder_without(copy)
    assert seen is not None
    assert store.control.held.let_go_from(copy, seen)
    assert store.records.copies_left() == []
    with pytest.raises(CopyUnknown):
        store.control.held.let_go(copy)


def test_a_month_that_is_kept_has_no_copies_left(box: Box, copy: Path) -> None:
    store = box.store()
    assert store.records.destroy_copies() == []
    assert copy.exists()


def test_a_file_that_was_never_written_is_let_go(box: Box, tmp_path: Path) -> None:
    held = box.store().control.held
    held.hold(OCTOBER, tmp_path / "a.csv")
    held.let_go(tmp_path / "a.csv")
    assert held.files(OCTOBER) == []
