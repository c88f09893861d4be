"""Help, or a voice that was changed, left open at rest: whoever asked for it may have gone."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.patience import WARNING_S, Patience


class LeftOpen:
    """When nobody stands there any more, so that the next key begins as usual.

    Args:
        now: seconds, only forward.
        is_open: something is left open.

    Attributes:
        lasts_s: so long after the last key it ends.
        is_warned: it was said that it ends; a key keeps it.
    """

    def __init__(self, now: Callable[[], float], is_open: Callable[[], bool]) -> None:
        self._now = now
        self._is_open = is_open
        self._pressed_s = now()
        self.lasts_s = Patience().help_s
        self.is_warned = False

    def pressed(self) -> bool:
        """A key: its time begins anew; True when the key only said that somebody is there."""
        was_warned = self.is_warned and self._is_open()
        self._pressed_s, self.is_warned = self._now(), False
        return was_warned

    @property
    def wakes_at_s(self) -> float | None:
        """When it is warned of, or ends; None = nothing is open."""
        if not self._is_open():
            return None
        return self._pressed_s + self.lasts_s - (0.0 if self.is_warned else WARNING_S)

    def tick(self) -> bool | None:
        """Time has passed: False = it is to be warned of, True = it ends, None = neither."""
        at_s = self.wakes_at_s
        if at_s is None:
            self.is_warned = False
        if at_s is None or self._now() < at_s:
            return None
        was_warned, self.is_warned = self.is_warned, not self.is_warned
        return was_warned
