"""When a card's certificate is warned of, and until when it is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kiosk.domain.certificate import (
    CertificateState,
    CertificateWarning,
    certificate_warning,
    grace_ends_on,
    warned_from,
)

SOON, GRACE, OVER = CertificateState


@pytest.mark.parametrize(
    ("expires_on", "usable_until"),
    [
        (date(2026, 11, 15), date(2027, 2, 28)),
        (date(2026, 11, 1), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 3, 31)),
        (date(2026, 1, 31), date(2026, 4, 30)),
    ],
)
def test_the_grace_ends_with_the_third_month_after(expires_on: date, usable_until: date) -> None:
    assert grace_ends_on(expires_on) == usable_until


@pytest.mark.parametrize(
    ("expires_on", "first"),
    [
        (date(2026, 11, 15), date(2026, 8, 15)),
        (date(2027, 5, 31), date(2027, 2, 28)),
        (date(2028, 5, 31), date(2028, 2, 29)),
        (date(2027, 2, 10), date(2026, 11, 10)),
    ],
)
def test_it_is_warned_of_from_three_months_before(expires_on: date, first: date) -> None:
    assert warned_from(expires_on) == first


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 8, 14), None),
        (date(2026, 8, 15), SOON),
        (date(2026, 11, 15), SOON),
        (date(2026, 11, 16), GRACE),
        (date(2027, 2, 28), GRACE),
        (date(2027, 3, 1), OVER),
    ],
)
def test_the_states_of_one_certificate(on: date, state: CertificateState | None) -> None:
    # 14:59:59 UTC is the last second of the 15th in Japan.
    warning = certificate_warning(datetime(2026, 11, 15, 14, 59, 59, tzinfo=UTC), on)
    usable_until = date(2027, 2, 28)
    expected = CertificateWarning(state, date(2026, 11, 15), usable_until) if state else None
    assert warning == expected


def test_the_day_is_that_of_japan() -> None:
    warning = certificate_warning(datetime(2026, 11, 15, 15, 0, tzinfo=UTC), date(2026, 11, 16))
    assert warning is not None
    assert (warning.state, warning.expires_on) == (SOON, date(2026, 11, 16))
