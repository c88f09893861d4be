"""Saving what can still be read of a damaged file.

SQLCipher seals every page for itself, so a bad block costs the rows of its page; but after the
first page that does not verify the connection refuses everything, and must be made anew (facts
STORE_AND_BOX: 998 rows of 1000 that way, 580 without).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass

from kiosk.domain.dates import Month
from kiosk.errors import StoreError
from kiosk.ports.records import StoreCorrupt
from kiosk.store.database import Database, Row, Values, open_database
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import Quarantined, SealedFile
from kiosk.store.month_file import MonthFile
from kiosk.store.schema import MONTH_FILE, migrate

_SOUND = [{"quick_check": "ok"}]


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


class Stubborn:
    """A damaged file; opened anew after each thing it cannot read."""

    def __init__(self, folder: StateFolder, sealed: SealedFile) -> None:
        self._folder = folder
        self._sealed = sealed
        self._database: Database | None = None

    def numbers(self) -> list[int] | None:
        """Of all checks, from an index alone; None when that is damaged too."""
        rows = self.all("SELECT sequence FROM checks INDEXED BY idx_checks_check_id")
        return None if rows is None else sorted(int(row["sequence"]) for row in rows)

    def all(self, sql: str, values: Values = ()) -> list[Row] | None:
        """Every row of one statement; None where one of them cannot be read."""
        try:
            return self._opened().rows(sql, values)
        except StoreCorrupt:
            self.close()
            return None

    def each(self, sql: str, numbers: Iterable[int]) -> list[Row]:
        """The rows that can be read; a table that cannot be found at all has none."""
        found = []
        for number in numbers:
            try:
                found += self._opened().rows(sql, (number,))
            except StoreCorrupt:
                is_hopeless = self._database is None
                self.close()
                if is_hopeless:
                    break
        return found

    def _opened(self) -> Database:
        if self._database is None:
            database = open_database(self._folder, self._sealed.name, self._sealed.key)
            self._database = database
            database.rows("SELECT name FROM sqlite_master LIMIT 1")
        return self._database

    def close(self) -> None:
        """Let go of it."""
        if self._database is not None:
            self._database.close()
            self._database = None
