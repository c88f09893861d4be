"""Retention as people hear of it: what goes soon, what is late, what is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.check import Stamp
from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.retention import is_ahead, is_late, is_past_retention, readable_through
from kiosk.ports.follow_ups import FollowUp
from kiosk.ports.records import Records


class Absent(StrEnum):
    """Why nothing of a treatment month is here; a word of the desk."""

    DESTROYED = "destroyed"
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Ahead:
    """A treatment month whose retention ends soon.

    Args:
        month: treatment month.
        last_day: it can be read through this day.
        unconfirmed: checks never answered, and follow-ups still open.
    """

    month: Month
    last_day: date
    unconfirmed: int


def ahead(records: Records, stamp: Stamp, follow_ups: Iterable[FollowUp]) -> list[Ahead]:
    """Months to be announced today; none while the clock is not trusted.

    Args:
        records: where checks are kept.
        stamp: this moment.
        follow_ups: those that are open.
    """
    if not stamp.is_trusted:
        return []
    today = day_in_japan(stamp.wall)
    waiting, open_ones = records.waiting(), [each for each in follow_ups if each.is_open]
    found = []
    for month in records.months():
        ids = {each.check_id for each in waiting if each.month == month}
        ids |= {
            each.check_id or each.follow_up_id
            for each in open_ones
            if Month.of(each.treated_on) == month
        }
        if is_ahead(month, today, unconfirmed=len(ids)):
            found.append(Ahead(month, readable_through(month.first_day), len(ids)))
    return found


def late(records: Records, now: datetime) -> list[Month]:
    """Months that are still here and should not be, by the clock as it stands, trusted or not."""
    return [month for month in records.months() if is_late(month, now)]


def is_gone(records: Records, month: Month, now: datetime) -> bool:
    """True for a treatment month that was purged, or had been had it held anything."""
    return month not in records.months() and is_past_retention(month, now)


def absent(records: Records, month: Month, now: datetime) -> Absent | None:
    """Why a treatment month has no list; None = it has one, though it may be empty."""
    if month in records.months():
        return None
    # What was purged for an instant of the simulated world is not past retention by the clock.
    if is_past_retention(month, now) or month in records.tallies():
        return Absent.DESTROYED
    return Absent.TO_COME if month > Month.of(day_in_japan(now)) else None
