"""Whose turn it is to be said. Values only: no thread, no clock, no sound.

===========  ==================================================================================
NORMAL       after everything that waits
NEXT         after what waits as NEXT, before what waits as NORMAL
NOW          at once; what plays and all that waits is dropped, for it belongs to a screen that
             is gone
pause        what plays waits again, as the first; nothing has its turn until ``resume``
hush         what plays and all that waits is dropped
too many     the one that has waited longest is dropped
===========  ==================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.ports.voice import Spoken, Urgency

LIMIT = 64
"""How many may wait; a screen says a handful, so more is a fault that must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An utterance with its number.

    Args:
        number: counted from 1.
        spoken: what is said.
        start: the sentence it begins with; another than 0 after a pause.
    """

    number: int
    spoken: Spoken
    start: int = 0


@dataclass(frozen=True, slots=True)
class SpeechQueue:
    """What is being said and what waits.

    Args:
        playing: being said; None = silence.
        waiting: in the order in which they will be said.
        is_paused: nothing has its turn.
    """

    playing: Entry | None = None
    waiting: tuple[Entry, ...] = ()
    is_paused: bool = False

    @property
    def has_turn(self) -> bool:
        """Something waits that may be said."""
        return bool(self.waiting) and not self.is_paused

    def add(self, entry: Entry) -> tuple[SpeechQueue, tuple[Entry, ...]]:
        """Take an utterance in.

        Returns:
            The queue, and what it dropped; when ``playing`` is among the dropped, its sound must
            stop.
        """
        if entry.spoken.urgency is Urgency.NOW:
            silent, dropped = self.hush()
            return replace(silent, waiting=(entry,)), dropped
        place = self._place(entry.spoken.urgency)
        waiting = (*self.waiting[:place], entry, *self.waiting[place:])
        if len(waiting) <= LIMIT:
            return replace(self, waiting=waiting), ()
        oldest = min(waiting, key=lambda each: each.number)
        rest = tuple(each for each in waiting if each is not oldest)
        return replace(self, waiting=rest), (oldest,)

    def take(self) -> SpeechQueue:
        """Start with the first that waits; unchanged while something plays or nothing waits."""
        if self.playing or not self.has_turn:
            return self
        return SpeechQueue(self.waiting[0], self.waiting[1:])

    def finish(self, number: int) -> SpeechQueue:
        """The utterance is over; unchanged when another one plays by now."""
        is_over = self.playing is not None and self.playing.number == number
        return replace(self, playing=None) if is_over else self

    def pause(self, start: int) -> SpeechQueue:
        """Silence for a while; what plays will go on with the sentence ``start``."""
        cut = (replace(self.playing, start=start),) if self.playing else ()
        return SpeechQueue(None, (*cut, *self.waiting), is_paused=True)

    def resume(self) -> SpeechQueue:
        """Whatever waits may be said again."""
        return replace(self, is_paused=False)

    def hush(self) -> tuple[SpeechQueue, tuple[Entry, ...]]:
        """Silence: an empty queue, and all that was dropped, what played first."""
        playing = (self.playing,) if self.playing else ()
        return SpeechQueue(), (*playing, *self.waiting)

    def _place(self, urgency: Urgency) -> int:
        if urgency is not Urgency.NEXT:
            return len(self.waiting)
        before = {Urgency.NEXT, Urgency.NOW}
        return sum(1 for each in self.waiting if each.spoken.urgency in before)
