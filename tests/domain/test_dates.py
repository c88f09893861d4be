"""Months, days in Japan, eras, retention to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kiosk.domain.dates import JST, Month, day_in_japan, wareki, wareki_year
from kiosk.domain.retention import is_past_retention, purge_due_at, readable_through


def test_months_add_over_the_years() -> None:
    assert Month(2026, 11).plus(2) == Month(2027, 1)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2026, 12).plus(0) == Month(2026, 12)
    assert Month(2026, 12).plus(25) == Month(2029, 1)


def test_a_month_knows_its_days() -> None:
    assert Month(2028, 2).last_day == date(2028, 2, 29)
    assert Month(2026, 2).last_day == date(2026, 2, 28)
    assert Month(2026, 12).last_day == date(2026, 12, 31)
    assert Month(2026, 12).first_day == date(2026, 12, 1)


def test_months_are_ordered_and_written_as_iso() -> None:
    assert Month(2026, 12) < Month(2027, 1)
    assert str(Month(2026, 3)) == "2026-03"
    assert Month.parse("2026-03") == Month(2026, 3)
    assert Month.of(date(2026, 3, 31)) == Month(2026, 3)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-01", "2026/01", "", "x"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 12, 31, 14, 59, 59, 999999, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 11, 21, 0, 0, tzinfo=JST), date(2026, 11, 21)),
        (
            datetime(2026, 11, 21, 23, 0, tzinfo=timezone(timedelta(hours=-5))),
            date(2026, 11, 22),
        ),
    ],
)
def test_a_day_is_japans(instant: datetime, day: date) -> None:
    assert day_in_japan(instant) == day


def test_a_time_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        day_in_japan(datetime(2026, 11, 21))  # noqa: DTZ001 - that is what is refused


def test_a_month_begins_at_midnight_in_japan() -> None:
    assert Month(2027, 1).start == datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    assert Month(2027, 1).start.tzinfo is UTC


@pytest.mark.parametrize(
    ("treated_on", "through"),
    [
        (date(2026, 11, 15), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 12, 5), date(2028, 1, 31)),
        (date(2028, 1, 5), date(2028, 2, 29)),
        (date(2026, 11, 1), date(2026, 12, 31)),
        (date(2026, 11, 30), date(2026, 12, 31)),
    ],
)
def test_retention_to_the_second(treated_on: date, through: date) -> None:
    assert readable_through(treated_on) == through
    month = Month.of(treated_on)
    last_second = datetime(through.year, through.month, through.day, 23, 59, 59, tzinfo=JST)
    assert not is_past_retention(month, last_second)
    assert not is_past_retention(month, last_second + timedelta(microseconds=999_999))
    assert is_past_retention(month, last_second + timedelta(seconds=1))
    assert purge_due_at(month) == last_second + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 21), "令和8年11月21日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1868, 1, 25), "明治元年1月25日"),
        (date(1868, 1, 24), "1868年1月24日"),
        (date(1, 1, 1), "1年1月1日"),
    ],
)
def test_eras_change_on_their_day(day: date, said: str) -> None:
    assert wareki(day) == said


def test_the_era_and_its_year_stand_apart_for_the_voice() -> None:
    assert wareki_year(date(2026, 11, 21)) == ("令和", 8)
    assert wareki_year(date(1800, 1, 1)) == ("", 1800)
