"""The stored checks behind ``kiosk.ports.records.Records``."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import TypeVar

from kiosk.domain.check import Outcome, Stamp
from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.retention import is_past_retention
from kiosk.ports.counts import CheckFact, PurgedMonth, Tally
from kiosk.ports.records import (
    CheckUnknown,
    ClockNotTrusted,
    NewCheck,
    Records,
    Search,
    Settlement,
    StoreCorrupt,
    StoredCheck,
    Unexported,
)
from kiosk.ports.service import FacilityResult
from kiosk.store import rows as change_by
from kiosk.store.control import Control
from kiosk.store.database import Row
from kiosk.store.files import SealedFiles
from kiosk.store.folder import StateFolder
from kiosk.store.leases import BootClock, Lease
from kiosk.store.month_file import MonthFile
from kiosk.store.provisional import mended
from kiosk.store.retrying import salvaging
from kiosk.store.rows import Change, in_order, moment, month_of, new_row, result_row, settlement
from kiosk.store.set_aside import forget_set_aside
from kiosk.store.vault import Vault

Kept = TypeVar("Kept")


class SealedRecords(SealedFiles, Records):
    """Checks in sealed files.

    Args:
        folder: where the files lie.
        vault: their keys.
        control: numbers and counts.
        boot: the boot clock, for leases.
    """

    def __init__(
        self, folder: StateFolder, vault: Vault, control: Control, boot: BootClock
    ) -> None:
        super().__init__(folder, vault, control)
        self._boot = boot
        self._claimed = 0

    # -- one check ---------------------------------------------------------------------------

    def open(self, check: NewCheck) -> StoredCheck:
        """Store in state SENDING under a lease of this process, for good.

        The number is taken first and may be lost with a crash; the month file's commit is what
        makes the check exist.
        """
        is_dated = check.opening.stamp.is_trusted
        month = Month.of(check.opening.treated_on) if is_dated else None
        boot = self._boot()
        opened_after = None if is_dated else self._control.mark()

        def insert(file: MonthFile) -> StoredCheck:
            sequence = self._control.next_number(boot.boot_id)
            return file.insert(new_row(check, sequence, Lease.of_this_process(boot), opened_after))

        return self.in_file(month, insert)

    def take_in(self, results: Sequence[FacilityResult], now: datetime) -> int:
        """Keep what the service answered to any terminal of the facility; how many were new."""
        boot_id = self._boot().boot_id
        gone = self._purged()
        rows = [
            result_row(each, self._control.next_number(boot_id))
            for each in results
            if (month := Month.of(each.treated_on)) not in gone
            and not (is_past_retention(month, now) or self._is_known(each.check_id))
        ]
        count = 0
        for text, group in groupby(sorted(rows, key=month_of), key=month_of):
            added = list(group)
            count += self.in_file(Month.parse(text), partial(MonthFile.adopt, rows=added))
        return count

    def _purged(self) -> set[Month]:
        """Months destroyed here and not begun anew: what comes from elsewhere begins none."""
        with self._folder.shared():
            keys = self._vault.keys()
            return set(self._control.tallies(but=frozenset(keys.files()))) - set(keys.months)

    def _is_known(self, check_id: str) -> bool:
        try:
            return bool(self.get(check_id).check_id)
        except CheckUnknown:
            return False

    def person_of(self, key: bytes) -> str:
        """HMAC-SHA256 of the key, hex."""
        return hmac.new(self._control.pepper(), key, "sha256").hexdigest()

    def latest_answered(self, person: str, *, before: int) -> StoredCheck | None:
        """The latest answered check of a person with a sequence number below ``before``."""
        found = self.in_every_file(lambda file: file.latest_answered(person, before=before))
        return max(filter(None, found), key=lambda each: each.sequence, default=None)

    def settle(
        self, check_id: str, outcome: Outcome, *, at: datetime, next_attempt_at: datetime | None
    ) -> StoredCheck:
        """Take the check through its life; ``kiosk.store.rows.settlement`` says what changes."""
        return self.change(check_id, settlement(outcome, at, next_attempt_at, self._boot()))

    @salvaging
    def settle_all(self, settlements: Sequence[Settlement]) -> None:
        """Settle several, those of one file in one transaction."""
        boot = self._boot()
        changes = {
            each.check_id: settlement(each.outcome, each.at, each.next_attempt_at, boot)
            for each in settlements
        }
        with self._folder.shared():
            for file in self._files():
                for check_id in changes and file.change_all(changes):
                    del changes[check_id]
        if changes:
            raise CheckUnknown(f"checks {', '.join(changes)}")

    def retry(self, check_id: str) -> StoredCheck:
        """Queue again a check that was set aside; any other stays as it is."""
        return self.change(check_id, change_by.renewal)

    def mark_exported(self, check_id: str, at: datetime) -> StoredCheck:
        """Put the first acknowledgement on record."""
        return self.change(check_id, change_by.export(at))

    def get(self, check_id: str) -> StoredCheck:
        """One check, settled or not."""
        return self._first(check_id, lambda file: file.get(check_id))

    def change(self, check_id: str, change: Change) -> StoredCheck:
        """Read, change and write one check in one transaction; CheckUnknown."""
        return self._first(check_id, lambda file: file.change(check_id, change))

    @salvaging
    def _first(self, check_id: str, look: Callable[[MonthFile], StoredCheck | None]) -> StoredCheck:
        with self._folder.shared():
            for file in self._files():
                found = look(file)
                if found is not None:
                    return found
        raise CheckUnknown(f"check {check_id}")

    # -- the queue ---------------------------------------------------------------------------

    def start_round(self) -> None:
        """Begin a round of claims: each waiting check is claimed at most once a round."""
        self._claimed = 0

    @salvaging
    def claim(self, *, now: datetime, due_only: bool, most: int = 1) -> list[StoredCheck]:
        """Lease the oldest waiting checks, by sequence, for this process."""
        claimed: list[StoredCheck] = []
        with self._folder.shared():
            while oldest := self._oldest_claimable(now, due_only=due_only, most=most):
                change = change_by.claim(Lease.of_this_process(self._boot()))
                for file, group in groupby(oldest, key=lambda each: each[0]):
                    claimed += file.take([row for _, row in group], change)
                # Of two processes after the same checks, the second finds them changed: look again.
                if claimed:
                    self._claimed = claimed[-1].sequence
                    break
        return claimed

    def release(self, check_ids: Sequence[str]) -> None:
        """Give back what was claimed last."""
        given = [self.change(each, change_by.release).sequence for each in check_ids]
        self._claimed = min(self._claimed, *(each - 1 for each in given))

    def _oldest_claimable(
        self, now: datetime, *, due_only: bool, most: int
    ) -> list[tuple[MonthFile, Row]]:
        boot, after = self._boot(), self._claimed
        found: dict[int, tuple[MonthFile, Row]] = {}
        for file in self._files():
            for row in file.claimable(now, boot, due_only=due_only, after=after, most=most):
                # Of a check in two files, a move cut off by a crash, the month's counts.
                found.setdefault(int(row["sequence"]), (file, row))
        return [found[number] for number in sorted(found)[:most]]

    # -- many checks -------------------------------------------------------------------------

    @salvaging
    def waiting(self) -> list[StoredCheck]:
        """SENDING, QUEUED and SET_ASIDE, oldest first."""
        with self._folder.shared():
            return in_order(each for file in self._files() for each in file.waiting())

    @salvaging
    def settled(
        self, after: Mapping[Month | None, int], most: int
    ) -> list[tuple[int, StoredCheck]]:
        """Settled checks a reader has not seen: file by file, in each by number."""
        found: list[tuple[int, StoredCheck]] = []
        with self._folder.shared():
            for file in self._files():
                room = most - len(found)
                if room > 0:
                    found += file.settled(after.get(file.month, 0), room)
        return found

    @salvaging
    def backlog(self) -> int:
        """How many wait."""
        with self._folder.shared():
            parts = [file.backlog() for file in self._files()]
            is_moving = len(parts) > 1 and self._vault.keys().provisional is not None
        # A move cut off by a crash leaves checks in two files: then they are counted by id.
        return len(self.waiting()) if is_moving else sum(parts)

    def due_in_s(self, now: datetime) -> float | None:
        """Seconds until the first queued check with a time set is due."""
        boot = self._boot()
        found = self.in_every_file(lambda file: file.due_in_s(now, boot))
        return min((each for each in found if each is not None), default=None)

    @salvaging
    def unexported(self) -> list[Unexported]:
        """What no receipt computer has yet, month by month, oldest first."""
        with self._folder.shared():
            found = [(file.month, *file.unexported()) for file in self._files()]
        return sorted(
            Unexported(month, count, since)
            for month, count, earliest in found
            if month is not None and (since := moment(earliest)) is not None
        )

    @salvaging
    def history(self, month: Month | None) -> list[StoredCheck]:
        """Every check of a treatment month, or of all and provisional ones, by sequence."""
        with self._folder.shared():
            if month is None:
                return in_order(each for file in self._files() for each in file.checks())
            file = self._file(month) if month in self._vault.keys().months else None
            return file.checks() if file else []

    def search(self, wanted: Search) -> list[StoredCheck]:
        """Checks that fit, latest first."""
        found = self.in_every_file(lambda file: file.search(wanted))
        return in_order(each for checks in found for each in checks)[::-1]

    def months(self) -> list[Month]:
        """Treatment months that have a file, oldest first."""
        with self._folder.shared():
            return sorted(self._vault.keys().months)

    @salvaging
    def tallies(self) -> dict[Month, Tally]:
        """Counts of every treatment month, purged ones too, oldest first."""
        with self._folder.shared():
            live = frozenset(self._vault.keys().files())
            found = self._control.tallies(but=live)
            for file in self._files():
                if file.month is not None:
                    found[file.month] = found.get(file.month, Tally()) + file.tally()
        return dict(sorted(found.items()))

    def cards_ending(self, by: date) -> list[StoredCheck]:
        """Checks by a card whose certificate ends by that day, by sequence."""
        found = self.in_every_file(lambda file: file.cards_ending(by))
        return in_order(each for checks in found for each in checks)

    @salvaging
    def facts(self, month: Month) -> list[CheckFact]:
        """What statistics need of a month's checks, by sequence."""
        with self._folder.shared():
            file = self._file(month) if month in self._vault.keys().months else None
            return file.facts() if file else []

    # -- months come and go ------------------------------------------------------------------

    @salvaging
    def adopt_provisional(self, now: Stamp) -> int:
        """Move provisional checks to their months, stamps mended by a trusted stamp.

        First all are in their months, then the provisional file goes with its key. A crash in
        between leaves them in both; the months' ones count, and the next call ends the move.

        Raises:
            ClockNotTrusted: the stamp is not.
        """
        if not now.is_trusted:
            raise ClockNotTrusted("provisional checks wait for the clock")
        with self._folder.shared():
            if self._vault.keys().provisional is None:
                return 0
        with self._folder.exclusive():
            source = self._file(None)
            if source is None:
                return 0
            moved = self._distribute([mended(row, now) for row in source.rows()])
            self._distribute_follow_ups(source.follow_ups(), now)
            self._destroy(self._vault.keys().with_provisional(None))
            return moved

    def _distribute(self, rows: list[Row]) -> int:
        moved = 0
        for text, group in groupby(sorted(rows, key=month_of), key=month_of):
            month = Month.parse(text)
            self._begin(month)
            file = self._file(month)
            moved += file.adopt(group) if file else 0
        return moved

    def _distribute_follow_ups(self, rows: list[Row], now: Stamp) -> None:
        """To the month of their check, or of their own day where there was none."""
        for row in rows:
            day = min(date.fromisoformat(row["treated_on"]), day_in_japan(now.wall))
            treated_on = self.get(row["check_id"]).treated_on if row["check_id"] else day
            month = Month.of(treated_on)
            self._begin(month)
            file = self._file(month)
            if file:
                file.keep_follow_up({**row, "treated_on": treated_on.isoformat()})

    def purge(self, month: Month) -> PurgedMonth:
        """Destroy key and file of a treatment month; safe against a crash at any point.

        The counts are kept first, by file, so that a purge begun twice counts once. Then the new
        vault, without the month's key, is the commit point (``kiosk.store.vault``). A trim goes
        over the whole disk: nobody who is received waits for it.
        """
        purged = self._purge(month)
        self._folder.trim()
        return purged

    def _purge(self, month: Month) -> PurgedMonth:
        with self._folder.exclusive():
            keys = self._vault.keys()
            sealed = keys.months.get(month)
            if sealed is None:
                return PurgedMonth(month, 0, 0)
            tally = self._last_tally(month)
            self._control.keep_tally(month, sealed.name, tally)
            # Copies follow the record; before it, so that a crash in between forgets neither.
            self._control.held.destroy(month)
            self._destroy(keys.without_month(month))
            return PurgedMonth(month, tally.checked, tally.unanswered)

    def forget_set_aside(self, now: datetime) -> None:
        """As ``Records.forget_set_aside``."""
        with self._folder.exclusive():
            forget_set_aside(self._folder, now)

    def destroy_all(self) -> int:
        """Destroy every month and the provisional file with their keys; how many checks went."""
        with self._folder.exclusive():
            count = sum(self._purge(month).checks for month in self._vault.keys().months)
            keys = self._vault.keys()
            if keys.provisional is not None:
                # What cannot be read any more must go all the same.
                with contextlib.suppress(StoreCorrupt):
                    count += len(self._opened(keys.provisional, None).ids())
                self._destroy(keys.with_provisional(None))
            forget_set_aside(self._folder, None)
        self._folder.trim()
        return count

    def _last_tally(self, month: Month) -> Tally:
        try:
            file = self._file(month)
            if file is None:
                return Tally()
            provisional = self._file(None)
            if provisional is not None:
                # A move cut off by a crash left copies there, which must not outlive the month.
                provisional.forget(file.ids())
            return file.tally()
        except StoreCorrupt:
            # What cannot be read any more must be forgotten on time all the same.
            return Tally()

    @salvaging
    def highest(self) -> int:
        """Highest sequence number that is kept; 0 when nothing is."""
        with self._folder.shared():
            return max((file.highest() for file in self._files()), default=0)
