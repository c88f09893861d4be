"""What the box said of itself at rest: it stays to be read, for who heard it from the next room."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.phrasebook import Utterance

_TOGETHER_S = 1.0
"""What comes so soon after another belongs to it; later, it takes its place."""


class Noticed:
    """The notices of the resting screen, until a visit begins or the core has them forgotten.

    Args:
        now: seconds, only forward.

    Attributes:
        words: what there is to read, in the order in which it was said.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._at_s = 0.0
        self.words: tuple[Utterance, ...] = ()

    def take(self, words: tuple[Utterance, ...]) -> None:
        """Something is said of the box; what is private in it is not of the box."""
        now_s = self._now()
        before = self.words if now_s - self._at_s < _TOGETHER_S else ()
        self.words = (*before, *(each for each in words if not each.is_private))
        self._at_s = now_s

    def forget(self) -> None:
        """It is no news any more."""
        self.words = ()
