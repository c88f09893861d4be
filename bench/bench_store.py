"""The sealed store against plain sqlite3: same table, same pragmas, same bytes, in turns.

The store makes objects of every row and keeps numbers, leases and a vault; plain sqlite3 binds and
fetches bare tuples. ``unsealed_list_ms`` makes the same objects from plain sqlite3's rows.

**The purge.** Two treatment months are live when one of them is due. The store has a file a
month: it counts what goes, destroys the month's key (a new vault, synchronised) and unlinks the
file. Plain sqlite3 has both in one file and must forget as surely: it deletes the month, rewrites
the file (VACUUM) and folds the log in. ``purge_ratio`` is of these two; ``purge_ratio_alone`` is to
a plain file that holds nothing but the month. All as kioskd's user, who may not trim; what a trim
costs on top, where root purges by hand, is ``trim_ms``: the disk's, all of it.

**Memory.** ``…_held_mib``: what a fresh process holds for the filled store after a search;
``…_held_listed_mib``: and after it listed all of it once.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.timing import median_ms
from kiosk.domain.check import Answered
from kiosk.domain.dates import Month
from kiosk.formats import answer_json
from kiosk.ports.records import NewCheck, Search
from kiosk.store.database import Database, Row
from kiosk.store.folder import StateFolder
from kiosk.store.records import SealedRecords
from kiosk.store.rows import stored_check
from tests.support.store import Box, answered

RECORDS = 10_000
TURN = 500
PURGES = 5
REQUEST_BYTES = 1500
MONTH = Month(2026, 11)
_SYLLABLES = "ｱｲｳｴｵｶｷｸｹｺ"
_NOBODY = 65534
_EVERYTHING = "SELECT * FROM checks ORDER BY sequence"


def run() -> dict[str, float]:
    """Milliseconds (inserts: a record), and ratios to plain sqlite3; medians."""
    with _as_kioskd_s_user(), TemporaryDirectory() as name, ExitStack() as undo:
        folder = Path(name)
        box = Box(folder / "state", undo=undo)
        records = box.store().records
        with closing(_connected(folder / "plain.db")) as plain:
            figures = _filled(box, records, plain) | _listed(records, plain)
        figures |= _searched(records)
        figures["open_ms"] = median_ms(lambda: box.store().close())
        # A month is purged a month after it ended: the kiosk was restarted since.
        undo.close()
        figures |= _purged(folder) | _held(folder)
    for each in ("insert", "purge"):
        figures[f"{each}_ratio"] = figures[f"{each}_ms"] / figures[f"plain_{each}_ms"]
    figures["purge_ratio_alone"] = figures["purge_ms"] / figures["plain_purge_alone_ms"]
    figures["list_ratio"] = figures["list_ms"] / figures["unsealed_list_ms"]
    figures["list_ratio_to_tuples"] = figures["list_ms"] / figures["plain_list_ms"]
    return {each: round(value, 3) for each, value in figures.items()}


@contextmanager
def _as_kioskd_s_user() -> Iterator[None]:
    """Root may trim, and files of root are no concern of kioskd's."""
    if os.geteuid():
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _connected(path: Path) -> sqlite3.Connection:
    plain = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY"):
        plain.execute(f"PRAGMA {pragma}")
    return plain


def _filled(box: Box, records: SealedRecords, plain: sqlite3.Connection) -> dict[str, float]:
    """Both have the same rows afterwards, answered; so many at a turn are inserted into each."""
    checks = [box.check(request=os.urandom(REQUEST_BYTES)) for _ in range(RECORDS)]
    sealed_ms, plain_ms = [], []
    database: Database | None = None
    for begin in range(0, RECORDS, TURN):
        turn = checks[begin : begin + TURN]
        sealed_ms.append(_ms(lambda turn=turn: _opened(records, turn)) / TURN)  # type: ignore[misc]
        if database is None:
            database = _database(records)
            _lay_out(plain, database)
        rows = database.rows(
            "SELECT * FROM checks ORDER BY sequence LIMIT ? OFFSET ?", (TURN, begin)
        )
        plain_ms.append(_ms(lambda rows=rows: _insert(plain, rows)) / TURN)  # type: ignore[misc]
    assert database is not None
    with database.unhurried():
        for number, each in enumerate(checks):
            outcome = _answered(number)
            records.settle(each.opening.check_id, outcome, at=box.wall, next_attempt_at=None)
    settled = "UPDATE checks SET state = 'answered', request = x'', answer = ?"
    plain.execute(settled, (_answer_text(),))
    return {
        "insert_ms": statistics.median(sealed_ms),
        "plain_insert_ms": statistics.median(plain_ms),
    }


def _opened(records: SealedRecords, checks: Sequence[NewCheck]) -> None:
    for each in checks:
        records.open(each)


def _database(records: SealedRecords) -> Database:
    file = records._file(MONTH)  # noqa: SLF001 - the very table is to be laid out once more
    assert file is not None
    return file._database  # noqa: SLF001 - as above


def _lay_out(plain: sqlite3.Connection, database: Database) -> None:
    for each in database.rows("SELECT sql FROM sqlite_master"):
        if each["sql"]:
            plain.execute(each["sql"])


def _insert(plain: sqlite3.Connection, rows: Sequence[Row]) -> None:
    names = list(rows[0])
    # Our own column names.
    insert = f"INSERT INTO checks ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    for row in rows:
        plain.execute("BEGIN IMMEDIATE")
        plain.execute(insert, tuple(row.values()))
        plain.execute("COMMIT")


def _listed(records: SealedRecords, plain: sqlite3.Connection) -> dict[str, float]:
    names = [each[0] for each in plain.execute(_EVERYTHING).description]

    def unsealed() -> None:
        for each in plain.execute(_EVERYTHING).fetchall():
            stored_check(dict(zip(names, each, strict=True)), MONTH)

    return {
        "list_ms": median_ms(lambda: records.history(MONTH), 5),
        "unsealed_list_ms": median_ms(unsealed, 5),
        "plain_list_ms": median_ms(lambda: plain.execute(_EVERYTHING).fetchall(), 5),
    }


def _searched(records: SealedRecords) -> dict[str, float]:
    wanted = {
        "kana": Search(kana="シケンアアカ"),
        "born": Search(born=date(1999, 9, 9)),
        "number": Search(number="777"),
    }
    return {
        f"search_{name}_ms": median_ms(lambda each=each: records.search(each))  # type: ignore[misc]
        for name, each in wanted.items()
    }


def _purged(folder: Path) -> dict[str, float]:
    """Each purges copies of what was filled, in turns."""
    shutil.copy(folder / "plain.db", folder / "two.db")
    with closing(_connected(folder / "two.db")) as plain:
        _add_another_month(plain)
    times: dict[str, list[float]] = {"purge": [], "plain_purge": [], "plain_purge_alone": []}
    for _ in range(PURGES):
        state, alone, two = folder / "copy", folder / "alone-copy.db", folder / "two-copy.db"
        shutil.copytree(folder / "state", state)
        shutil.copy(folder / "plain.db", alone)
        shutil.copy(folder / "two.db", two)
        os.sync()
        with Box(state).store() as store:
            times["purge"].append(_ms(lambda store=store: store.records.purge(MONTH)))  # type: ignore[misc]
        times["plain_purge"].append(_plain_purge(two))
        times["plain_purge_alone"].append(_plain_purge(alone))
        shutil.rmtree(state)
    return {f"{name}_ms": statistics.median(each) for name, each in times.items()} | _trim(folder)


def _add_another_month(plain: sqlite3.Connection) -> None:
    plain.execute("CREATE TEMP TABLE later AS SELECT * FROM checks")
    plain.execute(
        "UPDATE later SET sequence = sequence + ?, check_id = 'l' || substr(check_id, 2),"
        " treated_on = ?, settled_number = NULL",
        (RECORDS, MONTH.plus(1).first_day.isoformat()),
    )
    plain.execute("INSERT INTO checks SELECT * FROM later")


def _plain_purge(path: Path) -> float:
    with closing(_connected(path)) as plain:

        def purge() -> None:
            ends_on = MONTH.plus(1).first_day.isoformat()
            plain.execute("DELETE FROM checks WHERE treated_on < ?", (ends_on,))
            plain.execute("VACUUM")
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

        return _ms(purge)


def _trim(folder: Path) -> dict[str, float]:
    if os.getuid():
        return {}
    with _as_who_started_it(), closing(StateFolder(folder / "state")) as state:
        return {"trim_ms": _ms(state.trim)}


def _held(folder: Path) -> dict[str, float]:
    """MiB that a process of its own holds for what was filled (``bench.held``)."""
    figures: dict[str, float] = {}
    for kind, path in (("sealed", folder / "state"), ("plain", folder / "plain.db")):
        command = [sys.executable, "-m", "bench.held", kind, str(path)]
        with _as_who_started_it():
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        searched, listed = (int(each) / 1024 for each in printed.split())
        figures |= {f"{kind}_held_mib": searched, f"{kind}_held_listed_mib": listed}
    return figures


@contextmanager
def _as_who_started_it() -> Iterator[None]:
    user = os.geteuid()
    os.seteuid(os.getuid())
    try:
        yield
    finally:
        os.seteuid(user)


def _answered(number: int) -> Answered:
    """Somebody of their own, as far as a search can tell."""
    answer = answered().answer
    reading = "".join(_SYLLABLES[int(digit)] for digit in f"{number:05}")
    one = replace(answer.eligibilities[0], name_kana=f"ｼｹﾝ {reading}", number=str(number))
    return Answered(replace(answer, eligibilities=(one,)))


def _answer_text() -> str:
    return json.dumps(answer_json.to_record(answered().answer), ensure_ascii=False)


def _ms(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000
