"""What the screen asks of a voice, and what it says: title, facts, choices (EN 301 549 5.1.3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from kiosk.phrasebook import Phrasebook, Utterance
from kiosk.ports.voice import Urgency


class Speaker(Protocol):
    """A voice, as far as the screen knows one. No call blocks or raises."""

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - the agreed socket
        """Say a heard form; what is private goes to private listening or is not said."""

    def hush(self) -> None:
        """Be silent at once and forget what waited."""

    def tick(self) -> None:
        """The sound of a digit that was taken."""


class Silent:
    """No voice."""

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - as Speaker
        """Say nothing."""

    def hush(self) -> None:
        """Be silent."""

    def tick(self) -> None:
        """No sound."""


class Mouth:
    """Says utterances, under the mark 模擬 where all is simulated.

    Args:
        speaker: the voice.

    Attributes:
        is_simulated: what ``Welcome`` said.
    """

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.is_simulated = False

    def say(
        self, utterances: Iterable[Utterance], book: Phrasebook, *, is_new_page: bool = False
    ) -> None:
        """Say a block; a new page cuts off the speech of the one before (EN 301 549 5.1.3.5)."""
        block = list(utterances)
        if self.is_simulated:
            block = book.simulated_block(block)
        urgency = Urgency.NOW if is_new_page else Urgency.NORMAL
        for each in block:
            self.speaker.say(each.heard, urgency, each.is_private)
            urgency = Urgency.NORMAL
