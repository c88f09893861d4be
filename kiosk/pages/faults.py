"""What is wrong with the voice: each fault is news once, at rest or to the staff. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.phrasebook import Phrasebook, Utterance
from kiosk.ports.voice import Happening, VoiceEvent


@dataclass
class Faults:
    """Faults of the voice that were told, and the one that is still news."""

    _known: set[str] = field(default_factory=set)
    _news: str = ""

    def take(self, event: VoiceEvent) -> bool:
        """Whether it is a fault that nobody heard of yet; a sound that is back ends the news."""
        if event.kind is Happening.SOUND_BACK:
            self._news = ""
        is_new = event.kind is Happening.FAULT and event.code not in self._known
        if is_new:
            self._known.add(event.code)
            self._news = event.code
        return is_new

    def told(self) -> None:
        """It is news no longer."""
        self._news = ""

    def words(self, book: Phrasebook) -> tuple[Utterance, ...]:
        """Of the fault that is news; nothing when there is none."""
        return (book.message(self._news), book.hint(self._news)) if self._news else ()
