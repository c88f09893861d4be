"""When the end of a month is announced, and which certificates end before the next visit."""

from __future__ import annotations

from datetime import date

from kiosk.domain.dates import Month

FROM_DAY = 20
"""From this day on the staff are told what of the month is still open."""


def is_month_end(on: date) -> bool:
    """True from the 20th to the last day of a month in Japan."""
    return on.day >= FROM_DAY


def next_visits_until(on: date) -> date:
    """Last day of the following month: by then the next visit of whoever still comes has been.

    Nobody tells the kiosk of appointments; that it is a month is our reading.
    """
    return Month.of(on).plus(1).last_day
