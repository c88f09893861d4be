"""A call for the staff, sounded again and again: whoever is to come may be in the next room.

That somebody calls stays on the screen until it is answered; the sound ends before, for a bell that
nobody hears helps nobody and frightens who waits beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.patience import Patience

RING_S = 10.0
"""From one sound to the next."""


class Bell:
    """Rings while somebody calls.

    Args:
        now: seconds, only forward.
        ring: sounds it once.

    Attributes:
        lasts_s: so long after the call it rings.
    """

    def __init__(self, now: Callable[[], float], ring: Callable[[], None]) -> None:
        self._now = now
        self._ring = ring
        self.lasts_s = Patience().call_s
        self._was_called = False
        self._ends_s = 0.0
        self.wakes_at_s: float | None = None
        """When it rings next; None = it is silent."""

    def hear(self, *, is_called: bool) -> None:
        """Somebody calls, or the call was answered."""
        was_called, self._was_called = self._was_called, is_called
        if not is_called:
            self.wakes_at_s = None
        elif not was_called:
            self.begin()

    def begin(self) -> None:
        """Ring now, and from now on: also for who calls once more."""
        self._ends_s = self._now() + self.lasts_s
        self._sound()

    def tick(self) -> None:
        """Time has passed."""
        if self.wakes_at_s is not None and self._now() >= self.wakes_at_s:
            self._sound()

    def _sound(self) -> None:
        next_s = self._now() + RING_S
        self.wakes_at_s = next_s if next_s <= self._ends_s else None
        self._ring()
