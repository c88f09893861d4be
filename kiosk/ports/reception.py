"""Socket for how visits are received here, and what is wrong with what the staff typed."""

from __future__ import annotations

from typing import Protocol

from kiosk.domain.reception import Reception
from kiosk.errors import Remedy, StoreError


class ReceptionBook(Protocol):
    """Remembers what the staff chose at run time; durable when it returns."""

    def chosen(self, settings: Reception) -> Reception:
        """The settings with what the staff chose over them.

        Raises:
            StoreError: it cannot be read.
        """

    def choose(self, reception: Reception) -> None:
        """Keep attendance, manner of identification and place; nothing else outlives a start.

        Raises:
            DiskFull, DiskReadOnly: not kept.
        """


class InsurerNumberWrong(StoreError):
    """The insurer number has not 6 or 8 digits, or its check digit does not fit."""

    code = "K340"
    remedy = Remedy.STAFF


class BirthDateWrong(StoreError):
    """The birth date is no day of the calendar, or lies ahead."""

    code = "K341"
    remedy = Remedy.STAFF


class TreatmentDateWrong(StoreError):
    """The treatment date lies ahead, or so far back that its check would be purged at once."""

    code = "K342"
    remedy = Remedy.STAFF


class EntryIncomplete(StoreError):
    """Something that the service needs was not typed, or is too long."""

    code = "K343"
    remedy = Remedy.STAFF


class PracticeUnderWay(StoreError):
    """A practice visit is under way: nothing real is asked meanwhile."""

    code = "K344"
    remedy = Remedy.STAFF
    retryable = True


class NothingToResolve(StoreError):
    """No such open matter, or no such choice in it."""

    code = "K345"
    remedy = Remedy.STAFF
