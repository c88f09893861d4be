"""Saving what can still be read of a damaged file.

SQLCipher seals every page for itself, so a bad block costs the rows of its page; but after the
first page that does not verify the connection refuses everything, and must be made anew (facts
STORE_AND_BOX: 998 rows of 1000 that way, 580 without).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass

from kiosk.domain.dates import Month
from kiosk.durable import disk_errors
from kiosk.errors import StoreError
from kiosk.ports.records import StoreCorrupt
from kiosk.store.database import Row, open_database
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import Quarantined, SealedFile
from kiosk.store.month_file import MonthFile
from kiosk.store.schema import MONTH_FILE, migrate
from kiosk.store.stubborn import Stubborn

_SOUND = [{"quick_check": "ok"}]
_BEYOND = 500
"""Rows looked for after the last one that a copy knows."""
_MOST_MISSES = 1000


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was saved of a file.

    Args:
        rows: of checks, by sequence.
        follow_ups: rows, in any order.
        lost: sequence numbers of checks that were there and cannot be read. Where not even the
            numbers can be read, those that are missing between the first and the last that was
            saved.
    """

    rows: list[Row]
    follow_ups: list[Row]
    lost: tuple[int, ...]


def is_there(folder: StateFolder, sealed: SealedFile) -> bool:
    """False where a file is gone or empty: then SQLite makes nothing of its log either."""
    path = folder.database(sealed.name)
    with disk_errors():
        return path.exists() and path.stat().st_size > 0


def is_sound(folder: StateFolder, sealed: SealedFile) -> bool:
    """True when every page of a file verifies and hangs together; reads all of it."""
    try:
        with closing(open_database(folder, sealed.name, sealed.key)) as database:
            # What the log holds is the truth of a page; only then is the page itself judged.
            database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            if database.rows("PRAGMA cipher_integrity_check"):
                return False
            return database.rows("PRAGMA quick_check(1)") == _SOUND
    except StoreCorrupt:
        return False


def rescue(
    folder: StateFolder, sealed: SealedFile, *, below: int, elsewhere: Collection[int]
) -> Rescue:
    """Read a damaged file row by row; the file stays as it is.

    Args:
        folder: where it lies.
        sealed: the file.
        below: no sequence number, and no row of another table, is as high.
        elsewhere: sequence numbers that other files hold.

    Raises:
        DiskFull, DiskReadOnly, StateInUse: it cannot even be opened, for another reason.
    """
    if not is_there(folder, sealed):
        return Rescue([], [], ())
    with closing(Stubborn(folder, sealed)) as file:
        numbers = file.numbers()
        rows = file.each("SELECT * FROM checks WHERE sequence = ?", numbers or range(1, below))
        follow_ups = file.each("SELECT * FROM follow_ups WHERE rowid = ?", range(1, below))
    saved = {int(row["sequence"]) for row in rows}
    between = range(min(saved, default=0), max(saved, default=0))
    expected = between if numbers is None else numbers
    return Rescue(rows, follow_ups, tuple(sorted(set(expected) - saved - set(elsewhere))))


def renewed(
    folder: StateFolder,
    damaged: SealedFile,
    month: Month | None,
    *,
    below: int,
    elsewhere: Collection[int],
) -> tuple[Quarantined, SealedFile]:
    """Write what can be saved to a fresh file, which the vault does not know yet.

    Args and errors are those of ``rescue``; ``month`` is that of the file. After an error nothing
    of the fresh file is left.
    """
    saved = rescue(folder, damaged, below=below, elsewhere=elsewhere)
    fresh = SealedFile.invent()
    try:
        with closing(open_database(folder, fresh.name, fresh.key)) as database:
            migrate(database, MONTH_FILE)
            file = MonthFile(database, month)
            file.adopt(saved.rows)
            for row in saved.follow_ups:
                file.keep_follow_up(row)
    except StoreError:
        folder.remove(folder.database(fresh.name))
        raise
    return Quarantined(damaged, month, len(saved.rows), saved.lost), fresh


@dataclass(frozen=True, slots=True)
class TableRescue:
    """What was saved of one table.

    Args:
        rows: with ``rowid_``.
        is_whole: every row was read.
        unread: rowids that may be rows and cannot be read; None = any may be one.
        last: the highest rowid; None = not known.
    """

    rows: Sequence[Row] = ()
    is_whole: bool = False
    unread: frozenset[int] | None = None
    last: int | None = None


def rescued_table(
    source: Stubborn, table: str, of_copy: Sequence[Row], last: int | None
) -> TableRescue:
    """Every row of a table that can be read.

    Args:
        source: the damaged file.
        table: a name of our own schema.
        of_copy: what a copy knows of it.
        last: the highest rowid, where another table says it.
    """
    rows = source.all(every(table))
    if rows is not None:
        last = max((int(row["rowid_"]) for row in rows), default=0)
        return TableRescue(rows, is_whole=True, unread=frozenset(), last=last)
    found: list[Row] = []
    unread: set[int] = set()
    asked = source.all(f"SELECT max(rowid) AS last FROM {table}")  # noqa: S608 - our own names
    highest = int(asked[0]["last"] or 0) if asked else last
    known = max((int(row["rowid_"]) for row in of_copy), default=0) + _BEYOND
    misses = 0
    # The latest first: the copy does not know them.
    for number in range(known if highest is None else highest, 0, -1):
        row = source.all(f"{every(table)} WHERE rowid = ?", (number,))
        found += row or []
        unread |= {number} if row is None else set()
        misses = misses + 1 if row is None else 0
        if misses > _MOST_MISSES:
            unread |= set(range(1, number))
            break
    return TableRescue(found, unread=frozenset(unread), last=highest)


def every(table: str) -> str:
    """A statement for all rows of a table of our own schema."""
    return f"SELECT rowid AS rowid_, * FROM {table}"  # noqa: S608 - see above
