"""The sealed store against plain sqlite3: same table, same pragmas, same bytes, same run.

The store makes objects of every row and keeps numbers, leases and a vault; plain sqlite3 binds and
fetches bare tuples. ``unsealed_list_ms`` makes the same objects from plain sqlite3's rows.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.timing import median_ms
from kiosk.domain.check import Answered
from kiosk.domain.dates import Month
from kiosk.formats import answer_json
from kiosk.ports.records import Search
from kiosk.store.database import Row
from kiosk.store.rows import stored_check
from tests.support.store import Box, answered

RECORDS = 10_000
REQUEST_BYTES = 1500
MONTH = Month(2026, 11)
_SYLLABLES = "ｱｲｳｴｵｶｷｸｹｺ"


def run() -> dict[str, float]:
    """Milliseconds (inserts: a record), and ratios to plain sqlite3."""
    with TemporaryDirectory() as folder, ExitStack() as undo:
        box = Box(Path(folder) / "state", undo=undo)
        records = box.store().records
        checks = [box.check(request=os.urandom(REQUEST_BYTES)) for _ in range(RECORDS)]
        figures = {"insert_ms": _ms(lambda: [records.open(each) for each in checks]) / RECORDS}
        file = records._file(MONTH)  # noqa: SLF001 - the very table is to be laid out once more
        assert file is not None
        database = file._database  # noqa: SLF001 - as above
        rows, shape = file.rows(), database.rows("SELECT sql FROM sqlite_master")
        with closing(sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)) as plain:
            plain_figures = _plain(plain, shape, rows)
        with database.unhurried():
            for number, each in enumerate(checks):
                check_id = each.opening.check_id
                outcome = _answered(number)
                records.settle(check_id, outcome, at=box.wall, next_attempt_at=None)
        figures["list_ms"] = median_ms(lambda: records.history(MONTH), 5)
        figures["search_kana_ms"] = median_ms(lambda: records.search(Search(kana="シケンアアカ")))
        figures["search_born_ms"] = median_ms(lambda: records.search(Search(born=date(1999, 9, 9))))
        figures["search_number_ms"] = median_ms(lambda: records.search(Search(number="777")))
        figures["open_ms"] = median_ms(lambda: box.store().close())
        records.close()  # a month is purged a month after it ended: the kiosk was restarted since
        figures["purge_ms"] = _ms(lambda: records.purge(MONTH))
    figures |= plain_figures
    for name in ("insert", "purge"):
        figures[f"{name}_ratio"] = figures[f"{name}_ms"] / figures[f"plain_{name}_ms"]
    figures["list_ratio"] = figures["list_ms"] / figures["unsealed_list_ms"]
    figures["list_ratio_to_tuples"] = figures["list_ms"] / figures["plain_list_ms"]
    return {name: round(value, 3) for name, value in figures.items()}


def _plain(plain: sqlite3.Connection, shape: list[Row], rows: list[Row]) -> dict[str, float]:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY"):
        plain.execute(f"PRAGMA {pragma}")
    for each in shape:
        if each["sql"]:
            plain.execute(each["sql"])
    names = list(rows[0])
    # Our own column names.
    insert = f"INSERT INTO checks ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608

    def fill() -> None:
        for row in rows:
            plain.execute("BEGIN IMMEDIATE")
            plain.execute(insert, tuple(row.values()))
            plain.execute("COMMIT")

    figures = {"plain_insert_ms": _ms(fill) / len(rows)}
    settled = "UPDATE checks SET state = 'answered', request = x'', answer = ?"
    plain.execute(settled, (_answer_text(),))
    everything = "SELECT * FROM checks ORDER BY sequence"
    figures["plain_list_ms"] = median_ms(lambda: plain.execute(everything).fetchall(), 5)
    figures["unsealed_list_ms"] = median_ms(
        lambda: [
            stored_check(dict(zip(names, each, strict=True)), MONTH)
            for each in plain.execute(everything).fetchall()
        ],
        5,
    )
    figures["plain_purge_ms"] = _ms(lambda: plain.executescript("DELETE FROM checks; VACUUM;"))
    return figures


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
