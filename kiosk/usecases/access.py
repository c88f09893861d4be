"""Letting people in: a passcode, a second step where the clinic wants one; and the audit."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from kiosk.domain.passcode import Factor, Passcode
from kiosk.events import Event
from kiosk.ports.access import (
    Access,
    AppCodeWrong,
    Audit,
    Caller,
    Entry,
    Head,
    Holder,
    NoPasscode,
    NoSecurityKey,
    SecondFactorNeedsClock,
    SecurityKeys,
    WrongPasscode,
    WrongSecondFactor,
)
from kiosk.ports.clock import Clock

STEP_S = 30
CODE_DIGITS = 6
"""RFC 6238, with what every authenticator takes without being told: SHA-1, 30 s, 6 digits."""
TOLERANCE = (0, -1, 1)
"""Steps around now that are heard: a hand that is slow, a clock that is a little off."""
RECOVERY_DIGITS = 10
URI_MOST = 106
"""A QR code of version 5: the largest that the smallest letters of a panel leave room for."""
SECRET_BYTES = 20
"""As RFC 4226 recommends: 160 bits."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The one way in; and the pen of the audit.

    Args:
        access: passcodes and second factors.
        audit: where it is written.
        clock: a code of the minute needs a trusted one.
        factor: the second step the clinic asks for.
        keys: security keys plugged into this box; None = it reads none.
    """

    access: Access
    audit: Audit
    clock: Clock
    factor: Factor = Factor.NONE
    keys: SecurityKeys | None = None

    def knock(self, passcode: str, caller: Caller) -> tuple[Holder, Factor]:
        """The first step of a login; with Factor.NONE it was the last.

        Raises:
            LockedOut: too soon after too many wrong tries, by whomever; also with the right one.
            WrongPasscode: it opens nothing, or nothing that this uid may reach.
            NoPasscode: nobody has one yet, or this person lacks the second factor.
        """
        self.access.count_try(caller.place)
        holder = self.access.holder_of(Passcode(passcode))
        if holder is None or holder.standing not in caller.standings:
            self.note(Event.LOGIN_FAILED, caller.who, caller.where, what="passcode")
            raise WrongPasscode if self.access.holders() else NoPasscode
        if not self._is_ready(holder):
            self.note(Event.LOGIN_FAILED, str(holder), caller.where, what="no-second-factor")
            raise NoPasscode("no second factor")
        self.access.forgive(caller.place)
        if self.factor is Factor.NONE:
            self.note(Event.LOGGED_IN, str(holder), caller.where)
        return holder, self.factor

    def _is_ready(self, holder: Holder) -> bool:
        match self.factor:
            case Factor.TOTP:
                return self.access.totp(holder) is not None
            case Factor.FIDO2:
                return bool(self.access.security_keys(holder))
            case Factor.NONE:
                return True

    def prove(self, holder: Holder, code: str, caller: Caller) -> None:
        """The second step: a code of the minute, a touch of the key, or a recovery code.

        Args:
            holder: who gave the right passcode.
            code: digits; empty for a security key.
            caller: the same as before.

        Raises:
            LockedOut: too soon after too many wrong codes.
            WrongSecondFactor: wrong, old, or used before.
            SecondFactorNeedsClock: the time is not certain; a recovery code still works.
            NoSecurityKey: none is there, or it was not touched.
        """
        is_recovery = len(code.strip()) == RECOVERY_DIGITS
        if self.factor is Factor.TOTP and not is_recovery:
            self.must_know_the_time()
        self.access.count_try(f"{caller.place}-second")
        if not self._is_proved(holder, code, is_recovery=is_recovery):
            self.note(Event.LOGIN_FAILED, str(holder), caller.where, what="second-factor")
            raise WrongSecondFactor
        if is_recovery:
            self.note(Event.RECOVERY_CODE_USED, str(holder), caller.where)
        self.access.forgive(f"{caller.place}-second")
        self.note(Event.LOGGED_IN, str(holder), caller.where, what=self.factor.value)

    def _is_proved(self, holder: Holder, code: str, *, is_recovery: bool) -> bool:
        if is_recovery:
            return self.access.use_recovery(holder, Passcode(code))
        if self.factor is Factor.FIDO2:
            if self.keys is None:
                raise NoSecurityKey("this box reads none")
            return self.keys.prove(self.access.security_keys(holder))
        secret = self.access.totp(holder)
        step = step_of(secret, code, self.clock.now()) if secret else None
        return step is not None and self.access.use_step(holder, step)

    def make_sure(self, holder: Holder, passcode: str, caller: Caller) -> None:
        """The passcode once more, before a change of what lets its holder in.

        Source: NIST SP 800-63B, 6.1.2.1: who binds an authenticator proves anew who they are.

        Args:
            holder: who is logged in.
            passcode: as typed now.
            caller: where.

        Raises:
            LockedOut: too soon after too many wrong tries; they are counted with those of a login.
            WrongPasscode: it is not this person's.
        """
        self.access.count_try(caller.place)
        if self.access.holder_of(Passcode(passcode)) != holder:
            self.note(Event.LOGIN_FAILED, str(holder), caller.where, what="passcode")
            raise WrongPasscode
        self.access.forgive(caller.place)

    def must_know_the_time(self) -> None:
        """SecondFactorNeedsClock where no code of the minute can be judged now."""
        if not self.clock.stamp().is_trusted:
            raise SecondFactorNeedsClock

    def enrol_totp(self, holder: Holder, secret: bytes, code: str) -> None:
        """Keep a secret once a code proves that the app has it; that code opens nothing more.

        Args:
            holder: who has a passcode.
            secret: 20 bytes, shown before.
            code: of the minute, as the app says it.

        Raises:
            AppCodeWrong: it is not of this secret or of this minute; nothing was changed.
        """
        step = step_of(secret, code, self.clock.now())
        if step is None:
            raise AppCodeWrong
        self.access.set_totp(holder, secret, step)

    def note(
        self, event: Event, who: str, where: str, *, what: str = "", check_id: str = ""
    ) -> None:
        """Write a row of the audit; durable when it returns.

        Args:
            event: what happened.
            who: a holder, "uid:1000", "kioskd".
            where: the door.
            what: a name of ours, a month, a count; ValueError for other text.
            check_id: the check it is about; kept as an opaque name only.
        """
        stamp = self.clock.stamp()
        record = self.audit.opaque(check_id) if check_id else ""
        self.audit.append(
            Entry(event, stamp.wall, stamp.is_trusted, who, where, what=what, record=record)
        )

    def notice_settings(self, digest: str) -> None:
        """Put on record that the settings are not those kioskd last began with.

        Args:
            digest: hexadecimal, of all of them; what changed is not said, only that and when.
        """
        what = f"files:{digest}"
        before = self.audit.latest(Event.SETTINGS_CHANGED, "files:")
        if before is None or before.what != what:
            self.note(Event.SETTINGS_CHANGED, "kioskd", "start", what=what)

    def head(self) -> Head:
        """How far the audit has come."""
        return self.audit.head()


def otpauth(secret: bytes, holder: Holder, facility_code: str) -> str:
    """What an authenticator app reads from a QR code; plain ASCII of at most ``URI_MOST``.

    Source: https://github.com/google/google-authenticator/wiki/Key-Uri-Format. Digits, period and
    algorithm are those that go without saying there.

    Args:
        secret: shared with the app.
        holder: whose it is; left out where a long name leaves no room.
        facility_code: of the clinic, so that somebody of two clinics can tell them apart.
    """
    named, unnamed = (
        f"otpauth://totp/Madoguchi:{quote(account)}?secret={base32(secret)}"
        for account in (f"{facility_code} {holder.label}", facility_code)
    )
    return named if len(named) <= URI_MOST else unnamed


def base32(secret: bytes) -> str:
    """A secret as it is typed into an app: 32 letters and digits for 20 bytes (RFC 4648, 6)."""
    return b32encode(secret).decode()


def totp(secret: bytes) -> TOTP:
    """The generator of RFC 6238 for a secret of 20 bytes."""
    return TOTP(secret, CODE_DIGITS, SHA1(), STEP_S)  # noqa: S303 - HMAC-SHA-1, as the RFC has it


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """Which step of the time a code belongs to, one before or after this one; None for none."""
    digits = code.strip().encode()
    for offset in TOLERANCE:
        step = int(now.timestamp()) // STEP_S + offset
        try:
            totp(secret).verify(digits, step * STEP_S)
        except InvalidToken:
            continue
        return step
    return None
