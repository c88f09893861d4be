"""How long the card's certificate can be used; the service decides, the kiosk only warns.

Facts DOMAIN, Calendar rules: usable until 3 months after expiry [S 001], read as the last day of
(month of expiry + 3) [P]; warned of from 3 months before.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.dates import Month, day_in_japan

_GRACE_MONTHS = 3
_WARN_MONTHS = 3


class CertificateState(StrEnum):
    """What there is to say of a certificate."""

    EXPIRES_SOON = "expires_soon"
    IN_GRACE = "in_grace"
    GRACE_OVER = "grace_over"


@dataclass(frozen=True, slots=True)
class CertificateWarning:
    """A certificate that ends, or has ended.

    Args:
        state: how it stands.
        expires_on: last day of its validity, in Japan.
        usable_until: last day of the grace.
    """

    state: CertificateState
    expires_on: date
    usable_until: date


def certificate_warning(not_after: datetime, on: date) -> CertificateWarning | None:
    """What to say of a certificate on a treatment date; None = nothing yet.

    Args:
        not_after: end of validity, aware.
        on: treatment date in Japan.
    """
    expires_on = day_in_japan(not_after)
    state = _state(expires_on, on)
    return CertificateWarning(state, expires_on, grace_ends_on(expires_on)) if state else None


def grace_ends_on(expires_on: date) -> date:
    """Last day of the grace: 2026-11-15 gives 2027-02-28."""
    return Month.of(expires_on).plus(_GRACE_MONTHS).last_day


def warned_from(expires_on: date) -> date:
    """First day of the warning: the same day three months before, or that month's last."""
    month = Month.of(expires_on).plus(-_WARN_MONTHS)
    _, last = monthrange(month.year, month.month)
    return date(month.year, month.month, min(expires_on.day, last))


def _state(expires_on: date, on: date) -> CertificateState | None:
    if on > grace_ends_on(expires_on):
        return CertificateState.GRACE_OVER
    if on > expires_on:
        return CertificateState.IN_GRACE
    return CertificateState.EXPIRES_SOON if on >= warned_from(expires_on) else None
