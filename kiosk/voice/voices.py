"""Which voice says a sentence: Mei for Japanese, espeak-ng for English and where Mei is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from kiosk.phrasebook.readings import load_readings
from kiosk.phrasebook.template import Template
from kiosk.ports.voice import VoiceBroken
from kiosk.voice.espeak import EspeakVoice
from kiosk.voice.words import is_english


class OneVoice(Protocol):
    """Something that renders sentences, at ``player.SAMPLE_RATE``."""

    def rendered(self, text: str, speed: float = 1.0, pitch: float = 0.0) -> Iterator[bytes]:
        """PCM of one sentence, part by part; VoiceBroken when it cannot be said."""


class Voices:
    """The voices of this box.

    Raises:
        ImportError: neither Open JTalk nor espeak-ng is installed.
    """

    def __init__(self) -> None:
        self._japanese, self.name = _japanese()
        self._english = _espeak("en")

    def rendered(self, text: str, speed: float = 1.0, pitch: float = 0.0) -> Iterator[bytes]:
        """PCM of one sentence in the voice of its language."""
        is_foreign = self._english is not None and is_english(text)
        voice = self._english if is_foreign and self._english else self._japanese
        return voice.rendered(text, speed, pitch)


class KanaVoice:
    """espeak-ng with the reviewed readings: every row of the phrasebook, and names from their kana.

    Args:
        espeak: its Japanese.
    """

    def __init__(self, espeak: OneVoice) -> None:
        self._espeak = espeak

    def rendered(self, text: str, speed: float = 1.0, pitch: float = 0.0) -> Iterator[bytes]:
        """PCM of one sentence; VoiceBroken where a word has no reading."""
        return self._espeak.rendered(kana_of(text), speed, pitch)


def kana_of(sentence: str) -> str:
    """The reviewed reading of a sentence of the phrasebook; any other is returned as it is."""
    for pattern, reading in _patterns():
        if match := pattern.fullmatch(sentence):
            values = match.groupdict()
            return "".join(
                literal + (values[slot] if slot else "")
                for literal, slot, _ in Template.parse(reading).parts
            )
    return sentence


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_pattern(Template.parse(each.heard))), each.reading)
        for each in load_readings().values()
        if any(literal.strip("、。 ") for literal, _, _ in Template.parse(each.heard).parts)
    )


def _pattern(heard: Template) -> str:
    return "".join(
        re.escape(literal) + (f"(?P<{slot}>.+?)" if slot else "")
        for literal, slot, _ in heard.parts
    )


def _japanese() -> tuple[OneVoice, str]:
    try:
        from kiosk.voice.openjtalk import DICTIONARY, VOICE, OpenJTalkVoice  # noqa: PLC0415 - may be missing

        return OpenJTalkVoice(), f"{VOICE}.{DICTIONARY}"
    except (ImportError, VoiceBroken) as fault:
        plain = _espeak("ja")
        if plain is None:
            raise ImportError("no voice", name="pyopenjtalk") from fault
        return KanaVoice(plain), "espeak.ja"


def _espeak(language: str) -> EspeakVoice | None:
    try:
        return EspeakVoice(language)
    except VoiceBroken:
        return None
