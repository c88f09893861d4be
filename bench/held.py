"""What a process holds in memory for a store that is filled, in KiB: searched, then listed.

    python -m bench.held sealed|plain PATH

A program of its own, because what the bench itself once held would hide it. Its modules are loaded
and counted beforehand; then it opens the file and looks for one person, as kioskd does for weeks,
and lists the whole month once. What is resident then, above what was before, is the store's.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from kiosk.domain.dates import Month
from kiosk.ports.records import Search
from tests.support.store import Box

MONTH = Month(2026, 11)
NAME = "ｼｹﾝ ｱｱｱｲｳ"


def main(kind: str, path: Path) -> None:
    """Print both."""
    before = _resident_kib()
    with ExitStack() as undo:
        found = _sealed(path, undo) if kind == "sealed" else _plain(path, undo)
        print(*(each - before for each in found))


def _sealed(state_dir: Path, undo: ExitStack) -> Iterator[int]:
    records = Box(state_dir, undo=undo).store().records
    records.search(Search(kana=NAME))
    yield _resident_kib()
    records.history(MONTH)
    yield _resident_kib()


def _plain(path: Path, undo: ExitStack) -> Iterator[int]:
    database = undo.enter_context(closing(sqlite3.connect(path)))
    database.execute("SELECT * FROM checks WHERE kana = ?", (NAME,)).fetchall()
    yield _resident_kib()
    database.execute("SELECT * FROM checks ORDER BY sequence").fetchall()
    yield _resident_kib()


def _resident_kib() -> int:
    status = Path("/proc/self/status").read_text("ascii")
    (held,) = re.findall(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(held)


main(sys.argv[1], Path(sys.argv[2]))
