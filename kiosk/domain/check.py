"""One eligibility check: what is asked, what may come back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from kiosk.domain.certificate import CertificateWarning
from kiosk.domain.codes import Validity
from kiosk.domain.dates import day_in_japan
from kiosk.domain.facility import Facility
from kiosk.domain.insurance import copayment_percent
from kiosk.domain.presentation import Presentation
from kiosk.domain.text import half_width

CHALLENGE_VERSION = "madoguchi-1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment by both clocks, so that the wall clock can be mended later.

    Args:
        wall: aware UTC, as the box believed it to be.
        boot_id: which run of the kernel.
        boot_seconds: seconds since that boot, suspend included.
        is_trusted: the wall clock was known good.
    """

    wall: datetime
    boot_id: str
    boot_seconds: float
    is_trusted: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """What is fixed before the card is read.

    Args:
        check_id: a UUID, also the idempotency key.
        facility: who asks.
        treated_at: time of treatment, aware UTC; its day in Japan is the treatment date.
        nonce: 16 random bytes.
        stamp: when the check was opened.
    """

    check_id: str
    facility: Facility
    treated_at: datetime
    nonce: bytes
    stamp: Stamp

    @property
    def treated_on(self) -> date:
        """Treatment date in Japan."""
        return day_in_japan(self.treated_at)

    @property
    def challenge(self) -> bytes:
        """32 bytes for the card to sign, made by the kiosk (ARCHITECTURE, decision 3).

        SHA-256 over version, check id, facility code, terminal, treatment time (ISO 8601, UTC)
        and nonce (hex), each UTF-8 with a two-byte big-endian length before it.
        """
        parts = (
            CHALLENGE_VERSION,
            self.check_id,
            self.facility.code,
            self.facility.terminal,
            self.treated_at.isoformat(),
            self.nonce.hex(),
        )
        digest = hashlib.sha256()
        for part in parts:
            raw = part.encode()
            digest.update(len(raw).to_bytes(2, "big") + raw)
        return digest.digest()


@dataclass(frozen=True, slots=True)
class EligibilityCheck:
    """One question to the service about one patient."""

    opening: Opening
    presentation: Presentation


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """One ``ResultOfQualificationConfirmation``; text as the service wrote it, None = absent.

    Field names and order follow ``kiosk.domain.codes.ELIGIBILITY_TAGS`` and ``ELDERLY_TAGS``.
    ``unknown`` keeps elements this version has no name for.
    """

    card_classification: str | None = None
    insurer_number: str | None = None
    symbol: str | None = None
    number: str | None = None
    branch_number: str | None = None
    personal_family: str | None = None
    insured_name: str | None = None
    name: str | None = None
    name_of_other: str | None = None
    name_kana: str | None = None
    name_of_other_kana: str | None = None
    sex: str | None = None
    sex_on_back: str | None = None
    birth_date: date | None = None
    address: str | None = None
    post_number: str | None = None
    qualified_on: date | None = None
    disqualified_on: date | None = None
    issued_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    late_elderly_ratio: str | None = None
    preschool: str | None = None
    loss_reason: str | None = None
    insurer_name: str | None = None
    reference_number: str | None = None
    elderly_issued_on: date | None = None
    elderly_valid_from: date | None = None
    elderly_valid_to: date | None = None
    elderly_ratio: str | None = None
    unknown: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def copayment_percent(self, on: date) -> int | None:
        """Share the patient pays on a day, in percent; None = unknown, ask."""
        return copayment_percent(
            card_classification=self.card_classification,
            insurer_number=self.insurer_number,
            born=self.birth_date,
            on=on,
            late_elderly_ratio=self.late_elderly_ratio,
            elderly_ratio=self.elderly_ratio,
            is_preschool=half_width(self.preschool or "") == "1",
        )

    def is_in_force(self, on: date) -> bool:
        """True when the eligibility covers a day; an absent limit does not limit."""
        return (
            (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
            and (self.disqualified_on is None or on < self.disqualified_on)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service said.

    Args:
        validity_code: ``QualificationValidity`` as it came, known to us or not.
        confirmed_on: ``QualificationConfirmationDate``.
        eligibilities: zero or more; several are never chosen from silently.
        is_simulated: came from the simulated world.
        warning_code: ``ProcessingResultCode`` that accompanied success.
        warning: its message.
    """

    validity_code: str
    confirmed_on: date | None
    eligibilities: tuple[Eligibility, ...]
    is_simulated: bool
    warning_code: str | None = None
    warning: str | None = None

    @property
    def validity(self) -> Validity | None:
        """None for a code this version does not know."""
        try:
            return Validity(self.validity_code)
        except ValueError:
            return None

    def confirms(self, on: date) -> bool:
        """Valid, and the one eligibility to go by on that day is known: nothing more to ask."""
        return self.validity is Validity.VALID and self.the_one_that_counts(on) is not None

    def the_one_that_counts(self, on: date) -> Eligibility | None:
        """The eligibility to go by on the treatment date; None when the service could not choose.

        One alone counts; of more, the only one in force on that day; none registered is an
        eligibility without fields.
        """
        if self.validity is Validity.NONE:
            return Eligibility()
        if self.validity is Validity.SEVERAL:
            return None
        if len(self.eligibilities) == 1:
            return self.eligibilities[0]
        in_force = [each for each in self.eligibilities if each.is_in_force(on)]
        return in_force[0] if len(in_force) == 1 else None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the facility, all its terminals together, was answered before about the same person.

    Args:
        today: answers of the treatment date of this one.
        last_on: treatment date of the last; None = it is not told, or there was none.
        differs: this answer is not as the last.
    """

    today: int = 0
    last_on: date | None = None
    differs: bool = False


NOTHING_EARLIER = Earlier()


@dataclass(frozen=True, slots=True)
class Answered:
    """The service answered, whatever the validity.

    Args:
        answer: what it said.
        certificate: what the kiosk itself saw of the card's certificate, when there is anything.
        is_kept: False when the disk could not take it: what is not written down now is gone.
        earlier: what was answered before it about the same person, as the service knows.
    """

    answer: Answer
    certificate: CertificateWarning | None = None
    is_kept: bool = True
    earlier: Earlier = NOTHING_EARLIER


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not answered yet: 確認待ち. Never to be shown as confirmed.

    Args:
        code: the K-code of what prevented it.
        retry_after_s: what the service asked for, if it did.
        needs_staff: asking again by itself cannot help (set aside).
        certificate: as in ``Answered``: known and said without the service.
    """

    code: str
    retry_after_s: float | None = None
    needs_staff: bool = False
    certificate: CertificateWarning | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The service refused to answer for this card.

    Args:
        code: the K-code of the reason.
        is_simulated: came from the simulated world.
        certificate: as in ``Answered``.
    """

    code: str
    is_simulated: bool
    certificate: CertificateWarning | None = None


Outcome = Answered | Deferred | Refused
