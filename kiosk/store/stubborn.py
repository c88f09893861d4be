"""A file with bad blocks, read as far as it can be."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.ports.records import StoreCorrupt
from kiosk.store.database import Database, Row, Values, open_database
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import SealedFile


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
