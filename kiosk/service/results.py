"""What the service's words become: refusals and problems as the kiosk's own codes.

The official ProcessingResultCodes are given to vendors only. The ones here are ours, documented as
ours in ``docs/protocol.md``; the simulated service uses them.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain.check import Refused
from kiosk.errors import ServiceError
from kiosk.ports.service import (
    AccountNotInForce,
    AccountStopped,
    ActivationCodeUsed,
    ActivationCodeWrong,
    CertificateExpired,
    CertificateRequestRejected,
    CertificateRevoked,
    ClientCertificateRefused,
    ClientCertificateRevoked,
    CredentialsWrong,
    IssuerUnknown,
    KeyReused,
    Maintenance,
    NotLinked,
    OtherRefusal,
    RequestRejected,
    ServiceFault,
    ServiceTimedOut,
    SightRejected,
    SignatureRejected,
    TooManyRequests,
)


class Refusal(StrEnum):
    """``ProcessingResultCode`` beside ``ProcessingResultStatus`` 2; ours, not the ministry's."""

    REVOKED = "MDG231"
    EXPIRED = "MDG232"
    NOT_LINKED = "MDG233"
    SIGNATURE = "MDG234"
    ISSUER = "MDG235"
    SIGHT = "MDG236"
    NOT_YET_VALID = "MDG237"


class Problem(StrEnum):
    """Last part of a problem's ``type`` (RFC 9457), after ``PROBLEM_BASE``."""

    KEY_MISSING = "idempotency-key-missing"
    KEY_REUSED = "idempotency-key-reused"
    IN_PROGRESS = "in-progress"
    MALFORMED = "malformed-question"
    TOO_LARGE = "too-large"
    CREDENTIALS_WRONG = "credentials-wrong"
    ACTIVATION_CODE_WRONG = "activation-code-wrong"
    ACTIVATION_CODE_USED = "activation-code-used"
    CERTIFICATE_REQUEST = "certificate-request-rejected"
    CERTIFICATE_MISSING = "client-certificate-missing"
    CERTIFICATE_REVOKED = "client-certificate-revoked"
    ACCOUNT_UNKNOWN = "account-unknown"
    ACCOUNT_STOPPED = "account-stopped"
    ACCOUNT_NOT_IN_FORCE = "account-not-in-force"
    OTHER_FACILITY = "certificate-of-another-facility"
    UNKNOWN_CHECK = "unknown-check"
    NOT_FOUND = "not-found"
    TOO_MANY = "too-many-requests"
    MAINTENANCE = "maintenance"
    FAULT = "fault"


PROBLEM_BASE = "urn:madoguchi:problem:"

_REFUSED_AS = {
    Refusal.REVOKED: CertificateRevoked.code,
    Refusal.EXPIRED: CertificateExpired.code,
    Refusal.NOT_LINKED: NotLinked.code,
    Refusal.SIGNATURE: SignatureRejected.code,
    Refusal.ISSUER: IssuerUnknown.code,
    Refusal.SIGHT: SightRejected.code,
}


def refused(result_code: str, *, is_simulated: bool) -> Refused:
    """The outcome of a ``ProcessingResultCode``; one we do not know is K239, never a crash."""
    known = {str(code): refusal for code, refusal in _REFUSED_AS.items()}
    return Refused(known.get(result_code, OtherRefusal.code), is_simulated)


_OF_STATUS: dict[int, type[ServiceError]] = {
    408: ServiceTimedOut,
    422: KeyReused,
    425: ServiceFault,
    429: TooManyRequests,
    503: Maintenance,
}
_OF_PROBLEM: dict[str, type[ServiceError]] = {
    Problem.CREDENTIALS_WRONG: CredentialsWrong,
    Problem.ACTIVATION_CODE_WRONG: ActivationCodeWrong,
    Problem.ACTIVATION_CODE_USED: ActivationCodeUsed,
    Problem.CERTIFICATE_REQUEST: CertificateRequestRejected,
    Problem.CERTIFICATE_MISSING: ClientCertificateRefused,
    Problem.CERTIFICATE_REVOKED: ClientCertificateRevoked,
    Problem.ACCOUNT_UNKNOWN: ClientCertificateRefused,
    Problem.ACCOUNT_STOPPED: AccountStopped,
    Problem.ACCOUNT_NOT_IN_FORCE: AccountNotInForce,
    Problem.OTHER_FACILITY: ClientCertificateRefused,
    Problem.KEY_REUSED: KeyReused,
}
_WAITS = (ServiceTimedOut, ServiceFault, TooManyRequests, Maintenance)
_SERVER_FAILED = 500


def problem_error(status: int, problem: str, retry_after_s: float | None) -> ServiceError:
    """The error for a status of 400 and above.

    Args:
        status: HTTP status.
        problem: as ``message.problem`` read it, "" when the body named none.
        retry_after_s: what the service asked for.
    """
    detail = f"{status} {problem}".rstrip()
    fallback = ServiceFault if status >= _SERVER_FAILED else RequestRejected
    kind = _OF_PROBLEM.get(problem) or _OF_STATUS.get(status, fallback)
    if issubclass(kind, _WAITS):
        return kind(detail, retry_after_s=retry_after_s)
    return kind(detail)
