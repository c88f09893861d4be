"""Forget: destroy the treatment months whose retention is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.dates import Month
from kiosk.domain.retention import is_past_retention
from kiosk.ports.clock import Clock
from kiosk.ports.records import ClockNotTrusted, PurgedMonth, Records
from kiosk.usecases.verify import mend_clock_faults


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What went and what stays.

    Args:
        as_of: the instant the rule was applied for, aware UTC.
        purged: months destroyed.
        kept: months still inside retention.
    """

    as_of: datetime
    purged: tuple[PurgedMonth, ...]
    kept: tuple[Month, ...]


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
        stamp = clock.stamp()
        if not stamp.is_trusted:
            raise ClockNotTrusted("purge withheld")
        mend_clock_faults(records, clock)
        as_of = stamp.wall
    over = [month for month in records.months() if is_past_retention(month, as_of)]
    purged = tuple(records.purge(month) for month in over)
    return PurgeReport(as_of, purged, tuple(records.months()))
