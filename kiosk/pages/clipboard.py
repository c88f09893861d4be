"""What staff have on the clipboard of their terminal: for 60 s, and never past their session."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.patience import Turn, Wait
from kiosk.formats.clipboard import copying, emptying
from kiosk.phrasebook import Phrase

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
        # It must be gone on time; whoever needs it longer copies again.
        self._kept = Wait(KEPT_S, is_sharp=True)

    @property
    def wakes_at_s(self) -> float | None:
        """When ``tick`` has something to do; None = nothing of ours is on it."""
        return self._kept.turns_at_s

    def put(self, text: str) -> None:
        """Copy; TooLongToCopy."""
        self._write(copying(text))
        self._kept.begin(self._now())

    def tick(self) -> Phrase | None:
        """Time has passed: what there is to say of it."""
        match self._kept.look(self._now()):
            case Turn.WARNS:
                return Phrase.HANDING_COPY_SOON
            case Turn.ENDS:
                self._write(emptying())
                return Phrase.HANDING_COPY_GONE
        return None

    def empty(self) -> None:
        """Take what was put there away; nothing is written where nothing was put."""
        if self.wakes_at_s is not None:
            self._kept.stop()
            self._write(emptying())
