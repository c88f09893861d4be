"""Socket for the voice: what is said, how urgently, and what has become of it.

A voice never stops a check: ``say`` and ``hush`` neither block nor raise; what is wrong with the
sound arrives as an event with a K4xx code. Source: facts SCREEN_AND_VOICE, Speech; EN 301 549
5.1.3.4 (interruption on request), 5.1.3.5 (any key stops speech), 5.1.3.9 (private data).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.errors import Remedy, VoiceError


class Urgency(StrEnum):
    """When an utterance gets its turn."""

    NORMAL = "normal"
    """After everything that waits."""
    NEXT = "next"
    """Before what waits as NORMAL; what is being said is finished first."""
    NOW = "now"
    """At once; what is being said and everything that waits is dropped."""


class Output(StrEnum):
    """Where something is heard."""

    LOUDSPEAKER = "loudspeaker"
    """By whoever is in the room."""
    HEADPHONES = "headphones"
    """By one person: private listening (EN 301 549 5.1.3.9)."""


class Earcon(StrEnum):
    """A short sound that says how a thing has gone; that of a key is ``Voice.tick``."""

    VALID = "valid"
    INVALID = "invalid"
    DEFERRED = "deferred"
    ERROR = "error"
    WAITING = "waiting"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Devices:
    """The sound devices of this box, by name as ALSA or PipeWire knows them.

    Args:
        loudspeaker: "" = the default.
        headphones: "" = there are none.
    """

    loudspeaker: str = ""
    headphones: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Spoken:
    """One utterance for the voice.

    Args:
        text_heard: the heard form of the phrasebook; never kept once it has been said.
        urgency: when it gets its turn.
        is_private: holds patient data; never cached, and its words stay out of ``repr``.
        output: where it is heard, and nowhere else: what is for headphones that do not play is
            not said.
        earcon: heard before the words, of which there may be none; None = no sound of its own.
    """

    text_heard: str
    urgency: Urgency = Urgency.NORMAL
    is_private: bool = False
    output: Output = Output.LOUDSPEAKER
    earcon: Earcon | None = None

    def __repr__(self) -> str:
        words = "private" if self.is_private else repr(self.text_heard)
        return f"Spoken({words}, {self.urgency.value})"


class Happening(StrEnum):
    """What a voice tells about itself."""

    READY = "ready"
    """It is loaded; after a restart, again."""
    STARTED = "started"
    """The first sound of an utterance is on its way."""
    FINISHED = "finished"
    """An utterance was said to its end."""
    SILENT = "silent"
    """An utterance had its turn, but nothing was heard: no sound device, or it cannot be said."""
    HUSHED = "hushed"
    """Utterances were cut off or dropped, by ``hush`` or by one that was NOW."""
    SOUND_BACK = "sound_back"
    """A sound device is there again."""
    FAULT = "fault"
    """Something is wrong with the voice; ``code`` says what. Told once until it is mended."""


@dataclass(frozen=True, slots=True)
class VoiceEvent:
    """Something has happened to the voice.

    Args:
        kind: what.
        utterances: the numbers ``say`` gave, of those it has happened to.
        code: K4xx of a fault, and of headphones that are back; else "".
    """

    kind: Happening
    utterances: tuple[int, ...] = ()
    code: str = ""


class Voice(Protocol):
    """Something that says utterances, one after the other."""

    def say(self, spoken: Spoken) -> int:
        """Take an utterance in; its number, counted from 1, names it in events."""

    def hush(self) -> None:
        """Stop the sound at once and drop everything that waits."""

    def pause(self) -> None:
        """Stop the sound at once and keep what was being said and what waits."""

    def resume(self) -> None:
        """Go on after ``pause``, from the beginning of the sentence that was cut off."""

    def tune(self, *, speed: float = 1.0, volume: float = 1.0, pitch: float = 0.0) -> None:
        """How what comes next is said.

        Args:
            speed: 0.25 to 3.0; 1.0 = as recorded.
            volume: 0.0 to 1.0.
            pitch: -6.0 to 6.0 half tones; 0.0 = as recorded.
        """

    def tick(self) -> None:
        """The sound of a digit that was taken, beside whatever is said; the digit never is."""

    def route(self, devices: Devices) -> None:
        """Which devices play what comes next."""

    def close(self) -> None:
        """Hush and go; nothing is said afterwards. A second call does nothing."""


class NoSoundDevice(VoiceError):
    """There is no sound device, or it does not play. The kiosk goes on in silence."""

    code = "K401"
    remedy = Remedy.STAFF
    retryable = True


class VoiceBroken(VoiceError):
    """The speech process died or hung too often, or could not say a sentence."""

    code = "K402"
    retryable = True


class VoiceSupportMissing(VoiceError):
    """pyttsx3 or Open JTalk is not installed: the ``voice`` extra is missing."""

    code = "K403"


class NoPlayer(VoiceError):
    """Neither ``aplay`` nor ``pw-play`` is installed."""

    code = "K404"


class NoHeadphones(VoiceError):
    """The headphones do not play. What was for them is shown and not said."""

    code = "K405"
    remedy = Remedy.STAFF
    retryable = True


class BrailleSupportMissing(VoiceError):
    """python3-brlapi is not installed, or is for another Python."""

    code = "K406"


class NoBrailleDisplay(VoiceError):
    """brltty does not answer, or has no display. It is tried again by itself."""

    code = "K407"
    remedy = Remedy.STAFF
    retryable = True


class BrailleNotWritten(VoiceError):
    """The file for an embosser is there already, or its folder takes none. Nothing was changed."""

    code = "K408"
    remedy = Remedy.STAFF
    retryable = True
