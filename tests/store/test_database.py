"""One sealed file: its promises to the disk and the names of its errors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.ports.records import StateInUse, StoreCorrupt
from kiosk.store.database import Database, open_database
from kiosk.store.folder import StateFolder

KEY = os.urandom(32)


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path)


@pytest.fixture
def database(folder: StateFolder) -> Database:
    database = open_database(folder, "a.db", KEY)
    database.rows("CREATE TABLE words (word TEXT)")
    return database


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("temp_store", 2), ("busy_timeout", 5000)],
)
def test_the_pragmas_hold(database: Database, pragma: str, value: str | int) -> None:
    row = database.row(f"PRAGMA {pragma}")
    assert row is not None
    assert list(row.values()) == [value]


def test_unhurried_lasts_only_inside(database: Database) -> None:
    with database.unhurried():
        assert database.row("PRAGMA synchronous") == {"synchronous": 1}
    assert database.row("PRAGMA synchronous") == {"synchronous": 2}


def test_another_key_opens_nothing_and_says_nothing(
    database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    database.rows("INSERT INTO words VALUES ('secret')")
    database.close()
    with pytest.raises(StoreCorrupt):
        Database(database.path, os.urandom(32))
    assert b"secret" not in database.path.read_bytes()
    assert capfd.readouterr().err == ""


def test_a_bad_block_is_named(database: Database) -> None:
    with database.transaction():
        for number in range(500):
            database.rows("INSERT INTO words VALUES (?)", (f"{number}" * 40,))
    database.close()
    content = bytearray(database.path.read_bytes())
    content[4096 * 5 : 4096 * 6] = bytes(4096)
    database.path.write_bytes(content)
    reopened = Database(database.path, KEY)
    with pytest.raises(StoreCorrupt):
        reopened.rows("SELECT * FROM words")
    reopened.close()


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(ValueError, match="not in list"), database.transaction():
        database.rows("INSERT INTO words VALUES ('half')").index({"no such": "row"})
    assert database.rows("SELECT * FROM words") == []


def test_a_writer_waits_and_then_says_who_is_in_the_way(
    folder: StateFolder, database: Database
) -> None:
    other = open_database(folder, "a.db", KEY)
    other.rows("PRAGMA busy_timeout = 20")
    with database.transaction(), pytest.raises(StateInUse):
        other.transaction().__enter__()
    with other.transaction():
        other.rows("INSERT INTO words VALUES ('now')")
    assert database.rows("SELECT word FROM words") == [{"word": "now"}]
    other.close()
