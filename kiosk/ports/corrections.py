"""Socket for putting a mistaken check right: annul it, or correct its treatment date."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.errors import Remedy, StoreError
from kiosk.ports.records import StoredCheck


class Reason(StrEnum):
    """Why a check is put right; a closed list, so that no patient's name stands in a command."""

    NOT_THIS_PATIENT = "not-this-patient"
    TWICE = "twice"
    WRONG_DAY = "wrong-day"
    OTHER = "other"


class Corrections(Protocol):
    """What staff may change of a check that is kept. Every call is durable when it returns.

    All raise CheckUnknown and the StoreErrors of ``Records``.
    """

    def annul(self, check_id: str, *, reason: Reason, at: datetime) -> StoredCheck:
        """Let a check count no more; what waited is asked no more.

        Follow-ups it left are closed; those it had closed are open again.

        Raises:
            BeingAsked: it is on its way to the service just now.
            AlreadyWithdrawn: it was annulled or corrected before.
        """

    def correct(
        self, check_id: str, new_id: str, *, treated_on: date, reason: Reason, at: datetime
    ) -> StoredCheck:
        """Put a version with another treatment date in the place of a check; the new version.

        Both are kept under the month of the new date, with the follow-ups: under any other the
        old one would be kept longer or shorter than its true retention.

        Raises:
            StillWaiting: it was not answered yet: it can only be annulled.
            AlreadyWithdrawn: it was annulled or corrected before.
            ClockNotTrusted: it waits for its month.
        """


class BeingAsked(StoreError):
    """The check is on its way to the service just now."""

    code = "K335"
    remedy = Remedy.STAFF
    retryable = True


class AlreadyWithdrawn(StoreError):
    """The check was annulled or corrected before."""

    code = "K336"
    remedy = Remedy.STAFF


class StillWaiting(StoreError):
    """What waits for its answer can be annulled, not corrected: its question never changes."""

    code = "K337"
    remedy = Remedy.STAFF


class DayNotPossible(StoreError):
    """A treatment date that lies ahead, past retention, or is the one on record."""

    code = "K338"
    remedy = Remedy.STAFF
