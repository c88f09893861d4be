"""Paired computers, and files that go with their month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk.domain.dates import Month
from kiosk.ports.exports import Computer
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


def test_a_file_that_was_never_written_is_let_go(box: Box, tmp_path: Path) -> None:
    held = box.store().control.held
    held.hold(OCTOBER, tmp_path / "a.csv")
    held.let_go(tmp_path / "a.csv")
    assert held.files(OCTOBER) == []
