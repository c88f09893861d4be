"""What goes between a front and the speech process: one JSON object a line, pure ASCII.

Commands, front to process::

    {"do": "say", "utterance": 7, "text": "…", "urgency": "next", "private": true,
     "output": "headphones", "earcon": ""}
    {"do": "hush"}
    {"do": "pause"}
    {"do": "resume"}
    {"do": "tick"}
    {"do": "route", "loudspeaker": "", "headphones": "hw:1"}
    {"do": "tune", "speed": 1.0, "volume": 1.0, "pitch": 0.0}
    {"do": "prepare", "texts": ["…"]}

Events, process to front; ``hush`` is always answered with ``hushed``::

    {"event": "hushed", "utterances": [7, 8], "code": ""}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kiosk.ports.voice import Devices, Earcon, Happening, Output, Spoken, Urgency, VoiceEvent

MAX_TEXT = 8_000
"""Characters of one utterance, half an hour of speech; what is longer is cut."""


class BadLine(ValueError):
    """A line that is neither a command nor an event. Its text is not in the message."""


@dataclass(frozen=True, slots=True)
class Say:
    """Say an utterance."""

    number: int
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Hush:
    """Be silent at once."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Be silent at once and keep what there is to say."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with it."""


@dataclass(frozen=True, slots=True)
class Tick:
    """The sound of a key."""


@dataclass(frozen=True, slots=True)
class Route:
    """Which devices play what comes next."""

    devices: Devices


@dataclass(frozen=True, slots=True)
class Tune:
    """How what comes next is said.

    Args:
        speed: 1.0 = as recorded; 0.25 to 3.0.
        volume: 0.0 to 1.0.
        pitch: half tones above the recorded voice; -6.0 to 6.0.
    """

    speed: float = 1.0
    volume: float = 1.0
    pitch: float = 0.0


@dataclass(frozen=True, slots=True)
class Prepare:
    """Render fixed prompts ahead, when there is nothing to say."""

    texts: tuple[str, ...]


_PLAIN: dict[str, type[Hush | Pause | Resume | Tick]] = {
    "hush": Hush,
    "pause": Pause,
    "resume": Resume,
    "tick": Tick,
}
"""Commands that are one word."""

Command = Say | Hush | Pause | Resume | Tick | Route | Tune | Prepare


def command_line(command: Command) -> bytes:
    """A command with its line end."""
    return json.dumps(_told(command)).encode() + b"\n"


def _told(command: Command) -> dict[str, object]:
    match command:
        case Say(number=number, spoken=spoken):
            return {
                "do": "say",
                "utterance": number,
                "text": spoken.text_heard[:MAX_TEXT],
                "urgency": spoken.urgency.value,
                "private": spoken.is_private,
                "output": spoken.output.value,
                "earcon": spoken.earcon.value if spoken.earcon else "",
            }
        case Route(devices=Devices(loudspeaker=loudspeaker, headphones=headphones)):
            return {"do": "route", "loudspeaker": loudspeaker, "headphones": headphones}
        case Tune(speed=speed, volume=volume, pitch=pitch):
            return {"do": "tune", "speed": speed, "volume": volume, "pitch": pitch}
        case Prepare(texts=texts):
            return {"do": "prepare", "texts": texts}
        case Hush() | Pause() | Resume() | Tick():
            return {"do": next(word for word, kind in _PLAIN.items() if isinstance(command, kind))}


def command_of(line: bytes) -> Command:
    """The command of a line; BadLine when it is none."""
    try:
        return _command(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadLine("no command of the voice") from None


def _command(told: dict[str, Any]) -> Command:
    match told["do"]:
        case "say":
            text, is_private = str(told["text"]), bool(told["private"])
            output, urgency = Output(told["output"]), Urgency(told["urgency"])
            earcon = Earcon(told["earcon"]) if told["earcon"] else None
            return Say(int(told["utterance"]), Spoken(text, urgency, is_private, output, earcon))
        case "route":
            return Route(Devices(str(told["loudspeaker"]), str(told["headphones"])))
        case "tune":
            return Tune(float(told["speed"]), float(told["volume"]), float(told["pitch"]))
        case "prepare":
            return Prepare(tuple(str(text) for text in told["texts"]))
    return _PLAIN[told["do"]]()


def event_line(event: VoiceEvent) -> bytes:
    """An event with its line end."""
    told = {"event": event.kind.value, "utterances": event.utterances, "code": event.code}
    return json.dumps(told).encode() + b"\n"


def event_of(line: bytes) -> VoiceEvent:
    """The event of a line; BadLine when it is none."""
    try:
        told = json.loads(line)
        numbers = tuple(int(number) for number in told["utterances"])
        return VoiceEvent(Happening(told["event"]), numbers, str(told["code"]))
    except (ValueError, KeyError, TypeError):
        raise BadLine("no event of the voice") from None
