"""Forget: destroy the treatment months whose retention is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import WAITING, WITHDRAWN
from kiosk.domain.retention import is_past_retention
from kiosk.ports.clock import Clock
from kiosk.ports.counts import PurgedMonth
from kiosk.ports.exports import HeldCopy
from kiosk.ports.records import ClockNotTrusted, Records
from kiosk.usecases.verify import mend_clock_faults


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What went and what stays.

    Args:
        as_of: the instant the rule was applied for, aware UTC.
        purged: months destroyed.
        kept: months still inside retention.
        copies: files of destroyed months that the kiosk could not delete.
        copies_kept: those of the other months, which somebody may have deleted before their time.
    """

    as_of: datetime
    purged: tuple[PurgedMonth, ...]
    kept: tuple[Month, ...]
    copies: tuple[HeldCopy, ...]
    copies_kept: tuple[HeldCopy, ...]


def purge(records: Records, clock: Clock, *, as_of: datetime | None = None) -> PurgeReport:
    """Destroy every treatment month past retention (facts DOMAIN, Calendar rules).

    Args:
        records: where checks are kept.
        clock: only a trusted one may destroy anything.
        as_of: apply the rule for this instant instead; the simulated world only. The clock and
            its mark are not touched.

    Raises:
        ClockNotTrusted: the time is not known for sure; nothing was destroyed.
    """
    if as_of is None:
        as_of = _trusted_now(clock)
        mend_clock_faults(records, clock)
    over = [month for month in records.months() if is_past_retention(month, as_of)]
    purged = tuple(records.purge(month) for month in over)
    records.forget_set_aside(as_of)
    copies = tuple(records.destroy_copies())
    return PurgeReport(as_of, purged, tuple(records.months()), copies, tuple(records.copies_kept()))


def foresee(records: Records, clock: Clock, *, as_of: datetime | None = None) -> PurgeReport:
    """What ``purge`` would destroy now; nothing is changed.

    Args and errors are those of ``purge``.
    """
    as_of = as_of or _trusted_now(clock)
    would = {month: is_past_retention(month, as_of) for month in records.months()}
    going = tuple(_counted(records, month) for month, goes in would.items() if goes)
    kept = tuple(month for month, goes in would.items() if not goes)
    left, early = tuple(records.copies_left()), tuple(records.copies_kept())
    return PurgeReport(as_of, going, kept, left, early)


def _counted(records: Records, month: Month) -> PurgedMonth:
    checks = [each for each in records.history(month) if each.state not in WITHDRAWN]
    return PurgedMonth(month, len(checks), sum(each.state in WAITING for each in checks))


def _trusted_now(clock: Clock) -> datetime:
    stamp = clock.stamp()
    if not stamp.is_trusted:
        raise ClockNotTrusted("purge withheld")
    return stamp.wall
