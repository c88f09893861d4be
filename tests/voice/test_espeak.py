"""The plain voice: English, and kana where Open JTalk is missing. espeak-ng itself, no stand-in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.phrasebook import PersonName, Phrase, Phrasebook
from kiosk.ports.voice import VoiceBroken
from kiosk.voice.player import SAMPLE_RATE

pytest.importorskip("numpy", reason="the voice extra is not installed")

from kiosk.voice.espeak import EspeakVoice
from kiosk.voice.voices import KanaVoice, kana_of

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"
)
WITHOUT_OPEN_JTALK = """
import sys
sys.modules["pyopenjtalk"] = None
from kiosk.voice.voices import Voices
voices = Voices()
print(voices.name, len(b"".join(voices.rendered("カードを読み取り機に置いてください。"))))
"""


@needs_espeak
def test_english_is_heard_for_as_long_as_speech_takes() -> None:
    voice = EspeakVoice("en")
    plain, fast = (
        b"".join(voice.rendered("Put your card on the reader.", speed)) for speed in (1.0, 2.0)
    )
    assert 1.0 < len(plain) / 2 / SAMPLE_RATE < 4.0
    assert len(fast) < 0.8 * len(plain)


@needs_espeak
def test_kanji_is_left_unsaid_rather_than_garbled() -> None:
    with pytest.raises(VoiceBroken):
        list(KanaVoice(EspeakVoice("ja")).rendered("山田太郎。"))


def test_every_row_is_turned_into_its_reading_names_and_numbers_too() -> None:
    book = Phrasebook.load("ja")
    said = book.say(Phrase.RECEPTION_WRONG_PIN, tries=2)
    assert [kana_of(each.heard) for each in said.sentences] == [
        "アンショー バンゴーガ チガイマス。",
        "アト ニカイデス。",
        "モー イチド、 ヨンケタヲ オシテ クダサイ。",
    ]
    name = book.say(Phrase.RESULT_VALID, name=PersonName("山田", "ヤマダ"), share=30)
    assert [kana_of(each.heard) for each in name.sentences] == [
        "ヤマダサマ。",
        "シカク、 ユーコー。",
        "サンワリ。",
    ]


@needs_espeak
def test_without_open_jtalk_the_plain_voice_speaks(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_OPEN_JTALK],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    name, length = done.stdout.split()
    assert name == "espeak.ja"
    assert int(length) > SAMPLE_RATE


def test_without_either_there_is_no_voice(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_OPEN_JTALK],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "ImportError: no voice" in done.stderr
