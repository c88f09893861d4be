"""What was said, as text: for tests, for the demo, and a file beside the real voice.

One JSON line an utterance: ``{"text": "…", "urgency": "now", "private": false, "output":
"loudspeaker"}``. The words of a private utterance are ‹private› unless a test asks for them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.ports.voice import Devices, Happening, Spoken, VoiceEvent

PRIVATE = "‹private›"

Listener = Callable[[VoiceEvent], None]
"""Called with each event, from a thread of the voice; it must not block."""


def ignore(event: VoiceEvent) -> None:
    """A listener that does not care."""
    del event


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file of what was said, for its owner's eyes only.

    Args:
        path: appended to, made when missing.
        with_private: private words in clear; for tests with invented people.
    """

    path: Path
    with_private: bool = False

    def write(self, spoken: Spoken) -> None:
        """Add one utterance; OSError when the file cannot be written."""
        line = json.dumps(_entry(spoken, with_private=self.with_private), ensure_ascii=False)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(f"{line}\n")


def _entry(spoken: Spoken, *, with_private: bool) -> dict[str, object]:
    hidden = spoken.is_private and not with_private
    # The sound of an answer says as much of it as its words do.
    earcon = {} if hidden or spoken.earcon is None else {"earcon": spoken.earcon.value}
    return {
        "text": PRIVATE if hidden else spoken.text_heard,
        "urgency": spoken.urgency.value,
        "private": spoken.is_private,
        "output": spoken.output.value,
        **earcon,
    }


@dataclass(slots=True)
class TranscriptVoice:
    """A voice that only notes down, in the process of its caller.

    Everything is "said" in no time: an utterance is finished before ``say`` returns, so ``hush``
    never finds anything to drop.

    Args:
        transcript: a file as well; None = memory only.
        on_event: told what a real voice would tell.
    """

    transcript: Transcript | None = None
    on_event: Listener = ignore
    said: list[Spoken] = field(default_factory=list)
    hushes: int = 0
    ticks: int = 0
    pauses: int = 0
    tuning: tuple[float, float, float] = (1.0, 1.0, 0.0)
    devices: Devices = field(default_factory=Devices)
    is_closed: bool = False

    def say(self, spoken: Spoken) -> int:
        """Note an utterance down."""
        if self.is_closed:
            return 0
        self.said.append(spoken)
        number = len(self.said)
        if self.transcript:
            self.transcript.write(spoken)
        self.on_event(VoiceEvent(Happening.STARTED, (number,)))
        self.on_event(VoiceEvent(Happening.FINISHED, (number,)))
        return number

    def hush(self) -> None:
        """Count it."""
        self.hushes += 1
        self.on_event(VoiceEvent(Happening.HUSHED))

    def pause(self) -> None:
        """Count it."""
        self.pauses += 1

    def resume(self) -> None:
        """Everything was said in no time: there is nothing to go on with."""

    def tune(self, *, speed: float = 1.0, volume: float = 1.0, pitch: float = 0.0) -> None:
        """Note down how it would be said."""
        self.tuning = (speed, volume, pitch)

    def tick(self) -> None:
        """Count it."""
        self.ticks += 1

    def route(self, devices: Devices) -> None:
        """Note the devices down."""
        self.devices = devices

    def close(self) -> None:
        """Say nothing any more."""
        self.is_closed = True
