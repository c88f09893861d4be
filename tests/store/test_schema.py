"""Migrations: forward only, all or nothing, and nothing loaded when there is nothing to do."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils

from kiosk.domain.dates import Month
from kiosk.ports.records import Search, StoreCorrupt
from kiosk.store.database import Database, open_database
from kiosk.store.folder import StateFolder
from kiosk.store.leases import Lease
from kiosk.store.month_file import MonthFile
from kiosk.store.rows import new_row, settlement
from kiosk.store.schema import CONTROL_FILE, MONTH_FILE, Migration, migrate
from tests.support.store import Box, answered

KEY = os.urandom(32)
MONTH = Month(2026, 11)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(StateFolder(tmp_path), "a.db", KEY)


@pytest.mark.parametrize("migrations", [MONTH_FILE, CONTROL_FILE])
def test_a_file_of_every_earlier_form_becomes_the_newest(
    tmp_path: Path, migrations: tuple[Migration, ...]
) -> None:
    folder = StateFolder(tmp_path)
    whole = open_database(folder, "whole.db", KEY)
    migrate(whole, migrations)
    for age in range(len(migrations)):
        older = open_database(folder, f"{age}.db", KEY)
        migrate(older, migrations[:age])
        migrate(older, migrations)
        migrate(older, migrations)
        assert _form(older) == _form(whole)


@pytest.mark.parametrize("age", range(1, len(MONTH_FILE)))
def test_what_an_earlier_form_holds_is_there_and_found_afterwards(box: Box, age: int) -> None:
    folder = StateFolder(box.state_dir)
    newest = MonthFile(open_database(folder, "newest.db", KEY), MONTH)
    migrate(newest._database, MONTH_FILE)
    written = new_row(box.check(), 7, Lease("somebody", 1.0), None)
    newest.insert(written)
    outcome = answered()
    one = replace(outcome.answer.eligibilities[0], name_kana="ｼｹﾝ ﾀﾛｳ")
    outcome = replace(outcome, answer=replace(outcome.answer, eligibilities=(one,)))
    check_id = str(written["check_id"])
    newest.change(check_id, settlement(outcome, box.wall, None, box.boot()))
    (row,) = newest.rows()

    older = open_database(folder, "older.db", KEY)
    migrate(older, MONTH_FILE[:age])
    known = {each["name"] for each in older.rows("PRAGMA table_info(checks)")}
    MonthFile(older, MONTH).adopt([{name: row[name] for name in row if name in known}])
    migrate(older, MONTH_FILE)
    brought_up = MonthFile(older, MONTH)
    assert brought_up.get(check_id) == newest.get(check_id)
    (found,) = brought_up.search(Search(kana="シケン"))
    assert found.sequence == 7
    assert brought_up.tally() == newest.tally()


def _form(database: Database) -> list[dict[str, object]]:
    return database.rows("SELECT type, name, sql FROM sqlite_master ORDER BY name")


def test_a_migration_that_fails_leaves_the_file_as_it_was(database: Database) -> None:
    def fails(tables: sqlite_utils.Database) -> None:
        tables.table("half").insert({"a": 1})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        migrate(database, (*MONTH_FILE, fails))
    assert _form(database) == []
    migrate(database, MONTH_FILE)
    assert database.row("PRAGMA user_version") == {"user_version": len(MONTH_FILE)}


def test_a_file_of_a_later_version_is_left_alone(database: Database) -> None:
    migrate(database, MONTH_FILE)
    before = _form(database)
    with pytest.raises(StoreCorrupt, match="newer"):
        migrate(database, MONTH_FILE[:1])
    assert _form(database) == before


def test_the_queue_is_found_by_its_index(database: Database) -> None:
    migrate(database, MONTH_FILE)
    (plan,) = database.rows(
        "EXPLAIN QUERY PLAN SELECT sequence FROM checks"
        " WHERE state IN ('sending', 'queued', 'set_aside') ORDER BY sequence"
    )
    assert "waiting" in plan["detail"]


def test_a_store_in_its_newest_form_opens_without_the_toolbox(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    store.close()
    program = (
        "import sys, pathlib\n"
        "from kiosk.store.keys import DeviceKey\n"
        "from kiosk.store.opening import open_store\n"
        "store = open_store(pathlib.Path(sys.argv[1]), DeviceKey(b'k' * 32))\n"
        "assert len(store.records.waiting()) == 1\n"
        "store.close()\n"
        "print(sorted({'sqlite_utils', 'click', 'pluggy'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, box.state_dir], check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
