"""Speaker and headphones as two sinks of a real PipeWire: private words reach only the one."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.ports.voice import Devices, Happening, NoHeadphones, Output, Spoken
from kiosk.voice.client import VoiceClient
from kiosk.voice.jack import pipewire_state
from kiosk.voice.player import SAMPLE_RATE
from kiosk.voice.words import sentences
from tests.support.pipewire import PipeWire, two_outputs
from tests.voice.conftest import Ear

pytest.importorskip("numpy", reason="the voice extra is not installed")

import numpy as np
from numpy.typing import NDArray

from kiosk.voice.voices import Voices

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]
SPEAKER, HEADPHONES = "alsa_output.speaker", "alsa_output.headphones"
PUBLIC = "確認できました。カードをお取りください。"
PRIVATE = "ヤマダタロウサマ。資格、有効。サンワリ。"
AUDIBLE = 100
LIKE, UNLIKE = 0.8, 0.3


@pytest.fixture
def pipewire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipeWire]:
    with two_outputs(tmp_path) as server:
        for name in ("XDG_RUNTIME_DIR", "PIPEWIRE_RUNTIME_DIR", "HOME"):
            monkeypatch.setenv(name, server.environment[name])
        yield server


@pytest.fixture(scope="module")
def voices() -> Voices:
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    return Voices()


@pytest.fixture
def voice(pipewire: PipeWire, ear: Ear) -> Iterator[VoiceClient]:
    del pipewire
    client = VoiceClient(ear)
    ear.wait_for(Happening.READY)
    client.route(Devices(loudspeaker=SPEAKER, headphones=HEADPHONES))
    yield client
    client.close()


def heard(file: Path) -> NDArray[np.float64]:
    """Of a recording, what can be heard, without the silence before and after."""
    with wave.open(str(file)) as recorded:
        assert recorded.getframerate() == SAMPLE_RATE
        sound = np.frombuffer(recorded.readframes(recorded.getnframes()), np.int16).astype(float)
    loud = np.flatnonzero(abs(sound) > AUDIBLE)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound[:0]


def likeness(sound: NDArray[np.float64], words: str, voices: Voices) -> float:
    """How much of the sound is the words, part by part, 0 to 1.

    Between two parts there may be a pause: the next is made while the one before is heard, and a
    busy machine takes a tenth of a second more over it.
    """
    if not len(sound):
        return 0.0
    parts = [part for each in sentences(words) for part in voices.rendered(each)]
    return float(np.sqrt(sum(_power(each, sound) for each in parts) / (sound**2).sum()))


def _power(pcm: bytes, sound: NDArray[np.float64]) -> float:
    """How much of the power of a sound is this part, where it fits best."""
    part = np.frombuffer(pcm, np.int16).astype(float)
    size = 1 << (len(sound) + len(part)).bit_length()
    product = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(part, size))
    return float(np.fft.irfft(product, size).max() ** 2 / (part**2).sum())


def test_private_words_reach_the_headphones_alone(
    pipewire: PipeWire, voice: VoiceClient, ear: Ear, voices: Voices
) -> None:
    with pipewire.recording(SPEAKER) as at_speaker, pipewire.recording(HEADPHONES) as at_ears:
        for words in (Spoken(PUBLIC), Spoken(PRIVATE, is_private=True, output=Output.HEADPHONES)):
            ear.wait_for(Happening.FINISHED, voice.say(words))
    speaker, ears = heard(at_speaker), heard(at_ears)
    assert likeness(speaker, PUBLIC, voices) > LIKE
    assert likeness(ears, PRIVATE, voices) > LIKE
    assert likeness(speaker, PRIVATE, voices) < UNLIKE
    assert likeness(ears, PUBLIC, voices) < UNLIKE


def test_headphones_that_are_gone_leave_the_speaker_silent(
    pipewire: PipeWire, voice: VoiceClient, ear: Ear, voices: Voices
) -> None:
    private = Spoken(PRIVATE, is_private=True, output=Output.HEADPHONES)
    with pipewire.recording(SPEAKER) as at_speaker:
        pipewire.remove_sink(HEADPHONES)
        assert ear.wait_for(Happening.FAULT).code == NoHeadphones.code
        ear.wait_for(Happening.SILENT, voice.say(private))
        ear.wait_for(Happening.FINISHED, voice.say(Spoken(PUBLIC)))
        pipewire.add_sink(HEADPHONES)
        assert ear.wait_for(Happening.SOUND_BACK).code == NoHeadphones.code
        ear.wait_for(Happening.FINISHED, voice.say(private))
    assert likeness(heard(at_speaker), PUBLIC, voices) > LIKE
    assert likeness(heard(at_speaker), PRIVATE, voices) < UNLIKE


def test_a_real_dump_is_understood(pipewire: PipeWire) -> None:
    objects = json.loads(pipewire.dump())
    names = [((each.get("info") or {}).get("props") or {}).get("node.name") for each in objects]
    assert {SPEAKER, HEADPHONES} <= set(names)
    assert pipewire_state(objects, HEADPHONES)
    assert not pipewire_state(objects, "alsa_output.another")
