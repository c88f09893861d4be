"""What the screen asks of a voice, and what it says: title, facts, choices (EN 301 549 5.1.3.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from kiosk.desk.manner import Manner
from kiosk.pages.chimes import earcon_of
from kiosk.pages.listening import Listeners
from kiosk.phrasebook import Phrasebook, Utterance
from kiosk.ports.voice import Devices, Earcon, Output, Urgency, VoiceEvent


class Speaker(Protocol):
    """A voice, as far as the screen knows one. No call blocks or raises.

    Args:
        has_voice: it can be heard, where there is sound.
    """

    @property
    def has_voice(self) -> bool: ...  # noqa: D102 - see above

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - the agreed socket
        """Say a heard form; what is private goes to private listening or is not said."""

    def chime(self, earcon: Earcon, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - as say
        """Sound a short sound, where words of its kind would be said."""

    def hush(self) -> None:
        """Be silent at once and forget what waited."""

    def pause(self) -> None:
        """Be silent at once and keep what there is to say."""

    def resume(self) -> None:
        """Go on with the sentence that was cut off."""

    def tick(self) -> None:
        """The sound of a digit that was taken."""

    def route(self, devices: Devices) -> None:
        """The sound devices of this box."""

    def private_to(self, output: Output | None) -> None:
        """Where private words are heard from now on; None = they are not said."""

    def tune(self, *, speed: float, volume: float, pitch: float) -> None:
        """How what comes next is said: as ``Voice.tune``."""

    def heed(self, listener: Callable[[VoiceEvent], None]) -> None:
        """Tell somebody, from any thread, when the voice is lost and when it is back."""


class Silent:
    """No voice."""

    has_voice = False

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - as Speaker
        """Say nothing."""

    def chime(self, earcon: Earcon, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - as Speaker
        """No sound."""

    def hush(self) -> None:
        """Be silent."""

    def pause(self) -> None:
        """Nothing is said anyway."""

    def resume(self) -> None:
        """Nothing is said anyway."""

    def tick(self) -> None:
        """No sound."""

    def route(self, devices: Devices) -> None:
        """Nothing to play on."""

    def private_to(self, output: Output | None) -> None:
        """Nothing is said anyway."""

    def tune(self, *, speed: float, volume: float, pitch: float) -> None:
        """Nothing is said anyway."""

    def heed(self, listener: Callable[[VoiceEvent], None]) -> None:
        """Nothing to tell."""


class Privacy:
    """Where private words go: as the settings say, or as the staff chose for their session.

    Args:
        speaker: the voice.

    Attributes:
        chosen: None = shown and not said (EN 301 549 5.1.3.9).
    """

    def __init__(self, speaker: Speaker) -> None:
        self.chosen: Output | None = None
        self._speaker = speaker
        self._manner = Manner()

    @property
    def outputs(self) -> tuple[Output | None, ...]:
        """What can be chosen; headphones only where the settings know some."""
        if not self._speaker.has_voice:
            return (None,)
        has_headphones = bool(self._manner.devices.headphones)
        headphones = (Output.HEADPHONES,) if has_headphones else ()
        return (None, Output.LOUDSPEAKER, *headphones)

    @property
    def is_unsaid(self) -> bool:
        """Private words are shown and not said, which can be chosen otherwise."""
        return self.chosen is None and len(self.outputs) > 1

    def behave(self, manner: Manner) -> None:
        """Take the settings of the core."""
        self._manner = manner
        self._speaker.route(manner.devices)
        self.reset()

    def choose(self, output: Output | None) -> None:
        """The staff want it so."""
        self.chosen = output
        self._speaker.private_to(output)

    def reset(self) -> None:
        """As the settings say."""
        self.choose(self._manner.private)


class Mouth:
    """Says utterances, under the mark 模擬 where all is simulated.

    Args:
        speaker: the voice.

    Attributes:
        is_simulated: what ``Welcome`` said.
        privacy: where private words go.
        listeners: how whoever listens wants it.
    """

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.privacy = Privacy(speaker)
        self.is_simulated = False
        self.listeners = Listeners()
        self._tuned: tuple[float, float, float] | None = None
        self._holds_private = False

    def forget_private(self) -> None:
        """Whoever it was said to has gone: not a word more of it, and nothing to go on with."""
        if self._holds_private:
            self.speaker.hush()
        self._holds_private = False

    def listen(self, listeners: Listeners) -> None:
        """Say what comes next as whoever listens wants it."""
        self.listeners, now = listeners, listeners.now
        tuned = int(now.speed) / 100, int(now.volume) / 100, float(listeners.box.pitch)
        if tuned != self._tuned:
            self._tuned = tuned
            self.speaker.tune(speed=tuned[0], volume=tuned[1], pitch=tuned[2])

    def say(
        self, utterances: Iterable[Utterance], book: Phrasebook, *, is_new_page: bool = False
    ) -> None:
        """Say a block; a new page cuts off the speech of the one before (EN 301 549 5.1.3.5)."""
        block = list(utterances)
        earcons = [earcon_of(each, book) for each in block]
        if self.is_simulated:
            block = book.simulated_block(block)
        is_private = any(each.is_private for each in block)
        self._holds_private = is_private or (self._holds_private and not is_new_page)
        urgency = Urgency.NOW if is_new_page else Urgency.NORMAL
        for each, earcon in zip(block, earcons, strict=True):
            if earcon:
                self.speaker.chime(earcon, urgency, each.is_private)
                urgency = Urgency.NORMAL
            self.speaker.say(each.heard, urgency, each.is_private)
            urgency = Urgency.NORMAL
