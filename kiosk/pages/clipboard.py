"""What staff have on the clipboard of their terminal: for 60 s, and never past their session."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.formats.clipboard import copying, emptying

KEPT_S = 60.0
"""So long it can be pasted."""


class Clipboard:
    """The clipboard of whoever looks on through the terminal.

    Args:
        write: takes escape sequences for the terminal.
        now: seconds, only forward.
    """

    def __init__(self, write: Callable[[str], None], now: Callable[[], float]) -> None:
        self._write = write
        self._now = now
        self._until_s: float | None = None

    @property
    def wakes_at_s(self) -> float | None:
        """When ``tick`` has something to do; None = nothing of ours is on it."""
        return self._until_s

    def put(self, text: str) -> None:
        """Copy; TooLongToCopy."""
        self._write(copying(text))
        self._until_s = self._now() + KEPT_S

    def tick(self) -> None:
        """Time has passed."""
        if self._until_s is not None and self._now() >= self._until_s:
            self.empty()

    def empty(self) -> None:
        """Take what was put there away; nothing is written where nothing was put."""
        if self._until_s is not None:
            self._until_s = None
            self._write(emptying())
