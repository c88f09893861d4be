"""When the call centre answers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kiosk.domain.dates import JST
from kiosk.usecases.call_centre import NUMBER, is_holiday, is_open


@pytest.mark.parametrize(
    ("at", "answers"),
    [
        ("2026-11-20T07:59", False),
        ("2026-11-20T08:00", True),
        ("2026-11-20T17:59", True),
        ("2026-11-20T18:00", False),
        ("2026-11-21T15:59", True),  # Saturday
        ("2026-11-21T16:00", False),
        ("2026-11-22T12:00", False),  # Sunday
        ("2026-11-23T12:00", False),  # 勤労感謝の日, a Monday
        ("2026-05-06T12:00", False),  # 振替休日, a Wednesday
        ("2026-09-22T12:00", False),  # 国民の休日 between two holidays
        ("2027-03-22T12:00", False),  # after 春分の日 on a Sunday
        ("2028-02-29T12:00", True),
        ("2026-12-31T12:00", True),
        ("2027-01-01T12:00", False),
        ("2024-11-23T12:00", False),  # a holiday on a Saturday
    ],
)
def test_hours(at: str, *, answers: bool) -> None:
    here = datetime.fromisoformat(at).replace(tzinfo=JST)
    assert is_open(here) is answers
    assert is_open(here.astimezone(UTC)) is answers


def test_holidays_follow_the_law_of_their_year() -> None:
    assert is_holiday(date(2018, 12, 23))
    assert not is_holiday(date(2020, 12, 23))
    assert is_holiday(date(2021, 7, 23))
    assert NUMBER == "0800-080-4583"
