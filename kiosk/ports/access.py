"""Socket for who may enter and what is remembered of it: passcodes, second factors, the audit.

Codes K320 to K329, K356 and K360. Nothing here is about a patient; control.db holds it
(ARCHITECTURE, 10).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.domain.passcode import Factor, Passcode
from kiosk.errors import Remedy, StoreError
from kiosk.events import Event


class LockedOut(StoreError):
    """Too many wrong tries: nobody is let in for a while, even with the right passcode.

    Args:
        seconds: how long it still lasts.
    """

    code = "K320"
    remedy = Remedy.STAFF
    retryable = True

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


class WrongPasscode(StoreError):
    """The passcode opens nothing; the try was counted."""

    code = "K321"
    remedy = Remedy.STAFF


class WrongSecondFactor(StoreError):
    """The second step was wrong, old or used before; the try was counted."""

    code = "K322"
    remedy = Remedy.STAFF


class SecondFactorNeedsClock(StoreError):
    """A code of the minute cannot be judged while the clock is not trusted."""

    code = "K323"
    remedy = Remedy.STAFF
    retryable = True


class PasscodeUnfit(StoreError):
    """Too short, too simple, not for a keypad, or in use already."""

    code = "K324"


class AuditBroken(StoreError):
    """The audit is not as it was written."""

    code = "K325"


class NoLog(StoreError):
    """There is no journal here to read the log from."""

    code = "K326"


class NoPasscode(StoreError):
    """Nobody has a passcode, or this person no second factor though one is asked for."""

    code = "K327"


class NoSecurityKey(StoreError):
    """No security key is plugged in, or it was not touched in time."""

    code = "K328"
    remedy = Remedy.STAFF
    retryable = True


class ResetWithheld(StoreError):
    """Nothing was destroyed: a check is unsent, or the reset of the access was not confirmed."""

    code = "K329"


class SecondFactorNeeded(StoreError):
    """The clinic's login asks for this second factor: to take it away would shut its holder out."""

    code = "K356"
    remedy = Remedy.STAFF


class AppCodeWrong(WrongSecondFactor):
    """The code is not of the secret that was just shown, or not of this minute; nothing is kept."""

    code = "K360"


class Standing(StrEnum):
    """What a passcode opens; the names are those of the desk's roles."""

    TECHNICIAN = "technician"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, order=True)
class Holder:
    """Who holds a passcode.

    Args:
        standing: staff or technician.
        label: a short name chosen at set-up, e.g. 山田院長 or staff-1.
    """

    standing: Standing
    label: str

    def __str__(self) -> str:
        return f"{self.standing}/{self.label}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tries to come in, before anybody knows who it is.

    Args:
        where: the door: "screen", "line", "command".
        who: "uid:1000".
        standings: whose passcodes are heard from this uid; a technician's uid never opens staff.
        is_technician: counted apart, so that who guesses at the screen does not shut them out.
    """

    where: str
    who: str
    standings: frozenset[Standing]
    is_technician: bool = False

    @property
    def place(self) -> str:
        """Where its wrong tries are counted."""
        return "technician" if self.is_technician else "front"


class SecurityKeys(Protocol):
    """A FIDO2 security key plugged into this box."""

    @property
    def are_read(self) -> bool:
        """Whether this box can read one, be it plugged in or not."""

    def enrol(self, holder: Holder, given_up: threading.Event | None = None) -> bytes:
        """Make a credential on the key, once it is touched; what is to be kept of it.

        Args:
            holder: whose it is.
            given_up: set = the touch is waited for no longer.

        Raises:
            NoSecurityKey: none is plugged in, or nobody touched it in time.
        """

    def prove(self, credentials: Sequence[bytes]) -> bool:
        """Whether the key that is plugged in, and touched, holds one of them.

        Raises:
            NoSecurityKey: likewise.
        """


class Access(Protocol):
    """Passcodes and second factors. Every change is durable when the call returns."""

    def holders(self) -> list[Holder]:
        """Who has a passcode, by standing and label."""

    def set_passcode(self, holder: Holder, passcode: Passcode) -> None:
        """Give or change one; a new passcode keeps the second factor.

        Raises:
            PasscodeUnfit: it is somebody else's already: it says who comes.
        """

    def remove(self, holder: Holder) -> bool:
        """Take passcode and second factors away; False when there was none."""

    def holder_of(self, passcode: Passcode) -> Holder | None:
        """Whose it is."""

    def count_try(self, where: str) -> None:
        """Count a try before it is judged, so that cutting the power wins nothing.

        Args:
            where: tries of technicians and of everybody else are counted apart.

        Raises:
            LockedOut: it is too soon; the try was not counted.
        """

    def forgive(self, where: str) -> None:
        """It was the right one: the count begins anew."""

    def set_totp(self, holder: Holder, secret: bytes, used: int = 0) -> None:
        """Keep the secret of RFC 6238, in place of the one before.

        Args:
            holder: whose it is.
            secret: shared with the app.
            used: the last step of the time that was used up; no code up to it opens anything.
        """

    def totp(self, holder: Holder) -> bytes | None:
        """The secret."""

    def use_step(self, holder: Holder, step: int) -> bool:
        """Use a step of the time up; False when it or a later one was used before."""

    def add_security_key(self, holder: Holder, credential: bytes) -> None:
        """Keep what a security key gave at its enrolment."""

    def set_security_key(self, holder: Holder, credential: bytes) -> None:
        """Keep this one alone: those before open nothing more."""

    def forget_second(self, holder: Holder, factor: Factor) -> bool:
        """Take the app, or every security key, away; False when there was none."""

    def security_keys(self, holder: Holder) -> list[bytes]:
        """What was kept of each."""

    def set_recovery(self, holder: Holder, codes: Sequence[Passcode]) -> None:
        """Keep one-time codes, in place of those before."""

    def use_recovery(self, holder: Holder, code: Passcode) -> bool:
        """Use one up; False when it is none."""

    def forget_everybody(self) -> None:
        """Passcodes, second factors and counts go; the audit stays."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit.

    Args:
        event: what happened.
        at: aware UTC, as the box believed.
        is_trusted: whether the clock was believed then.
        who: holder, or "uid:1000" before a login, or "kioskd".
        where: the door: "screen", "line", "command", "receipt", "technician".
        what: name of a query, a month, a count: never text that came from outside.
        record: opaque id of the check it is about, "" for none.
    """

    event: Event
    at: datetime
    is_trusted: bool
    who: str
    where: str
    what: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the audit has come; to be kept where this box cannot reach.

    Args:
        count: number of the last row.
        digest: hex SHA-256 over all of them.
    """

    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.count};{self.digest}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """From ``count;digest``; ValueError when it is none."""
        count, _, digest = text.strip().partition(";")
        if len(bytes.fromhex(digest)) != len(bytes(32)) or int(count) < 0:
            raise ValueError("not count;digest")
        return cls(int(count), digest.lower())


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows that went with a bad place on the disk, put on record when it was mended.

    Args:
        first: number of the first that is gone.
        last: of the last; no later row ever has one of these numbers.
        at: when it was mended, aware UTC by a clock that need not be right.
        is_exact: every number of them was in use; False = how many were is not known.
    """

    first: int
    last: int
    at: datetime
    is_exact: bool = True

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole audit found.

    Args:
        head: as it stands.
        fault: None, or "changed", "order", "truncated", "seal", "head".
        number: the first row at fault.
        is_sealed: the seals were checked too, with the key from the start.
        gaps: rows lost by a damage that is on record: no fault.
    """

    head: Head
    fault: str | None = None
    number: int | None = None
    is_sealed: bool = field(default=False)
    gaps: tuple[Gap, ...] = ()


class Audit(Protocol):
    """Who did what, row by row, each bound to the one before."""

    def append(self, entry: Entry) -> Head:
        """Write a row; durable when it returns."""

    def entries(self, after: int = 0) -> list[tuple[int, Entry]]:
        """Rows with their numbers, oldest first."""

    def latest(self, event: Event, what: str) -> Entry | None:
        """The last row of an event whose ``what`` begins so; None when there is none."""

    def head(self) -> Head:
        """How far it has come."""

    def opaque(self, check_id: str) -> str:
        """The name of a check here: nobody can tell which it was once the check is gone."""

    def verify(self, *, start: bytes | None = None, known: Sequence[Head] = ()) -> Verdict:
        """Look at every row.

        Args:
            start: the first key, where it was taken out of the box.
            known: heads kept elsewhere.
        """

    def take_start(self) -> bytes | None:
        """The first key, which this box forgets; None when it was taken before."""
