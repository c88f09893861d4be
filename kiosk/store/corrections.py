"""Mistaken checks put right behind ``kiosk.ports.corrections.Corrections``.

What is changed may lie in several files, which no one transaction spans. So what is begun stands in
control.db, by random ids alone; the month file's transaction is the commit point; and what a crash
leaves is finished when the store is opened.
"""

from __future__ import annotations

from datetime import date, datetime

from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import WAITING, WITHDRAWN, State, Step, advance
from kiosk.ports.corrections import (
    AlreadyWithdrawn,
    BeingAsked,
    Corrections,
    Reason,
    StillWaiting,
)
from kiosk.ports.records import CheckUnknown, ClockNotTrusted, StoredCheck
from kiosk.store.control import Control
from kiosk.store.database import Row
from kiosk.store.folder import StateFolder
from kiosk.store.leases import BootClock
from kiosk.store.records import SealedRecords
from kiosk.store.rows import NOT_DUE_LATER


class SealedCorrections(Corrections):
    """Annuls and corrects checks in the month files.

    Args:
        records: whose files they lie in.
        control: remembers what is under way.
        folder: nobody else uses a file meanwhile.
        boot: the boot clock, for numbers.
    """

    def __init__(
        self, records: SealedRecords, control: Control, folder: StateFolder, boot: BootClock
    ) -> None:
        self._records = records
        self._control = control
        self._folder = folder
        self._boot = boot

    def annul(self, check_id: str, *, reason: Reason, at: datetime) -> StoredCheck:
        """Let a check count no more."""
        with self._folder.exclusive():
            state = _after(self._records.get(check_id).state, Step.ANNULLED)
            self._control.begin_withdrawal(check_id, None)
            columns = {**_withdrawn(reason, at), "state": state, **NOT_DUE_LATER}
            # Nobody will ask it any more: signature and certificate need not be kept.
            annulled = self._records.change(check_id, lambda _: {**columns, "request": b""})
            self._finish(check_id, None)
        return annulled

    def correct(
        self, check_id: str, new_id: str, *, treated_on: date, reason: Reason, at: datetime
    ) -> StoredCheck:
        """Put a version with another treatment date in its place."""
        with self._folder.exclusive():
            row, follow_ups = self._found(check_id)
            state = _after(State(row["state"]), Step.CORRECTED)
            old = {**row, **_withdrawn(reason, at), "state": state, "corrected_by": new_id}
            sequence = self._control.next_number(self._boot().boot_id)
            new = _on_another_day(row, treated_on) | {
                "sequence": sequence,
                "check_id": new_id,
                "corrects": check_id,
            }
            day = {"check_id": new_id, "treated_on": treated_on.isoformat()}
            moved = [{**each, **day} for each in follow_ups]
            self._control.begin_withdrawal(check_id, new_id)
            corrected = self._records.in_file(
                Month.of(treated_on), lambda file: file.replace(old, new, moved)
            )
            self._finish(check_id, new_id)
        return corrected

    def finish(self) -> None:
        """End what a crash cut off: all of it was done, or none."""
        for check_id, new_id in self._control.unfinished_withdrawals():
            with self._folder.exclusive():
                self._finish(check_id, new_id)

    def _found(self, check_id: str) -> tuple[Row, list[Row]]:
        """A check with the follow-ups it left."""
        found = self._records.in_every_file(
            lambda file: (file.month, file.row(check_id), file.follow_ups())
        )
        for month, row, follow_ups in found:
            if row is not None:
                if month is None:
                    raise ClockNotTrusted("the check waits for its month")
                return row, [each for each in follow_ups if each["check_id"] == check_id]
        raise CheckUnknown(f"check {check_id}")

    def _finish(self, check_id: str, new_id: str | None) -> None:
        """Everything after the commit point; nothing where that was not reached."""
        if new_id is None:
            self._finish_annulling(check_id)
        else:
            self._finish_correcting(check_id, new_id)
        self._control.end_withdrawal(check_id)

    def _finish_annulling(self, check_id: str) -> None:
        try:
            check = self._records.get(check_id)
        except CheckUnknown:
            # Purged meanwhile.
            return
        if check.state is State.ANNULLED and (at := check.withdrawn_at):
            self._records.in_every_file(lambda file: file.annul_follow_ups(check_id, at))

    def _finish_correcting(self, check_id: str, new_id: str) -> None:
        found = self._records.in_every_file(lambda file: file.row(new_id) and file.month)
        homes = {month for month in found if month}
        if not homes:
            return
        self._records.in_every_file(lambda file: file.hand_over(check_id, new_id))
        self._records.in_every_file(
            lambda file: None if file.month in homes else file.let_go(check_id)
        )


def _after(state: State, step: Step) -> State:
    """The state after a step that staff may ask for at any time."""
    if state in WITHDRAWN:
        raise AlreadyWithdrawn
    if step is Step.CORRECTED and state in WAITING:
        raise StillWaiting
    if state is State.SENDING:
        raise BeingAsked
    return advance(state, step)


def _withdrawn(reason: Reason, at: datetime) -> Row:
    return {"withdrawn_at": at.isoformat(), "reason": reason.value}


def _on_another_day(row: Row, treated_on: date) -> Row:
    """The same time of day; Japan has no summer time."""
    shift = treated_on - date.fromisoformat(row["treated_on"])
    treated_at = datetime.fromisoformat(row["treated_at"]) + shift
    return {**row, "treated_at": treated_at.isoformat(), "treated_on": treated_on.isoformat()}
