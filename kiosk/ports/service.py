"""Socket for the eligibility service.

The real service is closed to this project; what stands behind this socket today is the client of
``docs/protocol.md``, spoken by the simulated service.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from kiosk.domain.check import NOTHING_EARLIER, Answer, Earlier, EligibilityCheck, Refused
from kiosk.domain.facility import Facility
from kiosk.errors import Remedy, ServiceError


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over an authenticated line.

    Args:
        verdict: the answer, or the refusal.
        server_time: the server's ``Date``, aware UTC; a hint for the clock.
        pause_s: how long the service wants to be left alone before the next question of a queue.
        earlier: what the facility was answered before about the same person.
    """

    verdict: Answer | Refused
    server_time: datetime | None
    pause_s: float = 0.0
    earlier: Earlier = NOTHING_EARLIER


@dataclass(frozen=True, slots=True)
class FacilityResult:
    """One answer to any terminal of the facility.

    Args:
        check_id: of the check, whichever terminal asked.
        terminal: account id of the terminal.
        treated_on: treatment date in Japan.
        received_at: when the service processed it, aware UTC.
        answer: as that terminal received it.
    """

    check_id: str
    terminal: str
    treated_on: date
    received_at: datetime
    answer: Answer = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Some of the facility's results, in the order of processing.

    Args:
        results: as many as the service puts on a page.
        cursor: where the next page begins; stays good, so that later ones can be asked for.
        has_more: there is a next page already.
    """

    results: tuple[FacilityResult, ...]
    cursor: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What the service knows of this terminal.

    Args:
        facility: whose certificate it is.
        is_stopped: 停止: everything else is refused.
        begins_on, ends_on, stopped_on: 利用開始, 終了, 停止年月日; None = not set.
        certificate_expires_at: last moment of the client certificate, aware UTC.
        is_simulated: told by the simulated world.
    """

    facility: Facility
    is_stopped: bool
    begins_on: date | None
    ends_on: date | None
    stopped_on: date | None
    certificate_expires_at: datetime
    is_simulated: bool


class FacilityResults(Protocol):
    """The answers to all terminals of the facility, until 翌月末 (資格確認結果検索)."""

    def results(
        self, cursor: str | None, *, since: datetime | None = None, patience_s: float
    ) -> ResultsPage:
        """One page.

        Args:
            cursor: of the page before; None = from the beginning.
            since: aware; only what was answered at this time or later.
            patience_s: bound of the whole call.

        Raises:
            ServiceError: one of this module.
        """

    def account(self, *, patience_s: float) -> Account:
        """What the service knows of this terminal; answered for a stopped account too.

        Raises:
            ServiceError: one of this module.
        """


class EligibilityService(Protocol):
    """Asks one question at a time; safe to ask again under the same check id."""

    def compose(self, check: EligibilityCheck) -> bytes:
        """The body of the question. It is stored and never changes afterwards."""

    def ask(self, check_id: str, body: bytes, *, patience_s: float) -> Reply:
        """Send the body under the check id as idempotency key and wait for the verdict.

        Args:
            check_id: of the check, a UUID.
            body: as ``compose`` gave it.
            patience_s: bound of the whole call, polls included.

        Raises:
            ServiceError: one of this module; ``retryable`` says whether asking again can help.
        """

    def begin(self, check_id: str, body: bytes, *, patience_s: float) -> Future[Reply]:
        """Ask without waiting: the future has what ``ask`` would return or raise.

        Its callbacks are called by the one thread that carries all questions: they must not wait.
        """

    def server_time(self, *, patience_s: float) -> datetime:
        """The service's clock, aware UTC; also the cheapest way to know that the line stands.

        Raises:
            ServiceError: as ``ask``.
        """

    def close(self) -> None:
        """End its connections; nothing is asked afterwards."""


class _Transient(ServiceError):
    """Shared: passes by itself, asking again later is right."""

    remedy = Remedy.STAFF
    retryable = True

    def __init__(self, detail: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class NoNetwork(_Transient):
    """The service cannot be reached: no line, or nobody listens."""

    code = "K201"


class NameNotResolved(_Transient):
    """The service's name could not be looked up (DNS)."""

    code = "K202"


class ServerNotTrusted(_Transient):
    """The server showed a certificate that is not the service's; nothing was sent."""

    code = "K203"
    remedy = Remedy.TECHNICIAN


class ServiceTimedOut(_Transient):
    """No answer within the time; it may have been processed, the same question is safe."""

    code = "K204"


class AnswerLost(_Transient):
    """The line broke after the question was sent; the same question is safe."""

    code = "K205"


class StillProcessing(_Transient):
    """The service is still processing (SegmentOfResult 2)."""

    code = "K206"


class Maintenance(_Transient):
    """The service is closed for maintenance (503)."""

    code = "K207"


class ServiceFault(_Transient):
    """The service failed (5xx)."""

    code = "K208"


class TooManyRequests(_Transient):
    """The service asks for fewer questions (429)."""

    code = "K209"


class MalformedAnswer(_Transient):
    """The answer is not of the protocol, or too large or too deep."""

    code = "K210"
    remedy = Remedy.TECHNICIAN


class ClientCertificateRefused(ServiceError):
    """The service does not accept this terminal's certificate."""

    code = "K211"


class ClockRefused(_Transient):
    """A certificate seems not valid yet or expired because the box's clock is wrong."""

    code = "K212"
    remedy = Remedy.TECHNICIAN


class CredentialsWrong(ServiceError):
    """Facility code, account id or password is not the one on the account sheet (activation)."""

    code = "K213"


class ActivationCodeUsed(ServiceError):
    """The activation code was used before; each is good for one terminal and once."""

    code = "K214"


class ActivationCodeWrong(ServiceError):
    """The activation code is not that of the account."""

    code = "K215"


class AccountNotInForce(ServiceError):
    """The terminal's account has not begun, or has ended (利用開始, 終了年月日)."""

    code = "K216"


class ClientCertificateRevoked(ServiceError):
    """The service has revoked this terminal's certificate; another activation is needed."""

    code = "K217"


class CertificateRequestRejected(ServiceError):
    """The service makes no certificate from this box's request (CSR)."""

    code = "K218"
    remedy = Remedy.TECHNICIAN


WARN_BEFORE = timedelta(days=30)
"""Less than this is left of the terminal's certificate: somebody is to hear of it."""


class TerminalCertificateEnds(_Transient):
    """This terminal's certificate has ended, or ends within a month and is not renewed yet."""

    code = "K225"
    remedy = Remedy.TECHNICIAN


class AccountStopped(ServiceError):
    """The terminal's account is stopped at the portal (停止)."""

    code = "K221"


class RequestRejected(ServiceError):
    """The service rejected the question itself (4xx)."""

    code = "K223"


class KeyReused(ServiceError):
    """The service knows this check id with another body (422)."""

    code = "K224"


class CheckRefused(ServiceError):
    """Base of refusals that concern the card: carried as ``Refused`` outcomes, by their code."""

    remedy = Remedy.STAFF


class CertificateRevoked(CheckRefused):
    """The card's certificate is revoked."""

    code = "K231"


class CertificateExpired(CheckRefused):
    """The card's certificate has expired and the grace of three months is over."""

    code = "K232"


class NotLinked(CheckRefused):
    """The card is not yet registered as マイナ保険証."""

    code = "K233"


class SignatureRejected(CheckRefused):
    """The signature over the challenge does not fit the certificate."""

    code = "K234"


class IssuerUnknown(CheckRefused):
    """The card's certificate was issued by nobody the service knows."""

    code = "K235"


class SightRejected(CheckRefused):
    """The service does not accept this identification by sight."""

    code = "K236"


class OtherRefusal(CheckRefused):
    """The service refused with a code this version does not know."""

    code = "K239"
