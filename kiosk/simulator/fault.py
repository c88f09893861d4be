"""One thing the simulated service can be told to do wrong, and a script of them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

CHECKS = "/v1/checks"


class FaultKind(StrEnum):
    """What can go wrong."""

    REFUSE = "refuse"
    SLOW = "slow"
    DRIP = "drip"
    ERROR = "error"
    TOO_MANY = "too-many"
    BUSY = "busy"
    MAINTENANCE = "maintenance"
    PROCESSING = "processing"
    IN_PROGRESS = "in-progress"
    ANSWER_LOST = "answer-lost"
    TRUNCATED = "truncated"
    OVERSIZED = "oversized"
    WRONG_TYPE = "wrong-type"
    GARBLED = "garbled"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_FOREIGN = "certificate-foreign"
    CLOCK = "clock"
    ACCOUNT_STOPPED = "account-stopped"
    CLIENT_REVOKED = "client-revoked"


WRONG_CERTIFICATES = frozenset({FaultKind.CERTIFICATE_EXPIRED, FaultKind.CERTIFICATE_FOREIGN})
NOT_OF_A_REQUEST = WRONG_CERTIFICATES | {FaultKind.REFUSE, FaultKind.PROCESSING}


class Fault(BaseModel):
    """One fault, and how long it lasts.

    Args:
        kind: what goes wrong.
        at: seconds from the command until it begins.
        lasts: seconds; None = until it is cleared.
        times: how many requests it strikes; None = every one. With ``processing`` how often each
            check is told 処理中. What concerns the line (refuse, certificates) counts none.
        on: beginning of the path it strikes; "/" = everything, the clock too.
        delay: seconds; of ``slow`` before the answer, of ``clock`` added to the clock.
        status: of ``error``.
        retry_after: seconds, for the header; None = no header. Of ``busy`` the pause that
            ``RateLimit`` asks of a queue, 1 unless told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: FaultKind
    at: float = Field(default=0.0, ge=0)
    lasts: float | None = Field(default=None, gt=0)
    times: int | None = Field(default=None, ge=1)
    on: str = CHECKS
    delay: float = 3.0
    status: int = Field(default=500, ge=500, le=599)
    retry_after: int | None = Field(default=None, ge=0)


class Script(BaseModel):
    """A file of ``[[fault]]`` with their times."""

    model_config = ConfigDict(extra="forbid")

    fault: list[Fault]
