"""One eligibility check: read the card, write it down, ask, settle.

The order is the promise (ARCHITECTURE, decision 3): a check is durable before it is on the wire,
and a live answer and a later one are settled by the same code.
"""

from __future__ import annotations

import random
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from kiosk.domain.backoff import Pace, retry_delay
from kiosk.domain.certificate import CertificateWarning, certificate_warning
from kiosk.domain.check import (
    Answer,
    Answered,
    Deferred,
    EligibilityCheck,
    Opening,
    Outcome,
    Refused,
)
from kiosk.domain.dates import JST, day_in_japan
from kiosk.domain.facility import Facility
from kiosk.domain.identity import CardIdentity, Pin
from kiosk.domain.lifecycle import State
from kiosk.domain.presentation import Presentation, key_of, kind_of
from kiosk.domain.treatment import Place
from kiosk.errors import ServiceError, StoreError
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports import service as errors
from kiosk.ports.card import CardReader, ReadCard, SightNotAvailable
from kiosk.ports.clock import Clock
from kiosk.ports.records import (
    DiskFull,
    DiskReadOnly,
    NewCheck,
    Records,
    Settlement,
    StoredCheck,
)
from kiosk.ports.service import EligibilityService, Reply

NONCE_BYTES = 16
_UNREACHABLE = (
    errors.NoNetwork,
    errors.NameNotResolved,
    errors.ServerNotTrusted,
    errors.ServiceTimedOut,
    errors.AnswerLost,
    errors.ClockRefused,
)
_ASKS_FOR_PATIENCE = (
    errors.Maintenance,
    errors.ServiceFault,
    errors.TooManyRequests,
    errors.ClientCertificateRefused,
    errors.ClientCertificateRevoked,
    errors.AccountStopped,
    errors.AccountNotInForce,
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What it takes to ask and to settle, live or later.

    Args:
        records: where checks are kept.
        service: who answers.
        clock: what time it is, and whether that is believed.
        patience_s: bound of one question.
        pace: when the queue may ask next; one for all that ask.
    """

    records: Records
    service: EligibilityService
    clock: Clock
    patience_s: float
    # Jitter only spreads load: it guards nothing, so the plain generator is right.
    pace: Pace = field(default_factory=lambda: Pace(random.random))


def open_check(facility: Facility, clock: Clock, treated_on: date | None = None) -> Opening:
    """Fix id, treatment time and nonce before a card is read.

    Args:
        facility: who asks.
        clock: gives the stamp.
        treated_on: the treatment date in Japan when it is not today; the time of day stays.
    """
    stamp = clock.stamp()
    return Opening(
        check_id=str(uuid.uuid4()),
        facility=facility,
        treated_at=_on_day(stamp.wall, treated_on) if treated_on else stamp.wall,
        nonce=secrets.token_bytes(NONCE_BYTES),
        stamp=stamp,
    )


def _on_day(instant: datetime, day: date) -> datetime:
    local = instant.astimezone(JST)
    return local.replace(year=day.year, month=day.month, day=day.day).astimezone(instant.tzinfo)


def verify(
    opening: Opening,
    pin: Pin | None,
    card: CardReader,
    asking: Asking,
    *,
    is_simulated: bool,
    is_warned: bool = False,
) -> Outcome:
    """Carry out one check with the card that lies on the reader.

    Args:
        opening: as ``open_check`` gave it.
        pin: None = identification by sight.
        card: the reader.
        asking: store, service, clock.
        is_simulated: the settings belong to the simulated world.
        is_warned: the PIN was typed after the warning that one try is left.

    Raises:
        CardError: the card could not be read; nothing was stored, nothing asked.
        StoreError: the check could not be stored; nothing was asked.
    """
    received = read_and_store(
        opening, pin, card, asking, is_simulated=is_simulated, is_warned=is_warned
    )
    if received.disk is not None:
        raise received.disk
    return replace(ask(received.stored, asking), certificate=received.certificate)


@dataclass(frozen=True, slots=True)
class Received:
    """A check that is durable, unless the disk could not take it.

    Args:
        stored: the check.
        certificate: what is to be said of the card's certificate, if anything.
        disk: why it is not durable: it may be asked for while its visitor waits
            (``ask_unkept``), never later.
    """

    stored: StoredCheck
    certificate: CertificateWarning | None
    disk: DiskFull | DiskReadOnly | None = None


def read_and_store(
    opening: Opening,
    pin: Pin | None,
    card: CardReader,
    asking: Asking,
    *,
    is_simulated: bool,
    is_warned: bool = False,
    place: Place = Place.CLINIC,
) -> Received:
    """The first half of ``verify``: when it returns the check is durable and may be asked for.

    But for a disk that is full or cannot be written: then ``Received.disk`` says so. Args and the
    other errors are those of ``verify``; ``place`` is that of the treatment.
    """
    if pin is None and not is_simulated:
        raise SightNotAvailable("only the simulated service accepts the stand-in")
    identity = card.read(ReadCard(opening.challenge, pin, is_warned=is_warned))
    if pin is None and not identity.is_simulated:
        raise SightNotAvailable("the stand-in is for simulated cards")
    is_simulated = is_simulated or identity.is_simulated
    return store(
        EligibilityCheck(opening, identity), asking, is_simulated=is_simulated, place=place
    )


def store(
    check: EligibilityCheck, asking: Asking, *, is_simulated: bool, place: Place = Place.CLINIC
) -> Received:
    """Write a check down, whatever it asks by: when it returns it may be asked for.

    Args:
        check: as composed from then on.
        asking: store, service, clock.
        is_simulated: card or settings belong to the simulated world.
        place: of the treatment.

    Raises:
        StoreError: not stored; but for a disk that is full or cannot be written, as above.
    """
    presentation = check.presentation
    new = NewCheck(
        opening=check.opening,
        person=asking.records.person_of(key_of(presentation)),
        request=asking.service.compose(check),
        is_simulated=is_simulated,
        place=place,
        presented=kind_of(presentation),
        card_ends_on=_card_ends_on(presentation),
    )
    warning = _certificate_warning(check.opening, presentation)
    try:
        return Received(asking.records.open(new), warning)
    except (DiskFull, DiskReadOnly) as error:
        return Received(_unkept(new), warning, error)


def _unkept(check: NewCheck) -> StoredCheck:
    """As it would stand in the store."""
    opening = check.opening
    return StoredCheck(
        sequence=0,
        check_id=opening.check_id,
        state=State.SENDING,
        month=None,
        treated_on=opening.treated_on,
        opened=opening.stamp,
        settled_at=None,
        attempts=1,
        next_attempt_at=None,
        code=None,
        is_simulated=check.is_simulated,
        request=check.request,
        answer=None,
        place=check.place,
    )


def _card_ends_on(shown: Presentation) -> date | None:
    return day_in_japan(shown.not_after) if isinstance(shown, CardIdentity) else None


def _certificate_warning(opening: Opening, shown: Presentation) -> CertificateWarning | None:
    """None while the clock is not believed: no calendar rule fires before it is."""
    if not (opening.stamp.is_trusted and isinstance(shown, CardIdentity)):
        return None
    return certificate_warning(shown.not_after, opening.treated_on)


def ask(stored: StoredCheck, asking: Asking) -> Outcome:
    """The second half of ``verify``: ask for a check this process has leased, settle it, mend."""
    outcome = _question(stored, asking)
    _settle(stored, outcome, asking)
    return outcome


def ask_before_them(
    stored: StoredCheck, asking: Asking
) -> tuple[Outcome, DiskFull | DiskReadOnly | None]:
    """As ``ask``, while the visitor waits: an answer the disk cannot take is shown all the same.

    Returns:
        The outcome, and why it is not durable. The check itself is: it is asked for again when its
        lease is over, and then the service has it.
    """
    outcome = _question(stored, asking)
    try:
        _settle(stored, outcome, asking)
    except (DiskFull, DiskReadOnly) as error:
        if isinstance(outcome, Answered):
            outcome = replace(outcome, is_kept=False)
        return outcome, error
    return outcome, None


def _settle(stored: StoredCheck, outcome: Outcome, asking: Asking) -> None:
    settled = settlement(stored, outcome, asking)
    asking.records.settle(
        stored.check_id, outcome, at=settled.at, next_attempt_at=settled.next_attempt_at
    )
    try:
        mend_clock_faults(asking.records, asking.clock)
    except StoreError as error:
        # The outcome is durable and people wait for it; what could not be moved is moved later.
        record(Event.ADOPTION_FAILED, code=error.code)


def ask_unkept(received: Received, asking: Asking) -> Outcome:
    """Ask for a check that the disk could not take, while its visitor waits (ADR 0008).

    Nothing is kept and nothing queued. What the service does not answer now is refused with the
    disk's code: 確認待ち would be a promise that nobody could hold.
    """
    outcome = _question(received.stored, asking)
    match outcome:
        case Answered():
            return replace(outcome, is_kept=False)
        case Deferred():
            code = received.disk.code if received.disk else outcome.code
            return Refused(code, is_simulated=received.stored.is_simulated)
    return outcome


def settlement(stored: StoredCheck, outcome: Outcome, asking: Asking) -> Settlement:
    """How a check that was just asked about is settled, live or later."""
    now = asking.clock.now()
    next_attempt_at = None
    if isinstance(outcome, Deferred) and not outcome.needs_staff:
        delay = retry_delay(
            stored.attempts + 1,
            random.random,
            retry_after_s=outcome.retry_after_s,
        )
        next_attempt_at = now + timedelta(seconds=delay)
    return Settlement(stored.check_id, outcome, now, next_attempt_at)


def _question(stored: StoredCheck, asking: Asking) -> Outcome:
    service, patience_s = asking.service, asking.patience_s
    return heard(
        lambda: service.ask(stored.check_id, stored.request, patience_s=patience_s), asking
    )


def heard(reply_of: Callable[[], Reply], asking: Asking) -> Outcome:
    """What came of a question; pace and clock hear of it as well.

    Args:
        reply_of: returns or raises what ``EligibilityService.ask`` does.
        asking: pace, clock.
    """
    try:
        reply = reply_of()
    except ServiceError as error:
        retry_after_s = getattr(error, "retry_after_s", None)
        keep_pace(asking.pace, error)
        return Deferred(error.code, retry_after_s, needs_staff=not error.retryable)
    asking.pace.answered(time.monotonic(), reply.pause_s)
    if reply.server_time is not None:
        asking.clock.hint(reply.server_time)
    match reply.verdict:
        case Answer() as answer:
            return Answered(answer, earlier=reply.earlier)
        case Refused() as refused:
            return refused


def keep_pace(pace: Pace, error: ServiceError) -> None:
    """Tell the pace of the queue how a question failed."""
    now = time.monotonic()
    if isinstance(error, _UNREACHABLE):
        pace.unreachable(now)
    elif isinstance(error, _ASKS_FOR_PATIENCE):
        pace.refused(now, getattr(error, "retry_after_s", None))
    else:
        # What concerns this one question alone holds nobody else up.
        pace.answered(now)


def mend_clock_faults(records: Records, clock: Clock) -> int:
    """Move checks taken under an untrusted clock to their months, once it is trusted; how many."""
    stamp = clock.stamp()
    return records.adopt_provisional(stamp) if stamp.is_trusted else 0
