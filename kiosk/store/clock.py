"""The clock behind ``kiosk.ports.clock.Clock``: believed only with a reason.

Source: facts STORE_AND_BOX, Clock. The box has no battery clock; its wall time is believed when
NTP or the service's ``Date`` vouches for it, and never when it contradicts the latest trusted time
on record or a fresh ``Date``.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.domain.check import Stamp
from kiosk.ports.clock import Clock, ClockFault
from kiosk.ports.records import ClockNotTrusted, DiskFull, DiskReadOnly, StateInUse
from kiosk.settings import ClockTrust
from kiosk.store.control import Control, Hint
from kiosk.store.leases import BootClock, BootMoment, read_boot_clock

HINT_LIFE = timedelta(hours=24)
TOLERANCE = timedelta(minutes=5)
MARK_STEP = timedelta(minutes=1)
HINT_STEP_S = 600.0
NTP_RECHECK_S = 180.0
_TIMESYNC = Path("/run/systemd/timesync/synchronized")
_TIMEDATECTL_LIMIT_S = 2.0


def utc_now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


def is_ntp_synchronised() -> bool:
    """True when NTP has set the clock in this boot; False when nothing says so.

    ``timedatectl`` works inside the unit's sandbox, adjtimex does not (facts).
    """
    if _TIMESYNC.exists():
        return True
    tool = shutil.which("timedatectl")
    if tool is None:
        return False
    try:
        said = subprocess.run(  # noqa: S603  # a fixed command of the system, no input of anyone
            [tool, "show", "-p", "NTPSynchronized", "--value"],
            capture_output=True,
            check=False,
            text=True,
            timeout=_TIMEDATECTL_LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        # Cannot be asked: then nobody vouches for the clock.
        return False
    return said.stdout.strip() == "yes"


class SystemClock(Clock):
    """Wall time and boot time of this box.

    Args:
        memory: latest trusted time and the service's ``Date``, kept across processes.
        trust: from the settings; ALWAYS and NEVER are for the simulated world.
        wall: the wall clock, aware UTC.
        boot: the boot clock.
        ntp: whether NTP has set the clock; asked at most every NTP_RECHECK_S seconds.
    """

    def __init__(
        self,
        memory: Control,
        trust: ClockTrust = ClockTrust.AUTO,
        *,
        wall: Callable[[], datetime] = utc_now,
        boot: BootClock = read_boot_clock,
        ntp: Callable[[], bool] = is_ntp_synchronised,
    ) -> None:
        self._memory = memory
        self._trust = trust
        self._wall = wall
        self._boot = boot
        self._ntp = ntp
        self._ntp_asked: BootMoment | None = None
        self._ntp_said = False
        self._hint: Hint | None = None
        self._kept: Hint | None = None

    def now(self) -> datetime:
        """Aware UTC, as the box believes it to be."""
        return self._wall()

    def stamp(self) -> Stamp:
        """This moment by both clocks; a trusted one raises the mark, at most once a minute."""
        wall, boot = self._wall(), self._boot()
        is_trusted = self._is_trusted(wall, boot)
        if is_trusted:
            self._remember(wall)
        return Stamp(wall, boot.boot_id, boot.seconds, is_trusted)

    def hint(self, server_time: datetime) -> None:
        """The service's ``Date``, just received over an authenticated line."""
        boot = self._boot()
        self._hint = hint = Hint(server_time, boot.boot_id, boot.seconds)
        # One comes with each answer: what was kept is looked up only where it may be overtaken.
        if self._kept and not _is_news(hint, self._kept):
            return
        self._kept = self._memory.hint()
        if self._kept is None or _is_news(hint, self._kept):
            with _as_far_as_the_disk_allows():
                self._memory.keep_hint(hint)
                self._kept = hint

    def fault(self) -> ClockFault | None:
        """How the wall clock is known to be wrong; None when nothing contradicts it."""
        return self._fault(self._wall(), self._boot())

    def mark(self) -> datetime | None:
        """As ``Clock.mark``."""
        return self._memory.mark()

    def reset_mark(self) -> Stamp:
        """As ``Clock.reset_mark``."""
        wall, boot = self._wall(), self._boot()
        is_denied = self._contradicted_by_date(wall, boot) is not None
        if is_denied or not self._is_vouched_for(boot):
            raise ClockNotTrusted("nobody vouches for the clock: connect the line first")
        self._memory.replace_mark(wall)
        return Stamp(wall, boot.boot_id, boot.seconds, is_trusted=True)

    def _is_trusted(self, wall: datetime, boot: BootMoment) -> bool:
        return self._fault(wall, boot) is None and self._is_vouched_for(boot)

    def _is_vouched_for(self, boot: BootMoment) -> bool:
        if self._trust is not ClockTrust.AUTO:
            return self._trust is ClockTrust.ALWAYS
        return self._fresh_hint(boot) is not None or self._is_synchronised(boot)

    def _fault(self, wall: datetime, boot: BootMoment) -> ClockFault | None:
        mark = self._memory.mark()
        if mark is not None and wall < mark:
            return ClockFault.SET_BACK
        return self._contradicted_by_date(wall, boot)

    def _contradicted_by_date(self, wall: datetime, boot: BootMoment) -> ClockFault | None:
        hint = self._fresh_hint(boot)
        ahead = wall - _time_by(hint, boot) if hint else timedelta()
        if abs(ahead) <= TOLERANCE:
            return None
        return ClockFault.LEAPT_AHEAD if ahead > timedelta() else ClockFault.SET_BACK

    def _fresh_hint(self, boot: BootMoment) -> Hint | None:
        """The latest ``Date`` of this boot, of this process or another, while it may be used."""
        kept = (self._hint, self._memory.hint())
        fresh = [each for each in kept if each and _is_fresh(each, boot)]
        return max(fresh, key=lambda each: each.boot_seconds, default=None)

    def _is_synchronised(self, boot: BootMoment) -> bool:
        asked = self._ntp_asked
        if asked is None or boot.seconds - asked.seconds >= NTP_RECHECK_S:
            self._ntp_said = self._ntp()
            self._ntp_asked = boot
        return self._ntp_said

    def _remember(self, wall: datetime) -> None:
        mark = self._memory.mark()
        if mark is None or wall - mark >= MARK_STEP:
            with _as_far_as_the_disk_allows():
                self._memory.raise_mark(wall)


def _as_far_as_the_disk_allows() -> contextlib.suppress:
    """Telling the time must go on where nothing can be written; the next call tries again."""
    return contextlib.suppress(DiskFull, DiskReadOnly, StateInUse)


def _is_fresh(hint: Hint, boot: BootMoment) -> bool:
    age = timedelta(seconds=boot.seconds - hint.boot_seconds)
    return hint.boot_id == boot.boot_id and age < HINT_LIFE


def _time_by(hint: Hint, boot: BootMoment) -> datetime:
    return hint.server_time + timedelta(seconds=boot.seconds - hint.boot_seconds)


def _is_news(hint: Hint, kept: Hint) -> bool:
    """Worth a write: another boot, some minutes later, or the service changed its mind."""
    if hint.boot_id != kept.boot_id or hint.boot_seconds - kept.boot_seconds >= HINT_STEP_S:
        return True
    expected = _time_by(kept, BootMoment(hint.boot_id, hint.boot_seconds))
    return abs(hint.server_time - expected) > TOLERANCE
