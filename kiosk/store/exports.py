"""Paired computers and files that were written, in control.db."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kiosk.domain.dates import Month
from kiosk.ports.exports import Computer, CopyUnknown, HeldCopy, Trace
from kiosk.store.copies import can_delete, delete
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

    def written(self, file: Path, trace: Trace) -> bool:
        """See the port."""
        held = self._held(file)
        with self._database.transaction():
            self._database.rows(
                "UPDATE held_files SET trace = ? WHERE path = ?", (str(trace), str(held.file))
            )
        return can_delete(replace(held, trace=trace))

    def let_go(self, file: Path) -> None:
        """See the port."""
        self._forget(self._held(file))

    def let_go_from(self, file: Path, folder: str) -> bool:
        """See the port."""
        held = self._held(file)
        if held.trace is None or held.trace.folder != folder:
            return False
        self._forget(held)
        return True

    def files(self, month: Month) -> Sequence[Path]:
        """See the port."""
        return [each.file for each in self._copies() if each.month == month]

    def destroy(self, month: Month) -> None:
        """Delete what is remembered of a month; what this process cannot delete is remembered on.

        Not to see a file is not to know that it is gone: a stick may be away, and the daemon's
        ``/tmp`` is its own.
        """
        for copy in self._copies():
            if copy.month == month and delete(copy):
                self._forget(copy)

    def overdue(self, kept: Collection[Month]) -> list[HeldCopy]:
        """Try again what could not be deleted with its month; what is left.

        Args:
            kept: months that hold checks.
        """
        for month in {each.month for each in self.left(kept)}:
            self.destroy(month)
        return self.left(kept)

    def left(self, kept: Collection[Month]) -> list[HeldCopy]:
        """What is remembered of months that were destroyed, by month and path.

        Args:
            kept: months that hold checks.
        """
        gone = {row["month"] for row in self._database.rows("SELECT DISTINCT month FROM counts")}
        gone -= {str(month) for month in kept}
        return [each for each in self._copies() if str(each.month) in gone]

    def early(self, kept: Collection[Month]) -> list[HeldCopy]:
        """What is remembered of months that are not destroyed yet, by month and path."""
        left = {each.file for each in self.left(kept)}
        return [each for each in self._copies() if each.file not in left]

    def _copies(self) -> list[HeldCopy]:
        rows = self._database.rows("SELECT * FROM held_files ORDER BY month, path")
        return [_copy(row) for row in rows]

    def _held(self, file: Path) -> HeldCopy:
        row = self._database.row("SELECT * FROM held_files WHERE path = ?", (str(file.absolute()),))
        if row is None:
            raise CopyUnknown(str(file))
        return _copy(row)

    def _forget(self, copy: HeldCopy) -> None:
        with self._database.transaction():
            self._database.rows("DELETE FROM held_files WHERE path = ?", (str(copy.file),))


def _copy(row: Row) -> HeldCopy:
    trace = Trace.parse(row["trace"]) if row["trace"] else None
    return HeldCopy(Path(row["path"]), Month.parse(row["month"]), trace)


def _computer(row: Row) -> Computer:
    paired_at = datetime.fromisoformat(row["paired_at"])
    return Computer(row["name"], row["address"], paired_at, row["token_hash"])
