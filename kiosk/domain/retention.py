"""How long a check may be kept: to the end of the month after the month of treatment.

Source: facts DOMAIN, Calendar rules, "Retention": 2026-11-15 is readable through 2026-12-31.
It counts from the treatment date, never from the day of the answer.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kiosk.domain.dates import Month

WARN_FROM_DAY = 20
"""From this day of the last month on, what is still unconfirmed is worth a warning."""
LAST_DAYS = timedelta(days=7)
"""So long before its end every month is announced, unconfirmed checks or not."""
LATE_AFTER = timedelta(hours=1)
"""A purge at the minute is not asked for; one that has not happened by then is late."""


def readable_through(treated_on: date) -> date:
    """Last day on which a check of that treatment date may be read."""
    return Month.of(treated_on).plus(1).last_day


def purge_due_at(month: Month) -> datetime:
    """The instant, UTC, from which a treatment month must be gone: 00:00 JST of month + 2."""
    return month.plus(2).start


def is_past_retention(month: Month, now: datetime) -> bool:
    """True from 00:00:00 JST on the 1st of month + 2."""
    return now >= purge_due_at(month)


def is_ahead(month: Month, on: date, *, unconfirmed: int) -> bool:
    """True on the days on which the end of a month's retention is announced.

    Args:
        month: treatment month.
        on: today in Japan.
        unconfirmed: how many of its checks nobody has confirmed.
    """
    last = readable_through(month.first_day)
    if Month.of(on) != Month.of(last):
        return False
    return on > last - LAST_DAYS or (unconfirmed > 0 and on.day >= WARN_FROM_DAY)


def is_late(month: Month, now: datetime) -> bool:
    """True when a month is still here that should have gone."""
    return now >= purge_due_at(month) + LATE_AFTER
