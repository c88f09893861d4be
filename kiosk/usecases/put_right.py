"""Put a mistaken check right: annul it, or correct its treatment date (facts DOMAIN, Retention)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.retention import is_past_retention
from kiosk.ports.clock import Clock
from kiosk.ports.corrections import Corrections, DayNotPossible, Reason
from kiosk.ports.records import ClockNotTrusted, Records, StoredCheck


@dataclass(frozen=True, slots=True)
class PuttingRight:
    """What staff may change of a check that is kept.

    Args:
        records: where checks are kept.
        corrections: what may be done to them.
        clock: what time it is.
    """

    records: Records
    corrections: Corrections
    clock: Clock

    def annul(self, check_id: str, reason: Reason) -> StoredCheck:
        """Let a check count no more; errors are those of ``Corrections.annul``."""
        return self.corrections.annul(check_id, reason=reason, at=self.clock.now())

    def correct(self, check_id: str, treated_on: date, reason: Reason) -> StoredCheck:
        """Put a version with another treatment date in its place; the new version.

        Raises:
            DayNotPossible: the date lies ahead, its retention is over (the check would be gone at
                once), or it is the one on record.
            ClockNotTrusted: which dates are possible is not known.
            KioskError: as ``Corrections.correct``.
        """
        stamp = self.clock.stamp()
        if not stamp.is_trusted:
            raise ClockNotTrusted("correction withheld")
        is_kept = not is_past_retention(Month.of(treated_on), stamp.wall)
        is_new = treated_on != self.records.get(check_id).treated_on
        if not (is_kept and is_new and treated_on <= day_in_japan(stamp.wall)):
            raise DayNotPossible(treated_on.isoformat())
        new_id = str(uuid.uuid4())
        return self.corrections.correct(
            check_id, new_id, treated_on=treated_on, reason=reason, at=stamp.wall
        )
