"""The ministry's call centre (オンライン資格確認等コールセンター) and whether somebody answers now.

Source: 導入に向けた準備作業の手引き: Monday to Friday 8:00 to 18:00, Saturday 8:00 to 16:00, not on
public holidays. The one owner of jpholiday, which knows the law as it stood at its release.
"""

from __future__ import annotations

from datetime import date, datetime, time

from kiosk.domain.dates import JST

NUMBER = "0800-080-4583"
_OPENS = time(8)
_SATURDAY = 5
_CLOSES = {**dict.fromkeys(range(5), time(18)), _SATURDAY: time(16)}


def is_open(now: datetime) -> bool:
    """Whether somebody answers at an aware instant; the closing minute itself is too late."""
    here = now.astimezone(JST)
    closes = _CLOSES.get(here.weekday())
    return closes is not None and _OPENS <= here.time() < closes and not is_holiday(here.date())


def is_holiday(day: date) -> bool:
    """A public holiday of Japan (国民の祝日、振替休日、国民の休日)."""
    # Here, because only this question needs the table.
    import jpholiday  # noqa: PLC0415

    return jpholiday.is_holiday(day)
