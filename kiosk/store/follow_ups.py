"""Follow-ups behind ``kiosk.ports.follow_ups.FollowUps``: in the month files, gone with them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from kiosk.domain.dates import Month
from kiosk.domain.fallback import Way
from kiosk.ports.follow_ups import FollowUp, FollowUps, Resolution
from kiosk.store.database import Row
from kiosk.store.records import SealedRecords
from kiosk.store.rows import moment


class SealedFollowUps(FollowUps):
    """Follow-ups in the files of the checks.

    Args:
        records: whose files they lie in.
    """

    def __init__(self, records: SealedRecords) -> None:
        self._records = records

    def keep(self, follow_up: FollowUp, *, is_dated: bool) -> None:
        """Write one down, or its later version, under the same id."""
        month = Month.of(follow_up.treated_on) if is_dated else None
        row = _row(follow_up)
        self._records.in_file(month, lambda file: file.keep_follow_up(row))

    def close_all_of(self, person: str, *, by: str, at: datetime) -> int:
        """Close what is open of a person; how many."""
        closed = self._records.in_every_file(
            lambda file: file.close_follow_ups(person, by=by, at=at)
        )
        return sum(closed)

    def open(self) -> list[FollowUp]:
        """What is open, oldest treatment date first."""
        files = self._records.in_every_file(lambda file: file.follow_ups())
        # A move cut off by a crash leaves one in two files: the month's, which comes first, counts.
        first: dict[str, FollowUp] = {}
        for each in (_follow_up(row) for rows in files for row in rows):
            first.setdefault(each.follow_up_id, each)
        return sorted(
            (each for each in first.values() if each.is_open),
            key=lambda each: (each.treated_on, each.kept_at),
        )


def _row(follow_up: FollowUp) -> Row:
    columns = asdict(follow_up)
    closed_at = follow_up.closed_at
    return {
        **columns,
        "treated_on": follow_up.treated_on.isoformat(),
        "kept_at": follow_up.kept_at.isoformat(),
        "way": follow_up.way and follow_up.way.value,
        "closed_at": closed_at.isoformat() if closed_at else None,
        "resolution": follow_up.resolution and follow_up.resolution.value,
    }


def _follow_up(row: Row) -> FollowUp:
    return FollowUp(
        follow_up_id=row["follow_up_id"],
        check_id=row["check_id"],
        person=row["person"],
        treated_on=date.fromisoformat(row["treated_on"]),
        kept_at=datetime.fromisoformat(row["kept_at"]),
        reason=row["reason"],
        way=Way(row["way"]) if row["way"] else None,
        closed_at=moment(row["closed_at"]),
        closed_by=row["closed_by"],
        is_simulated=bool(row["is_simulated"]),
        resolution=Resolution(row["resolution"]) if row["resolution"] else None,
        choice=row["choice"],
    )
