"""What was said, as text."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.ports.voice import Earcon, Happening, Spoken, Urgency, Voice, VoiceEvent
from kiosk.voice.silent import SilentVoice
from kiosk.voice.transcript import PRIVATE, Transcript, TranscriptVoice

PUBLIC = Spoken("カードをお取りください。", Urgency.NOW, earcon=Earcon.DEFERRED)
OF_A_PATIENT = Spoken("ヤマダタロウ様。", is_private=True, earcon=Earcon.INVALID)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_an_utterance_and_private_words_hidden(tmp_path: Path) -> None:
    path = tmp_path / "said"
    voice = TranscriptVoice(Transcript(path))
    assert [voice.say(PUBLIC), voice.say(OF_A_PATIENT)] == [1, 2]
    assert lines(path) == [
        {
            "text": PUBLIC.text_heard,
            "urgency": "now",
            "private": False,
            "output": "loudspeaker",
            "earcon": "deferred",
        },
        {"text": PRIVATE, "urgency": "normal", "private": True, "output": "loudspeaker"},
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_test_may_ask_for_private_words(tmp_path: Path) -> None:
    path = tmp_path / "said"
    TranscriptVoice(Transcript(path, with_private=True)).say(OF_A_PATIENT)
    assert lines(path)[0]["text"] == OF_A_PATIENT.text_heard


def test_everything_is_said_before_say_returns() -> None:
    told: list[VoiceEvent] = []
    voice: Voice = TranscriptVoice(on_event=told.append)
    voice.say(PUBLIC)
    voice.hush()
    assert [event.kind for event in told] == [
        Happening.STARTED,
        Happening.FINISHED,
        Happening.HUSHED,
    ]


def test_hushes_and_ticks_are_counted_and_a_closed_voice_is_silent() -> None:
    voice = TranscriptVoice()
    voice.hush()
    voice.tick()
    voice.tick()
    voice.close()
    voice.close()
    assert voice.say(PUBLIC) == 0
    assert (voice.said, voice.hushes, voice.ticks) == ([], 1, 2)


def test_no_voice_takes_everything() -> None:
    voice: Voice = SilentVoice()
    assert [voice.say(PUBLIC), voice.say(OF_A_PATIENT)] == [1, 2]
    voice.hush()
    voice.tick()
    voice.close()
