"""The audit: every edit, deletion, exchange and cut is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.events import Event
from kiosk.ports.access import Entry, Head
from kiosk.store.audit import AuditLog
from kiosk.store.database import Database
from kiosk.store.schema import CONTROL_FILE, migrate
from tests.support.store import NOON, Box

ROWS = 12


def entry(number: int = 0, *, what: str = "history") -> Entry:
    at = NOON + timedelta(seconds=number)
    return Entry(
        Event.LOOKED,
        at,
        is_trusted=True,
        who="staff/山田院長",
        where="screen",
        what=what,
        record=f"{number:016x}",
    )


def written(folder: Path) -> Iterator[tuple[Database, AuditLog]]:
    file = folder / "control.db"
    file.touch()
    database = Database(file, bytes(32))
    migrate(database, CONTROL_FILE)
    log = AuditLog(database)
    for number in range(ROWS):
        log.append(entry(number))
    yield database, log
    database.close()


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[tuple[Database, AuditLog]]:
    yield from written(tmp_path)


def test_rows_come_back_as_they_were_written_and_hold_together(
    audit: tuple[Database, AuditLog],
) -> None:
    _, log = audit
    assert log.entries() == [(number + 1, entry(number)) for number in range(ROWS)]
    assert [number for number, _ in log.entries(after=ROWS - 1)] == [ROWS]
    verdict = log.verify(known=[log.head()])
    assert (verdict.fault, verdict.is_sealed, verdict.head) == (None, True, log.head())


def test_it_goes_on_over_two_programs_and_a_restart(box: Box) -> None:
    first, second = box.store(), box.store()
    for number in range(4):
        (first, second)[number % 2].control.audit.append(entry(number))
    assert second.control.audit.verify().fault is None
    assert first.control.audit.head().count == 4


def test_the_first_key_leaves_the_box_once_and_still_checks_every_seal(
    audit: tuple[Database, AuditLog],
) -> None:
    database, log = audit
    start = log.take_start()
    assert start is not None
    assert log.take_start() is None
    assert not log.verify().is_sealed
    assert log.verify(start=start) == log.verify(start=start, known=[log.head()])
    assert log.verify(start=bytes(32)).fault == "seal"
    assert start not in database.path.read_bytes()


FORGERIES = {
    "edit": "UPDATE audit SET body = replace(body, '院長', '太郎') WHERE number = {n}",
    "delete": "DELETE FROM audit WHERE number = {n}",
    "cut": "DELETE FROM audit WHERE number >= {n}",
    "digest": "UPDATE audit SET digest = randomblob(32) WHERE number = {n}",
    "promise": "UPDATE audit SET promise = randomblob(32) WHERE number = {n}",
    "exchange": "UPDATE audit SET number = CASE number WHEN {n} THEN -1 ELSE number END;"
    "UPDATE audit SET number = {n} WHERE number = {m};"
    "UPDATE audit SET number = {m} WHERE number = -1",
    "insert": "UPDATE audit SET number = -number WHERE number >= {n};"
    "UPDATE audit SET number = 1 - number WHERE number < 0;"
    "INSERT INTO audit SELECT {n}, body, promise, digest, seal FROM audit WHERE number = {n} + 1",
}


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(sorted(FORGERIES)),
    n=st.integers(1, ROWS),
    step=st.integers(1, ROWS - 1),
    is_taken=st.booleans(),
)
def test_any_change_of_the_rows_is_found_without_a_key(
    kind: str, n: int, step: int, *, is_taken: bool
) -> None:
    m = (n - 1 + step) % ROWS + 1
    with TemporaryDirectory() as folder:
        for database, log in written(Path(folder)):
            if is_taken:
                log.take_start()
            with database.transaction():
                for statement in FORGERIES[kind].format(n=n, m=m).split(";"):
                    database.rows(statement)
            assert log.verify().fault is not None


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, ROWS), is_cut=st.booleans())
def test_who_makes_the_whole_chain_anew_is_found_by_the_first_key_and_by_a_head_kept_elsewhere(
    n: int, *, is_cut: bool
) -> None:
    with TemporaryDirectory() as folder:
        for database, log in written(Path(folder)):
            head, start = log.head(), log.take_start()
            _forge(database, n, is_cut=is_cut)
            assert log.verify().fault is None  # all that the box itself can see holds together
            assert log.verify(start=start).fault is not None
            assert log.verify(known=[head]).fault is not None


def _forge(database: Database, n: int, *, is_cut: bool) -> None:
    """As somebody who owns the box and control.db's key, but no key of the past."""
    with database.transaction():
        database.rows(
            "UPDATE audit SET body = replace(body, '院長', '太郎') WHERE number = ?", (n,)
        )
        if is_cut:
            database.rows("DELETE FROM audit WHERE number > ?", (n,))
        (keys,) = database.rows("SELECT * FROM audit_keys")
        promise = hashlib.sha256(b"madoguchi audit promise" + keys["current"]).digest()
        before = bytes(32)
        rows = database.rows("SELECT * FROM audit ORDER BY number")
        for row in rows:
            kept = promise if row is rows[-1] else row["promise"]
            fixed = before + row["number"].to_bytes(8, "big") + kept
            before = hashlib.sha256(fixed + row["body"].encode()).digest()
            database.rows(
                "UPDATE audit SET promise = ?, digest = ? WHERE number = ?",
                (kept, before, row["number"]),
            )


def test_a_patients_name_cannot_stand_in_it(audit: tuple[Database, AuditLog]) -> None:
    _, log = audit
    with pytest.raises(ValueError, match="names of things"):
        log.append(entry(what="試験 太郎"))


def test_a_check_has_another_name_in_it_the_same_each_time(
    audit: tuple[Database, AuditLog],
) -> None:
    _, log = audit
    assert log.opaque("a-check") == log.opaque("a-check") != log.opaque("another")
    assert "a-check" not in log.opaque("a-check")


def test_a_head_is_read_as_it_is_written(audit: tuple[Database, AuditLog]) -> None:
    head = audit[1].head()
    assert Head.parse(f" {str(head).upper()}\n") == head
    for text in ("", "3", "3;zz", "x;" + "0" * 64, "3;00", "-1;" + "0" * 64):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever part is wrong
            Head.parse(text)
