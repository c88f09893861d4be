"""How long a check may be kept: to the end of the month after the month of treatment.

Source: facts DOMAIN, Calendar rules, "Retention": 2026-11-15 is readable through 2026-12-31.
It counts from the treatment date, never from the day of the answer.
"""

from __future__ import annotations

from datetime import date, datetime

from kiosk.domain.dates import Month


def readable_through(treated_on: date) -> date:
    """Last day on which a check of that treatment date may be read."""
    return Month.of(treated_on).plus(1).last_day


def purge_due_at(month: Month) -> datetime:
    """The instant, UTC, from which a treatment month must be gone: 00:00 JST of month + 2."""
    return month.plus(2).start


def is_past_retention(month: Month, now: datetime) -> bool:
    """True from 00:00:00 JST on the 1st of month + 2."""
    return now >= purge_due_at(month)
