"""Mending the times of a check that was opened under an untrusted clock. No I/O.

Source: facts STORE_AND_BOX, Clock: wall and boot-time stamps are stored with each check, so that
within one boot the true time follows exactly; from an earlier boot only its limits are known.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.domain.check import Stamp
from kiosk.domain.dates import day_in_japan
from kiosk.store.database import Row
from kiosk.store.rows import NOT_DUE_LATER, moment, stamp_columns, stamp_of


def mended(row: Row, now: Stamp) -> Row:
    """The row with its times put right; the question itself never changes.

    Args:
        row: from the provisional file.
        now: a trusted stamp.
    """
    taken = stamp_of(row)
    opened = mended_stamp(taken, moment(row["opened_after"]), now)
    shift = opened.wall - taken.wall
    return {
        **row,
        **stamp_columns(opened),
        **_treatment(row, taken, shift),
        **_settling(row, opened, shift, now),
        # In its month it is new to receipt computers: its treatment date may be another.
        "settled_number": None,
        # Times of the wrong clock: it is due at once.
        **NOT_DUE_LATER,
        "deferred_at": None,
    }


def mended_stamp(taken: Stamp, after: datetime | None, now: Stamp) -> Stamp:
    """When it truly was.

    Within one boot exact, hence trusted. From another boot: the wall time as taken, but not before
    the latest trusted time then on record, nor after now; a limit is not knowledge, so untrusted.

    Args:
        taken: as stamped then.
        after: latest trusted time on record then, if any.
        now: a trusted stamp.
    """
    if taken.boot_id == now.boot_id:
        age = timedelta(seconds=now.boot_seconds - taken.boot_seconds)
        return Stamp(now.wall - age, taken.boot_id, taken.boot_seconds, is_trusted=True)
    wall = min(max(taken.wall, after or taken.wall), now.wall)
    return Stamp(wall, taken.boot_id, taken.boot_seconds, is_trusted=False)


def _treatment(row: Row, taken: Stamp, shift: timedelta) -> Row:
    """A treatment day that somebody gave stands; one that the clock gave moves with it."""
    if row["treated_on"] != day_in_japan(taken.wall).isoformat():
        return {}
    treated_at = datetime.fromisoformat(row["treated_at"]) + shift
    return {
        "treated_at": treated_at.isoformat(),
        "treated_on": day_in_japan(treated_at).isoformat(),
    }


def _settling(row: Row, opened: Stamp, shift: timedelta, now: Stamp) -> Row:
    settled_at = moment(row["settled_at"])
    if settled_at is None:
        return {}
    # The clock may have been set between opening and answer: hold to what is certain.
    within = min(max(settled_at + shift, opened.wall), now.wall)
    return {"settled_at": within.isoformat()}
