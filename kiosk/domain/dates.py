"""Days, months and eras of Japan.

Inside the kiosk an instant is an aware UTC ``datetime``; days and months are Japan's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
"""No summer time since 1951, so it needs no table of zones, which is slow to load and may lack."""

ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
ERA_YEARS: Mapping[str, int] = {"1": 1868, "2": 1912, "3": 1926, "4": 1989, "5": 2019}
"""First year by the number that stands for an era on forms: 1 明治 to 5 令和."""
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DECEMBER = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in Japan, e.g. ``Month(2026, 11)``."""

    year: int
    month: int

    def __post_init__(self) -> None:
        # The month after it must have days as well.
        if not (1 <= self.month <= _DECEMBER and MINYEAR <= self.year < MAXYEAR):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """From ``YYYY-MM``; ValueError otherwise."""
        found = _MONTH.fullmatch(text)
        if not found:
            raise ValueError(f"not a month YYYY-MM: {text!r}")
        return cls(int(found[1]), int(found[2]))

    def plus(self, months: int) -> Month:
        """The month so many months later."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """The instant it begins: 00:00 in Japan, as UTC."""
        return datetime.combine(self.first_day, time(), JST).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def day_in_japan(instant: datetime) -> date:
    """The calendar day in Japan at an aware instant; ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a naive time has no day in Japan")
    return instant.astimezone(JST).date()


def wareki_year(day: date) -> tuple[str, int]:
    """Era and its year: 2026-11-21 is ("令和", 8); before 明治 an empty era and the common year.

    Source: DOMAIN, Calendar rules (昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01).
    """
    for begins, era in ERAS:
        if day >= begins:
            return era, day.year - begins.year + 1
    return "", day.year


def wareki(day: date) -> str:
    """A day as people say it: 2026-11-21 is "令和8年11月21日", the first year "元年"."""
    era, year = wareki_year(day)
    return f"{era}{'元' if era and year == 1 else year}年{day.month}月{day.day}日"
