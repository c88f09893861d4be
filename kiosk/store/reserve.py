"""Room that is given back when the disk is full as kioskd begins.

A kioskd that runs goes on receiving on a full disk (ADR 8). To begin it needs some pages: for the
shared memory of its databases, for what its audit says. A power cut on a disk that others filled
would shut the reception for want of them.
"""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.durable import disk_errors, synchronise

RESERVE = "reserve"
BYTES = 512 << 10
_PLENTY = 4 * BYTES


def keep_reserve(folder: Path) -> None:
    """Give the reserve back where there is no room, lay it down where there is plenty.

    Args:
        folder: of the state; only its kioskd calls this.

    Raises:
        DiskFull, DiskReadOnly, StoreCorrupt: as the disk says it.
    """
    reserve = folder / RESERVE
    with disk_errors():
        disk = os.statvfs(folder)
        room = disk.f_bavail * disk.f_frsize
        if room < BYTES and reserve.exists():
            reserve.unlink()
            # Freed is what the journal has committed.
            synchronise(folder)
        elif room > _PLENTY and not (reserve.exists() and reserve.stat().st_size == BYTES):
            _lay_down(reserve)


def _lay_down(reserve: Path) -> None:
    with reserve.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, BYTES)
        os.fsync(file.fileno())
    synchronise(reserve.parent)
