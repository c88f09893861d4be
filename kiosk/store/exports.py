"""Paired computers and files that were written, in control.db."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kiosk.domain.dates import Month
from kiosk.ports.exports import Computer
from kiosk.store.database import Database, Row

_SWITCH, _ON = "receipt.", "on"


class PairedComputers:
    """``Computers`` in control.db.

    Args:
        database: control.db, migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pair(self, computer: Computer) -> None:
        """See the port."""
        with self._database.revoking():
            self._database.rows(
                "INSERT OR REPLACE INTO computers (name, address, paired_at, token_hash)"
                " VALUES (?, ?, ?, ?)",
                (
                    *(computer.name, computer.address),
                    *(computer.paired_at.isoformat(), computer.token_hash),
                ),
            )

    def all(self) -> Sequence[Computer]:
        """See the port."""
        rows = self._database.rows("SELECT * FROM computers ORDER BY name")
        return [_computer(row) for row in rows]

    def of_token(self, token_hash: str) -> Computer | None:
        """See the port."""
        row = self._database.row("SELECT * FROM computers WHERE token_hash = ?", (token_hash,))
        return _computer(row) if row else None

    def revoke(self, name: str) -> bool:
        """See the port."""
        with self._database.revoking():
            gone = self._database.rows("DELETE FROM computers WHERE name = ? RETURNING 1", (name,))
        return bool(gone)


class KeptSwitches:
    """``Switches`` in control.db, beside what the staff set at the box.

    Args:
        database: control.db, migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def switched(self) -> Mapping[str, bool]:
        """See the port."""
        rows = self._database.rows(
            "SELECT name, value FROM preferences WHERE name GLOB ?", (f"{_SWITCH}*",)
        )
        return {row["name"].removeprefix(_SWITCH): row["value"] == _ON for row in rows}

    def switch(self, way: str, *, is_on: bool) -> None:
        """See the port."""
        with self._database.transaction():
            self._database.rows(
                "INSERT OR REPLACE INTO preferences (name, value) VALUES (?, ?)",
                (_SWITCH + way, _ON if is_on else "off"),
            )


class HeldFiles:
    """``Held`` in control.db; the file's path, never its content.

    Args:
        database: control.db, migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, month: Month, file: Path) -> None:
        """See the port."""
        with self._database.transaction():
            self._database.rows(
                "INSERT OR REPLACE INTO held_files (path, month) VALUES (?, ?)",
                (str(file.absolute()), str(month)),
            )

    def let_go(self, file: Path) -> None:
        """See the port."""
        with self._database.transaction():
            self._database.rows("DELETE FROM held_files WHERE path = ?", (str(file.absolute()),))

    def files(self, month: Month) -> Sequence[Path]:
        """See the port."""
        rows = self._database.rows(
            "SELECT path FROM held_files WHERE month = ? ORDER BY path", (str(month),)
        )
        return [Path(row["path"]) for row in rows]

    def destroy(self, month: Month) -> None:
        """Delete what is remembered of a month; what cannot be deleted now is tried again.

        A file on a stick that is not plugged in is out of reach: it stays on the list.
        """
        for file in self.files(month):
            try:
                file.unlink(missing_ok=file.parent.is_dir())
            except OSError:
                continue
            self.let_go(file)

    def overdue(self, kept: Sequence[Month]) -> None:
        """Try again what could not be deleted with its month.

        Args:
            kept: months that hold checks.
        """
        for row in self._database.rows(
            "SELECT DISTINCT month FROM held_files WHERE month IN (SELECT month FROM counts)"
        ):
            month = Month.parse(row["month"])
            if month not in kept:
                self.destroy(month)


def _computer(row: Row) -> Computer:
    paired_at = datetime.fromisoformat(row["paired_at"])
    return Computer(row["name"], row["address"], paired_at, row["token_hash"])
