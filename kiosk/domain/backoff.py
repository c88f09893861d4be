"""When to ask again: the back-off of one check, and the pace of a whole queue.

Sources: facts STORE_AND_BOX, Sync (full jitter, base 5 s, cap 300 s; ``Retry-After`` is a floor
with jitter on top, so that a whole country does not come back in the same second); ADR 12 for the
pace, which ``kiosk simulator herd`` tries on 78,000 kiosks.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

BASE_SECONDS = 5.0
CAP_SECONDS = 300.0
SPREAD = 0.1
"""To both sides of the time between two tries, as a share of it."""
_TEN_MINUTES = 600.0
_AFTER_TEN_MINUTES = 14.0
_GROWTH = 0.75
PAUSE_JITTER = 0.1
"""By how much a pause is stretched at most, as a share of it."""
_EXPONENT_LIMIT = 16


def retry_delay(
    attempts: int, draw: Callable[[], float], *, retry_after_s: float | None = None
) -> float:
    """Seconds to wait before the next attempt.

    Args:
        attempts: attempts made so far, at least 1.
        draw: a uniform number in [0, 1).
        retry_after_s: what the service asked for, if it did.
    """
    ceiling = min(CAP_SECONDS, BASE_SECONDS * 2.0 ** min(max(attempts - 1, 0), _EXPONENT_LIMIT))
    return (retry_after_s or 0.0) + draw() * ceiling


def between_tries(outage_s: float) -> float:
    """Seconds between two tries of a queue that reaches nobody, before the spread.

    Within one such time after the end of the outage each kiosk comes once. How many have something
    to ask grows with the outage, but ever less: after an hour nearly all do. The figures are those
    by which 78,000 of them, 2.5 checks an hour each, nearly fill a service of 2,000/s (ADR 12).

    Args:
        outage_s: how long nobody was reached.
    """
    grown = _AFTER_TEN_MINUTES * math.pow(max(0.0, outage_s) / _TEN_MINUTES, _GROWTH)
    return min(CAP_SECONDS, max(BASE_SECONDS, grown))


class Pace:
    """When the queue of one kiosk may ask next; hears of every question, live ones too.

    Times are seconds of any clock that only runs forward. Threads may share it.

    Args:
        draw: uniform numbers in [0, 1).

    Attributes:
        waiting: how many checks the queue holds besides those under way, as its last round knows;
            told to the service.
    """

    def __init__(self, draw: Callable[[], float]) -> None:
        self.waiting = 0
        self._draw = draw
        self._lock = threading.Lock()
        self._heard_at: float | None = None
        self._out_since = 0.0
        self._not_before: float | None = None
        self._pause_s = 0.0
        self._refusals = 0
        self._is_out = False

    @property
    def is_held_up(self) -> bool:
        """The service was not reached, or asked for patience, when last asked."""
        return self._is_out or self._refusals > 0

    @property
    def is_slowed(self) -> bool:
        """The service wants a pause between questions, or to be left alone."""
        return self._pause_s > 0 or self.is_held_up

    def wait_s(self, now: float) -> float:
        """Seconds until the queue may ask; 0 = now."""
        not_before = self._not_before
        return 0.0 if not_before is None else max(0.0, not_before - now)

    def begun(self, now: float) -> None:
        """A question of the queue goes out; the next keeps the pause that was asked for."""
        with self._lock:
            if self._pause_s:
                self._hold(now + self._pause_s)

    def answered(self, now: float, pause_s: float = 0.0) -> None:
        """The service answered.

        Args:
            now: when.
            pause_s: how long it wants to be left alone before the next question of a queue.
        """
        with self._lock:
            self._heard(now)
            self._refusals = 0
            self._pause_s = pause_s * (1 + PAUSE_JITTER * self._draw())
            self._not_before = now + self._pause_s

    def heard(self, now: float) -> None:
        """The service was there, though no question was asked: a pause it wanted stays."""
        with self._lock:
            if self._is_out:
                self._not_before = None
            self._heard(now)

    def refused(self, now: float, retry_after_s: float | None) -> None:
        """The service was reached and wants to be asked later (429, 5xx)."""
        with self._lock:
            self._heard(now)
            # Lanes refused together count once.
            self._refusals += self.wait_s(now) == 0.0
            self._hold(now + retry_delay(self._refusals, self._draw, retry_after_s=retry_after_s))

    def unreachable(self, now: float) -> None:
        """Nobody was reached."""
        with self._lock:
            if not self._is_out:
                # It went away at some moment between the last word of it and now.
                self._out_since = now if self._heard_at is None else (self._heard_at + now) / 2
            self._is_out = True
            spread = 1 - SPREAD + 2 * SPREAD * self._draw()
            self._hold(now + spread * between_tries(now - self._out_since))

    def _heard(self, now: float) -> None:
        self._heard_at = now
        self._is_out = False

    def _hold(self, until: float) -> None:
        self._not_before = max(until, self._not_before or until)
