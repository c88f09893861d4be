"""Digits struck between the key that wakes the kiosk and the page which that key opens.

The core opens the page, and a busy box may take a second over it: whoever types without looking has
begun their PIN by then. A digit means the same however long the answer takes, so it is kept for the
page of the PIN, and dropped with any other. 決定 is no digit: nothing is sent from a page that
nobody has seen.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.pages.keys import Action, Press
from kiosk.pages.visitor import MOST_DIGITS

SLOW_S = 1.0
"""Without an answer for so long it is said that it goes on, lest the key be struck again."""
KEPT_S = 5.0
"""After the last key; then nobody waits there, and what they typed is not for whoever is next."""


class Waking:
    """The time between the key and the answer.

    Args:
        now: seconds, only forward.

    Attributes:
        is_slow: it was said that it takes its time.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._digits = ""
        self._struck_s: float | None = None
        self._slow_at_s = 0.0
        self.is_slow = False

    @property
    def is_on(self) -> bool:
        """The key was struck, and nothing has answered it."""
        return self._struck_s is not None

    def begin(self) -> None:
        """The key that wakes was struck."""
        self._struck_s = self._now()
        self._slow_at_s = self._struck_s + SLOW_S

    def takes(self, press: Press) -> bool:
        """Another key; whether it was a digit, and is kept."""
        self._struck_s = self._now()
        if press.action is Action.BACK:
            self._digits = self._digits[:-1]
        if press.action is not Action.DIGIT or len(self._digits) == MOST_DIGITS:
            return False
        self._digits += press.digit
        return True

    def end(self) -> str:
        """It was answered, or nobody waits any more: the digits, which are forgotten here."""
        digits, self._digits = self._digits, ""
        self._struck_s, self.is_slow = None, False
        return digits

    @property
    def wakes_at_s(self) -> float | None:
        """When it is to be said that it takes its time, or ends; None = nothing is waited for."""
        if self._struck_s is None:
            return None
        return self._struck_s + KEPT_S if self.is_slow else self._slow_at_s

    def tick(self) -> bool | None:
        """Time has passed: False = it takes its time, True = it has ended, None = neither."""
        at_s = self.wakes_at_s
        if at_s is None or self._now() < at_s:
            return None
        if self.is_slow:
            self.end()
            return True
        self.is_slow = True
        return False
