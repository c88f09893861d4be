"""The checks of one sealed file: a treatment month, or the provisional ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache

from kiosk.domain.dates import Month
from kiosk.ports.counts import CheckFact, Tally
from kiosk.ports.records import Search, StoredCheck
from kiosk.store.database import Database, Row
from kiosk.store.leases import BootMoment
from kiosk.store.rows import (
    Change,
    fact_of,
    is_claimable,
    seconds_until_due,
    stored_check,
    tally_of,
)
from kiosk.store.searching import condition

_WAITING = "WHERE state IN ('sending', 'queued', 'set_aside')"
_BACKLOG = (
    "SELECT count(*) AS waiting FROM checks WHERE state IN ('sending', 'queued', 'set_aside')"
)
_DUE = (
    "SELECT min(CASE WHEN due_boot_id IS ?1 THEN due_boot_s END) AS by_boot,"
    " min(CASE WHEN due_boot_id IS NOT ?1 THEN next_attempt_at END) AS by_wall,"
    " max(CASE WHEN due_boot_id IS NOT ?1 THEN deferred_at END) AS deferred_at"
    " FROM checks WHERE state IN ('sending', 'queued', 'set_aside')"
    " AND state = 'queued' AND next_attempt_at IS NOT NULL"
)
_CLAIMABLE = (
    "SELECT sequence, check_id, state, attempts, next_attempt_at, deferred_at,"
    " due_boot_id, due_boot_s, lease_owner, lease_boot_s FROM checks"
    # Spelt as in the partial index, or SQLite would not use it.
    " WHERE state IN ('sending', 'queued', 'set_aside') AND state <> 'set_aside'"
    " AND sequence > ? ORDER BY sequence LIMIT ?"
)
_PAGE = 64
_NOT_YET: Row = dict.fromkeys(
    (
        *("settled_at", "next_attempt_at", "code", "answer", "exported_at", "terminal"),
        *("corrects", "corrected_by", "withdrawn_at", "reason"),
    )
)
"""What no check has when it is opened."""


@cache
def _insert(columns: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(columns))
    return (
        # Column names are our own; every value is bound.
        f"INSERT INTO checks ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
        " ON CONFLICT (check_id) DO NOTHING"
    )


class MonthFile:
    """One file, open.

    Args:
        database: the file, migrated.
        month: treatment month of its checks; None = provisional.
    """

    def __init__(self, database: Database, month: Month | None) -> None:
        self._database = database
        self.month = month

    def insert(self, row: Row) -> StoredCheck:
        """Add a check, for good.

        Raises:
            ValueError: the file holds that check already.
        """
        with self._database.transaction():
            if not self._add(row):
                raise ValueError("a check is opened once")
        return stored_check(_NOT_YET | row, self.month)

    def adopt(self, rows: Iterable[Row]) -> int:
        """Add those checks it does not hold yet, all or none; how many."""
        with self._database.transaction():
            return sum(self._add(row) for row in rows)

    def _add(self, row: Row) -> int:
        """How many were added: 1, or 0 where the file holds that check already."""
        return self._database.change(_insert(tuple(row)), tuple(row.values()))

    def replace(self, old: Row, new: Row, follow_ups: Iterable[Row]) -> StoredCheck:
        """Take both versions of a check and its follow-ups, from whichever file they come."""
        with self._database.transaction():
            self._database.rows("DELETE FROM checks WHERE check_id = ?", (old["check_id"],))
            # Who reads results hears of both: that the one does not stand, and of the other.
            self._add({**old, "settled_number": old["settled_number"] and self._next_settled()})
            fresh = {**new, "settled_number": None, "exported_at": None}
            if not self._add(fresh):
                raise ValueError("a check is corrected once")
            for row in follow_ups:
                self._put_follow_up(row)
        return stored_check(fresh, self.month)

    def _next_settled(self) -> int:
        (row,) = self._database.rows(
            "SELECT 1 + coalesce(max(settled_number), 0) AS next FROM checks"
        )
        return int(row["next"])

    def let_go(self, check_id: str) -> None:
        """Remove a check and the follow-ups it left: they are kept elsewhere."""
        with self._database.transaction():
            self._database.rows("DELETE FROM checks WHERE check_id = ?", (check_id,))
            self._database.rows("DELETE FROM follow_ups WHERE check_id = ?", (check_id,))

    def hand_over(self, check_id: str, new_id: str) -> None:
        """What a check had closed was closed by the version that stands for it now."""
        with self._database.transaction():
            self._database.rows(
                "UPDATE follow_ups SET closed_by = ? WHERE closed_by = ?", (new_id, check_id)
            )

    def annul_follow_ups(self, check_id: str, at: datetime) -> None:
        """Close what a check left to be confirmed, and open what it had closed."""
        with self._database.transaction():
            self._database.rows(
                "UPDATE follow_ups SET closed_at = ? WHERE check_id = ? AND closed_at IS NULL",
                (at.isoformat(), check_id),
            )
            self._database.rows(
                "UPDATE follow_ups SET closed_at = NULL, closed_by = NULL WHERE closed_by = ?",
                (check_id,),
            )

    def get(self, check_id: str) -> StoredCheck | None:
        """One check; None when it is not in this file."""
        row = self.row(check_id)
        return stored_check(row, self.month) if row else None

    def change(self, check_id: str, change: Change) -> StoredCheck | None:
        """Read, change and write one check in one transaction; None when it is not here."""
        row = self.change_all({check_id: change}).get(check_id)
        return stored_check(row, self.month) if row else None

    def change_all(self, changes: Mapping[str, Change]) -> dict[str, Row]:
        """The same for several checks, all in one transaction; those that are here, changed."""
        with self._database.transaction():
            return {
                check_id: row | self._changed(row, change)
                for check_id, change in changes.items()
                if (row := self.row(check_id))
            }

    def _changed(self, row: Row, change: Change) -> Row:
        columns = change(row)
        if columns:
            self._update(row["check_id"], columns)
        return columns

    def take(self, seen: Iterable[Row], change: Change) -> list[StoredCheck]:
        """Change those checks that nobody else changed since they were seen."""
        # A claim that a power cut forgets was never made: its owner is gone with it.
        with self._database.unhurried(), self._database.transaction():
            rows = [row for each in seen for row in self._if_as_seen(each, change(each))]
        return [stored_check(row, self.month) for row in rows]

    def _if_as_seen(self, seen: Row, columns: Row) -> list[Row]:
        places = ", ".join(f"{name} = ?" for name in columns)
        return self._database.rows(
            # Column names are our own; every value is bound.
            f"UPDATE checks SET {places}"  # noqa: S608
            " WHERE check_id = ? AND state = ? AND attempts = ? RETURNING *",
            (*columns.values(), seen["check_id"], seen["state"], seen["attempts"]),
        )

    def claimable(
        self, now: datetime, boot: BootMoment, *, due_only: bool, after: int, most: int
    ) -> list[Row]:
        """The oldest checks after a sequence number that may be claimed, as rows."""
        found: list[Row] = []
        # Mostly the first rows will do; where none is due yet, many are looked at.
        page = most + 1
        while len(found) < most and (rows := self._database.rows(_CLAIMABLE, (after, page))):
            found += (row for row in rows if is_claimable(row, now, boot, due_only=due_only))
            after, page = int(rows[-1]["sequence"]), _PAGE
        return found[:most]

    def backlog(self) -> int:
        """How many wait."""
        (row,) = self._database.rows(_BACKLOG)
        return int(row["waiting"])

    def due_in_s(self, now: datetime, boot: BootMoment) -> float | None:
        """Seconds until the first queued check with a time set is due; None = there is none."""
        (row,) = self._database.rows(_DUE, (boot.boot_id,))
        return seconds_until_due(row, now, boot)

    def unexported(self) -> tuple[int, str | None]:
        """How many answers no receipt computer has, and the earliest as its column has it."""
        (row,) = self._database.rows(
            "SELECT count(*) AS answers, min(settled_at) AS earliest"
            " FROM checks INDEXED BY unexported"
            " WHERE state = 'answered' AND exported_at IS NULL AND terminal IS NULL"
        )
        return int(row["answers"]), row["earliest"]

    def waiting(self) -> list[StoredCheck]:
        """What is not settled, oldest first."""
        return self._checks(_WAITING)

    def checks(self) -> list[StoredCheck]:
        """Everything, by sequence."""
        return self._checks("")

    def rows(self) -> list[Row]:
        """Everything, as rows, by sequence."""
        return self._database.rows("SELECT * FROM checks ORDER BY sequence")

    def sequences(self) -> list[int]:
        """Every check's number."""
        return [int(row["sequence"]) for row in self._database.rows("SELECT sequence FROM checks")]

    def ids(self) -> list[str]:
        """Every check's id."""
        return [row["check_id"] for row in self._database.rows("SELECT check_id FROM checks")]

    def forget(self, check_ids: Iterable[str]) -> None:
        """Remove checks that are kept elsewhere."""
        with self._database.transaction():
            for check_id in check_ids:
                self._database.rows("DELETE FROM checks WHERE check_id = ?", (check_id,))

    def latest_answered(self, person: str, *, before: int) -> StoredCheck | None:
        """The latest answered check of a person below a sequence number."""
        row = self._database.row(
            "SELECT * FROM checks WHERE person = ? AND sequence < ? AND state = 'answered'"
            " ORDER BY sequence DESC LIMIT 1",
            (person, before),
        )
        return stored_check(row, self.month) if row else None

    def search(self, wanted: Search) -> list[StoredCheck]:
        """Checks that fit, latest first."""
        where, values = condition(wanted)
        rows = self._database.rows(
            # First the index alone; only what fits is read whole. Every value is bound.
            "SELECT * FROM checks WHERE sequence IN"  # noqa: S608
            f" (SELECT sequence FROM checks INDEXED BY search WHERE {where})"
            " ORDER BY sequence DESC",
            values,
        )
        return [stored_check(row, self.month) for row in rows]

    def settled(self, after: int, most: int) -> list[tuple[int, StoredCheck]]:
        """Settled checks with their numbers, in the order in which they were settled."""
        rows = self._database.rows(
            "SELECT * FROM checks WHERE settled_number > ? ORDER BY settled_number LIMIT ?",
            (after, most),
        )
        return [(int(row["settled_number"]), stored_check(row, self.month)) for row in rows]

    def keep_follow_up(self, row: Row) -> None:
        """Write a follow-up, in place of an earlier version of it."""
        with self._database.transaction():
            self._put_follow_up(row)

    def _put_follow_up(self, row: Row) -> None:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        self._database.rows(
            # Column names are our own; every value is bound.
            f"INSERT OR REPLACE INTO follow_ups ({columns}) VALUES ({places})",  # noqa: S608
            tuple(row.values()),
        )

    def close_follow_ups(self, person: str, *, by: str, at: datetime) -> int:
        """Close what is open of a person; how many. Nothing is written when there is nothing."""
        mine = (person,)
        is_open = "SELECT 1 FROM follow_ups WHERE person = ? AND closed_at IS NULL"
        if self._database.row(is_open, mine) is None:
            return 0
        with self._database.transaction():
            closed = self._database.rows(
                "UPDATE follow_ups SET closed_at = ?, closed_by = ?"
                " WHERE person = ? AND closed_at IS NULL RETURNING 1",
                (at.isoformat(), by, person),
            )
        return len(closed)

    def follow_ups(self) -> list[Row]:
        """Every follow-up, open or closed, by treatment date."""
        return self._database.rows("SELECT * FROM follow_ups ORDER BY treated_on, kept_at")

    def tally(self) -> Tally:
        """How many checks, without content."""
        (row,) = self._database.rows(
            "SELECT count(*) AS checked, total(state = 'answered') AS answered,"
            " total(state = 'refused') AS refused, total(deferrals > 0) AS deferred,"
            " total(presented = 'card') AS by_card, total(presented <> 'card') AS by_hand"
            # The index holds what is counted: the checks themselves need not be read.
            " FROM checks INDEXED BY search"
            " WHERE state NOT IN ('corrected', 'annulled')"
        )
        return tally_of({name: int(number) for name, number in row.items()})

    def facts(self) -> list[CheckFact]:
        """What statistics need, by sequence; neither question nor answer is read."""
        rows = self._database.rows(
            "SELECT treated_on, opened_wall, settled_at, deferrals, presented FROM checks"
            " WHERE state NOT IN ('corrected', 'annulled') ORDER BY sequence"
        )
        return [fact_of(row) for row in rows]

    def cards_ending(self, by: date) -> list[StoredCheck]:
        """Checks by a card whose certificate ends by that day, by sequence; no withdrawn ones."""
        rows = self._database.rows(
            "SELECT * FROM checks INDEXED BY card_ends WHERE card_ends_on <= ?"
            " AND state NOT IN ('corrected', 'annulled') ORDER BY sequence",
            (by.isoformat(),),
        )
        return [stored_check(row, self.month) for row in rows]

    def highest(self) -> int:
        """Highest sequence number; 0 when empty."""
        (row,) = self._database.rows("SELECT coalesce(max(sequence), 0) AS highest FROM checks")
        return int(row["highest"])

    def abandon(self) -> None:
        """Close a file that is destroyed: what is left in its log need not be folded in safely."""
        self._database.abandon()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _checks(self, where: str) -> list[StoredCheck]:
        # The condition is a constant of this module.
        rows = self._database.rows(f"SELECT * FROM checks {where} ORDER BY sequence")  # noqa: S608
        return [stored_check(row, self.month) for row in rows]

    def row(self, check_id: str) -> Row | None:
        """One check as a row; None when it is not in this file."""
        return self._database.row("SELECT * FROM checks WHERE check_id = ?", (check_id,))

    def _update(self, check_id: str, columns: Row) -> None:
        places = ", ".join(f"{name} = ?" for name in columns)
        self._database.rows(
            # Column names are our own; every value is bound.
            f"UPDATE checks SET {places} WHERE check_id = ?",  # noqa: S608
            (*columns.values(), check_id),
        )
