"""Who is asking about a check just now, and whether that process still lives.

A lease names its owner by boot, process and start of the process, so that neither a process id
used again nor a restart of the box can be taken for the owner. Its deadline is on the boot clock:
the wall clock may leap.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEASE_SECONDS = 60.0
"""How long a living owner is left alone; one question is bounded well below it."""

_GONE = frozenset({"Z", "X"})
_STATE, _START = 0, 19


@dataclass(frozen=True, slots=True)
class BootMoment:
    """A moment that no change of the wall clock touches.

    Args:
        boot_id: which run of the kernel.
        seconds: since that boot, suspend included.
    """

    boot_id: str
    seconds: float


BootClock = Callable[[], BootMoment]


def read_boot_clock() -> BootMoment:
    """This moment by the kernel (``/proc/sys/kernel/random/boot_id``, CLOCK_BOOTTIME)."""
    return BootMoment(_boot_id(), time.clock_gettime(time.CLOCK_BOOTTIME))


@cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim on a check.

    Args:
        owner: boot id, process id and start of the process.
        until: boot seconds.
    """

    owner: str
    until: float

    @classmethod
    def of_this_process(cls, now: BootMoment) -> Lease:
        """A new one, for LEASE_SECONDS."""
        return cls(f"{now.boot_id}:{_this_process(os.getpid())}", now.seconds + LEASE_SECONDS)

    def is_held(self, now: BootMoment) -> bool:
        """True while the owner lives and the deadline lies ahead."""
        boot_id, pid, start = self.owner.rsplit(":", 2)
        return boot_id == now.boot_id and now.seconds < self.until and _start_of(int(pid)) == start


@cache
def _this_process(pid: int) -> str:
    """By process id, so that a forked child does not take its parent's name."""
    return f"{pid}:{_start_of(pid)}"


def _start_of(pid: int) -> str | None:
    """Start of a process in clock ticks, proc(5) field 22; None when it does not live."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field, the name, may hold spaces and brackets: count from the last bracket.
    fields = stat.rpartition(")")[2].split()
    return None if fields[_STATE] in _GONE else fields[_START]
