"""Socket for the stored checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from kiosk.domain.check import Answer, Opening, Outcome, Stamp
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.domain.presentation import Presented
from kiosk.domain.treatment import Place
from kiosk.errors import Remedy, StoreError
from kiosk.ports.counts import CheckFact, PurgedMonth, Tally
from kiosk.ports.damage import Damage
from kiosk.ports.exports import HeldCopy
from kiosk.ports.service import FacilityResult


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check about to be asked.

    Args:
        opening: id, facility, treatment time, stamp.
        request: body of the question; kept as it is until answered or purged.
        is_simulated: card or service belong to the simulated world.
        person: keyed hash of whose check it is, as ``Records.person_of`` gives it.
        place: where the treatment takes place.
        presented: by what it asks.
        card_ends_on: last day of the certificate of the card, in Japan; None = no card.
    """

    opening: Opening
    request: bytes = field(repr=False)
    is_simulated: bool
    person: str | None = field(default=None, repr=False)
    place: Place = Place.CLINIC
    presented: Presented | None = None
    card_ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheck:
    """A check as it stands in the store.

    Args:
        sequence: order of opening, never reused, independent of the clock.
        month: treatment month it is kept under; None = provisional (opened under an untrusted
            clock, not yet assigned).
        treated_on: treatment date in Japan, mended if the clock was.
        opened: stamp of the opening; mended when a provisional check is adopted (trusted after an
            exact mend within one boot, not trusted after an estimate).
        settled_at: when it was answered or refused.
        attempts: how often it was asked.
        next_attempt_at: earliest next attempt while queued.
        code: K-code of the latest deferral or of the refusal.
        request: empty once answered.
        answer: once answered.
        person: keyed hash of whose check it is; None when it is not known.
        corrects: id of the version that this one was put in the place of.
        corrected_by: id of the version that stands for this one.
        withdrawn_at: when it was corrected or annulled.
        reason: why, a word of ``kiosk.ports.corrections.Reason``.
        exported_at: when a receipt computer first acknowledged it; None = not yet.
        place: where the treatment took place.
        terminal: account id of the terminal that asked, when its answer came with the results of
            the facility; None = this kiosk asked itself.
        card_ends_on: last day of the certificate of the card; None = no card, or not known.
    """

    sequence: int
    check_id: str
    state: State
    month: Month | None
    treated_on: date
    opened: Stamp
    settled_at: datetime | None
    attempts: int
    next_attempt_at: datetime | None
    code: str | None
    is_simulated: bool
    request: bytes = field(repr=False)
    answer: Answer | None = field(repr=False)
    person: str | None = field(default=None, repr=False)
    corrects: str | None = None
    corrected_by: str | None = None
    withdrawn_at: datetime | None = None
    reason: str | None = None
    exported_at: datetime | None = None
    place: Place = Place.CLINIC
    terminal: str | None = None
    card_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one question came to, to be put on record.

    Args:
        check_id: of the check that was asked about.
        outcome: how it went.
        at: when, aware UTC.
        next_attempt_at: when it is due again; None = settled, or for staff.
    """

    check_id: str
    outcome: Outcome
    at: datetime
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True, order=True)
class Unexported:
    """Answers of a treatment month that no receipt computer has acknowledged.

    Args:
        month: treatment month.
        count: how many.
        since: when the first of them was answered, aware UTC.
    """

    month: Month
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Loss:
    """What a damaged place on the disk cost; remembered until the month is purged.

    Args:
        month: treatment month; None = checks whose month was not known yet.
        saved: how many checks could be read.
        sequences: numbers of those that could not. None of both: the file is gone, or its beginning
            went bad, and nothing could be read.
    """

    month: Month | None
    saved: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for in both live months; every part given must fit, at least one is given.

    Args:
        kana: beginning of the reading of the name, in any kana and width, spaces left out.
        born: birth date.
        number: insured number, whole, in any width.
        day: treatment date in Japan.
    """

    kana: str | None = field(default=None, repr=False)
    born: date | None = field(default=None, repr=False)
    number: str | None = field(default=None, repr=False)
    day: date | None = None

    def __post_init__(self) -> None:
        if not any((self.kana, self.born, self.number, self.day)):
            raise ValueError("nothing to look for")


class Records(Protocol):
    """Checks, sealed, one file a treatment month. Every call is durable when it returns."""

    def open(self, check: NewCheck) -> StoredCheck:
        """Store in state SENDING under a lease of this process.

        Raises:
            DiskFull, DiskReadOnly, StoreCorrupt: not stored, must not be sent as stored.
        """

    def settle(
        self, check_id: str, outcome: Outcome, *, at: datetime, next_attempt_at: datetime | None
    ) -> StoredCheck:
        """Take the check through ``lifecycle.advance``.

        An answer that arrives for a check already answered or refused changes nothing.
        """

    def settle_all(self, settlements: Sequence[Settlement]) -> None:
        """``settle`` for several: those of one file become durable together, or none of them."""

    def claim(self, *, now: datetime, due_only: bool, most: int = 1) -> list[StoredCheck]:
        """Lease the oldest waiting checks, by sequence, for this process; empty = there are none.

        Args:
            now: to compare ``next_attempt_at`` with where the check was deferred before this boot;
                within one boot the boot clock counts, for no step of the wall clock moves it.
            due_only: leave those that are not due yet.
            most: how many at most.

        A check whose lease belongs to a process that lives is left alone; one whose owner is dead
        is taken over at once. One already claimed since ``start_round`` is left for the next.
        """

    def release(self, check_ids: Sequence[str]) -> None:
        """Give back what was claimed last and not asked about: it waits as before the claim.

        It may be claimed again in the same round.
        """

    def person_of(self, key: bytes) -> str:
        """Keyed hash that stands for a person; this box alone has the key.

        Args:
            key: ``kiosk.domain.presentation.key_of``: the certificate (DER), or what was typed.

        Source: facts DOMAIN, Privacy: outside the sealed check only a keyed hash may stand for it.
        """

    def take_in(self, results: Sequence[FacilityResult], now: datetime) -> int:
        """Keep what the service answered to any terminal of the facility; how many were new.

        A check that is known, waiting, settled or withdrawn, stays as it is. A month that was
        purged here does not come back.

        Args:
            results: of one facility.
            now: aware, trusted; what is past retention by it is left out.
        """

    def latest_answered(self, person: str, *, before: int) -> StoredCheck | None:
        """The latest answered check of a person with a sequence number below ``before``."""

    def start_round(self) -> None:
        """Begin a round of claims: each waiting check is claimed at most once a round."""

    def retry(self, check_id: str) -> StoredCheck:
        """Queue again a check that was set aside."""

    def get(self, check_id: str) -> StoredCheck:
        """One check, settled or not."""

    def mark_exported(self, check_id: str, at: datetime) -> StoredCheck:
        """Put on record that a receipt computer has it; only the first time changes anything."""

    def settled(
        self, after: Mapping[Month | None, int], most: int
    ) -> list[tuple[int, StoredCheck]]:
        """Settled checks that a reader has not seen, with their numbers.

        In each treatment month (None = provisional) what is settled is numbered in that order; a
        check that moves from the provisional file to its month is new there, and one that was
        withdrawn is new once more.

        Args:
            after: the latest number the reader saw of each month; a month left out was not read.
            most: so many at most.
        """

    def waiting(self) -> list[StoredCheck]:
        """SENDING, QUEUED and SET_ASIDE, oldest first."""

    def backlog(self) -> int:
        """How many are SENDING, QUEUED or SET_ASIDE, without reading them."""

    def due_in_s(self, now: datetime) -> float | None:
        """Seconds until the first QUEUED check with a time set is due; None = there is none.

        Args:
            now: aware; for what was deferred before this boot. Within one the boot clock counts.
        """

    def unexported(self) -> list[Unexported]:
        """What no receipt computer has yet, oldest month first; reads none of it.

        Answers whose treatment month is not known yet are left out until it is.
        """

    def history(self, month: Month | None) -> list[StoredCheck]:
        """Every check of a treatment month, or of all and provisional ones, by sequence."""

    def search(self, wanted: Search) -> list[StoredCheck]:
        """Checks that fit, latest first; one not answered yet fits by its day alone."""

    def months(self) -> list[Month]:
        """Treatment months that hold checks, oldest first."""

    def tallies(self) -> dict[Month, Tally]:
        """Counts of every treatment month, purged ones too, oldest first."""

    def cards_ending(self, by: date) -> list[StoredCheck]:
        """Checks by a card whose certificate ends by that day, by sequence; withdrawn ones not."""

    def facts(self, month: Month) -> list[CheckFact]:
        """What statistics need of a month's checks, by sequence; no patient data is read."""

    def adopt_provisional(self, now: Stamp) -> int:
        """Move provisional checks to their months, stamps mended by a trusted stamp; how many."""

    def salvage(self) -> bool:
        """Look through all that is kept and save what a bad place on the disk has left.

        False when nothing is damaged. What is read and found damaged is salvaged at once anyway.

        Raises:
            DiskFull, DiskReadOnly: what is saved cannot be written; nothing was changed.
        """

    def takes_nothing(self) -> DiskFull | DiskReadOnly | None:
        """Why nothing can be kept at present; None = it can, as far as a page tells."""

    def damages(self) -> list[Damage]:
        """What bad places did to what is kept beyond every month, oldest first."""

    def losses(self) -> list[Loss]:
        """What could not be saved of damaged files, oldest first."""

    def purge(self, month: Month) -> PurgedMonth:
        """Destroy key and file of a treatment month; safe against a crash at any point."""

    def copies_left(self) -> list[HeldCopy]:
        """Files with results of months that were destroyed, which may still lie somewhere."""

    def copies_kept(self) -> list[HeldCopy]:
        """Those of months that are not destroyed yet."""

    def destroy_copies(self) -> list[HeldCopy]:
        """Try once more to delete them; what is left, as ``copies_left``."""

    def forget_set_aside(self, now: datetime) -> None:
        """Destroy what was set aside unopened, once past retention at ``now``, trusted, UTC."""


class StateInUse(StoreError):
    """Another program owns the state folder."""

    code = "K301"
    retryable = True


class StoreCorrupt(StoreError):
    """A file of the store is damaged or opened with a wrong key."""

    code = "K302"


class PartLost(StoreError):
    """A place on the disk went bad; what could be read was saved, the rest is named."""

    code = "K315"
    remedy = Remedy.STAFF


class DiskFull(StoreError):
    """No room left on the disk."""

    code = "K303"


class DiskReadOnly(StoreError):
    """The disk or folder cannot be written."""

    code = "K304"


class OnlineOnly(StoreError):
    """The disk takes nothing (K303, K304): who waits is answered, and nothing of it is kept."""

    code = "K355"
    remedy = Remedy.STAFF


class KeyMissing(StoreError):
    """The device key is not there or does not open the vault."""

    code = "K305"


class KeyNotHanded(KeyMissing):
    """The command has no device key: systemd hands it to kioskd, and to root by madoguchi-admin."""

    code = "K339"


class CheckUnknown(StoreError):
    """No such check is stored: the id is wrong, or its month was purged."""

    code = "K306"
    remedy = Remedy.STAFF


class ClockNotTrusted(StoreError):
    """Not done, because the time is not known for sure."""

    code = "K308"
    remedy = Remedy.TECHNICIAN
    retryable = True
