"""control.db: running numbers, the clock's memory, the key of hashes, counts that outlive a purge.

Nothing in it is about a patient, so it is never purged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.dates import Month
from kiosk.domain.protection import KeyProvider
from kiosk.ports.counts import Tally
from kiosk.ports.damage import Damage
from kiosk.ports.keys import Acceptance
from kiosk.store.access import AccessBook
from kiosk.store.audit import AuditLog
from kiosk.store.control_file import ControlFile
from kiosk.store.control_salvage import UNSURE, note_damage
from kiosk.store.database import Row
from kiosk.store.exports import HeldFiles, KeptSwitches, PairedComputers
from kiosk.store.leases import BootClock, read_boot_clock
from kiosk.store.preferences import KeptPreferences
from kiosk.store.reception import KeptReception
from kiosk.store.retrying import salvaging
from kiosk.store.rows import tally_of

NUMBERS_AHEAD = 64
"""Numbers reserved by one flushed write; at most so many are skipped after a power cut."""


@dataclass(frozen=True, slots=True)
class Hint:
    """The service's ``Date`` as it was last received.

    Args:
        server_time: aware UTC.
        boot_id: the boot it was received in.
        boot_seconds: when, by that boot's clock.
    """

    server_time: datetime
    boot_id: str
    boot_seconds: float


class Control:
    """What the kiosk remembers beyond every month.

    Args:
        database: control.db.
        boot: the boot clock.
        highest: the highest number in use, should control.db not know.
    """

    def __init__(
        self,
        database: ControlFile,
        boot: BootClock = read_boot_clock,
        highest: Callable[[], int] = lambda: 0,
    ) -> None:
        self._database = database
        self._boot = boot
        self.highest = highest

    @salvaging
    def next_number(self, boot_id: str) -> int:
        """A number larger than every one before, in whichever process; never given twice.

        One flush a check is spared: numbers are counted without a flush below a ceiling that was
        flushed. What a power cut forgets lies below the ceiling, and the next boot, known by its
        id, begins at the ceiling.
        """
        with self._database.unhurried():
            row = self._database.row(
                "UPDATE numbering SET next = next + 1"
                " WHERE boot_id = ? AND next < ceiling RETURNING next - 1 AS number",
                (boot_id,),
            )
        return int((row or self._raise_ceiling(boot_id))["number"])

    def _raise_ceiling(self, boot_id: str) -> Row:
        if self._may_be_behind():
            # New, or mended beside months that lived on: their numbers stay theirs.
            self.skip_numbers_to(self.highest())
        with self._database.transaction():
            # Another process may have raised it since: then its numbers are good for both.
            self._database.rows(
                "UPDATE numbering SET next = max(next, ceiling),"
                " ceiling = max(next, ceiling) + ?, boot_id = ?"
                " WHERE boot_id IS NOT ? OR next >= ceiling",
                (NUMBERS_AHEAD, boot_id, boot_id),
            )
            (row,) = self._database.rows(
                "UPDATE numbering SET next = next + 1 RETURNING next - 1 AS number"
            )
        return row

    def skip_numbers_to(self, number: int) -> None:
        """Never give a number up to this one: control.db was lost and begun anew."""
        with self._database.transaction():
            self._database.rows(
                "UPDATE numbering SET ceiling = max(ceiling, ?), boot_id = ''", (number + 1,)
            )

    def ceiling(self) -> int:
        """No number as high was ever given."""
        (row,) = self._database.rows("SELECT ceiling FROM numbering")
        return int(row["ceiling"])

    def _may_be_behind(self) -> bool:
        sql = "SELECT 1 FROM numbering WHERE ceiling = 1 OR boot_id = ?"
        return self._database.row(sql, (UNSURE,)) is not None

    def salvage(self) -> bool:
        """As ``ControlFile.salvage``."""
        return self._database.salvage()

    def copy(self) -> None:
        """As ``ControlFile.copy``."""
        self._database.copy()

    def note_damage(self, what: str) -> None:
        """Put on record what was mended."""
        with self._database.transaction():
            note_damage(self._database, what)

    def damages(self) -> list[Damage]:
        """What bad places on the disk did to control.db and to the vault, oldest first."""
        return [
            Damage(row["what"], datetime.fromisoformat(row["at"]), _moment(row["copied_at"]))
            for row in self._database.rows("SELECT * FROM damages ORDER BY rowid")
        ]

    def is_begun(self, file: str) -> bool:
        """Whether a month file of that name was once there."""
        return self._database.row("SELECT 1 FROM begun WHERE file = ?", (file,)) is not None

    def note_begun(self, file: str) -> None:
        """Put on record that it is there; to be called when its first commit is durable.

        Not before: were the power cut in between, a file that never was would count as lost.
        """
        if not self.is_begun(file):
            with self._database.transaction():
                self._database.rows("INSERT OR IGNORE INTO begun (file) VALUES (?)", (file,))

    def mark(self) -> datetime | None:
        """Latest trusted time on record, aware UTC."""
        return _moment(self._clock()["mark"])

    def raise_mark(self, at: datetime) -> None:
        """Put a later trusted time on record; an earlier one changes nothing."""
        with self._database.transaction():
            mark = self.mark()
            if mark is None or at > mark:
                self._database.rows("UPDATE clock SET mark = ?", (at.isoformat(),))

    def replace_mark(self, at: datetime) -> None:
        """Put a time on record in place of the latest, even an earlier one."""
        with self._database.transaction():
            self._database.rows("UPDATE clock SET mark = ?", (at.isoformat(),))

    def hint(self) -> Hint | None:
        """The service's ``Date`` as last kept."""
        row = self._clock()
        server_time = _moment(row["hint"])
        if server_time is None:
            return None
        return Hint(server_time, row["hint_boot_id"], row["hint_boot_s"])

    def keep_hint(self, hint: Hint) -> None:
        """Put the service's ``Date`` on record, in place of the one before."""
        with self._database.transaction():
            self._database.rows(
                "UPDATE clock SET hint = ?, hint_boot_id = ?, hint_boot_s = ?",
                (hint.server_time.isoformat(), hint.boot_id, hint.boot_seconds),
            )

    def pepper(self) -> bytes:
        """Key of the hashes that stand for a person, 32 bytes; made with the file."""
        (row,) = self._database.rows("SELECT key FROM pepper")
        return bytes(row["key"])

    def _clock(self) -> Row:
        (row,) = self._database.rows("SELECT * FROM clock")
        return row

    def accept(self, acceptance: Acceptance) -> None:
        """As ``Acceptances.accept``."""
        with self._database.transaction():
            self._database.rows(
                "INSERT OR REPLACE INTO acceptances (provider, name, at) VALUES (?, ?, ?)",
                (acceptance.provider.value, acceptance.name, acceptance.at.isoformat()),
            )

    def acceptance(self, provider: KeyProvider) -> Acceptance | None:
        """As ``Acceptances.acceptance``."""
        row = self._database.row(
            "SELECT name, at FROM acceptances WHERE provider = ?", (provider.value,)
        )
        if row is None:
            return None
        return Acceptance(provider, row["name"], datetime.fromisoformat(row["at"]))

    def keep_tally(self, month: Month, file: str, tally: Tally) -> None:
        """Put the counts of a month file on record; once more for the same file replaces them."""
        with self._database.transaction():
            self._database.rows(
                "INSERT OR REPLACE INTO counts"
                " (month, file, checked, answered, refused, deferred, by_card, by_hand)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(str(month), file, tally.checked),
                    *(tally.answered, tally.refused, tally.deferred),
                    *(tally.by_card, tally.by_hand),
                ),
            )

    def tallies(self, *, but: frozenset[str]) -> dict[Month, Tally]:
        """Counts of the months purged so far.

        Args:
            but: names of files that still live (their purge was begun and cut off).
        """
        found: dict[Month, Tally] = {}
        for row in self._database.rows("SELECT * FROM counts ORDER BY month"):
            if row["file"] not in but:
                month = Month.parse(row["month"])
                found[month] = found.get(month, Tally()) + tally_of(row)
        return found

    def begin_withdrawal(self, check_id: str, new_id: str | None) -> None:
        """Remember what is being put right until ``end_withdrawal``.

        Args:
            check_id: the mistaken check.
            new_id: the version to stand for it; None = it is annulled.
        """
        with self._database.transaction():
            self._database.rows(
                "INSERT OR REPLACE INTO unfinished (check_id, new_id) VALUES (?, ?)",
                (check_id, new_id),
            )

    def end_withdrawal(self, check_id: str) -> None:
        """It is done, all of it."""
        with self._database.transaction():
            self._database.rows("DELETE FROM unfinished WHERE check_id = ?", (check_id,))

    def unfinished_withdrawals(self) -> list[tuple[str, str | None]]:
        """What a crash cut off: as given to ``begin_withdrawal``."""
        rows = self._database.rows("SELECT check_id, new_id FROM unfinished")
        return [(row["check_id"], row["new_id"]) for row in rows]

    @property
    def pulled(self) -> str | None:
        """How far the facility's results were fetched, as the service has it; None = never."""
        row = self._database.row("SELECT cursor FROM pulled")
        return str(row["cursor"]) if row else None

    def keep_pulled(self, cursor: str | None) -> None:
        """Keep it; None = the next fetching begins anew."""
        with self._database.transaction():
            if cursor is None:
                self._database.rows("DELETE FROM pulled")
            else:
                self._database.rows("INSERT OR REPLACE INTO pulled VALUES (1, ?)", (cursor,))

    @property
    def access(self) -> AccessBook:
        """Who may enter."""
        return AccessBook(self._database, self._boot)

    @property
    def reception(self) -> KeptReception:
        """How the staff chose to receive visits."""
        return KeptReception(self._database)

    @property
    def preferences(self) -> KeptPreferences:
        """What the staff set at the box."""
        return KeptPreferences(self._database)

    @property
    def audit(self) -> AuditLog:
        """Who did what."""
        return AuditLog(self._database, self._database.mends)

    @property
    def computers(self) -> PairedComputers:
        """Which receipt computers may fetch."""
        return PairedComputers(self._database)

    @property
    def switches(self) -> KeptSwitches:
        """Which ways of handing over were switched at the box."""
        return KeptSwitches(self._database)

    @property
    def held(self) -> HeldFiles:
        """Files with results that we wrote."""
        return HeldFiles(self._database)

    def close(self) -> None:
        """Close control.db."""
        self._database.close()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
