"""Text to sound with Open JTalk and the voice Mei. The only module that knows pyopenjtalk.

Everything stays in memory: the user dictionary is built into a memory file, sound is returned as
bytes. Sudachi's correction of readings is left off: it changes no row of the phrasebook, misreads
後療料, and would load a 193 MB dictionary. Source: facts SCREEN_AND_VOICE, Speech.

The voice "Mei" is © 2009-2018 Nagoya Institute of Technology, Department of Computer Science,
released by the MMDAgent Project Team under Creative Commons BY 3.0.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
import pyopenjtalk
from numpy.typing import NDArray
from pyopenjtalk.openjtalk import OpenJTalk, mecab_dict_index
from pyopenjtalk.types import NJDFeature

from kiosk.ports.voice import VoiceBroken
from kiosk.voice.labels import parts
from kiosk.voice.pcm import pcm_of
from kiosk.voice.player import SAMPLE_RATE
from kiosk.voice.terms import TERMS

VOICE = "openjtalk.mei"
DICTIONARY = hash(TERMS)
"""Which user dictionary a cached sound was made with."""

_AUDIBLE = 100.0
_LEAD_IN = SAMPLE_RATE // 100


@dataclass(frozen=True, slots=True)
class Morpheme:
    """One word as the engine takes a sentence apart.

    Args:
        word: as it stands in the text.
        kana: as it is written in kana braille: は as particle is ワ, a long vowel written う is ー.
        kind: part of speech, 品詞.
        group: its subdivision, 品詞細分類1.
        moras: how long it is.
    """

    word: str
    kana: str
    kind: str
    group: str
    moras: int


class OpenJTalkVoice:
    """The voice Mei with the words of the field; loading takes about a second.

    Raises:
        VoiceBroken: the dictionary of the field's words cannot be built.
    """

    def __init__(self) -> None:
        with _user_dictionary() as path:
            self._reader = OpenJTalk(
                dn_mecab=pyopenjtalk.OPEN_JTALK_DICT_DIR,
                userdic=path,
                userdic_reading_protection=[True],
            )

    def kana(self, text: str) -> str:
        """How the text is pronounced, in katakana with ー for long vowels; は as particle is ワ."""
        kana = pyopenjtalk.g2p(
            text, kana=True, use_sudachi_kanji_yomi=False, predict_nani=False, jtalk=self._reader
        )
        return kana if isinstance(kana, str) else "".join(kana)

    def morphemes(self, text: str) -> list[Morpheme]:
        """The words of a sentence."""
        features = pyopenjtalk.run_frontend(
            text, use_sudachi_kanji_yomi=False, predict_nani=False, jtalk=self._reader
        )
        return [
            Morpheme(
                each["string"], _kana(each), each["pos"], each["pos_group1"], each["mora_size"]
            )
            for each in features
        ]

    def render(self, text: str, speed: float = 1.0, pitch: float = 0.0) -> bytes:
        """The whole sound of one sentence; see ``rendered``."""
        return b"".join(self.rendered(text, speed, pitch))

    def rendered(self, text: str, speed: float = 1.0, pitch: float = 0.0) -> Iterator[bytes]:
        """Sound of one sentence as it is made: the first part is short, so that it comes early.

        16-bit little-endian PCM, mono, 48 kHz; nothing when the sentence has no sound.

        Args:
            text: one sentence.
            speed: 1.0 = as recorded; 2.0 = twice as fast.
            pitch: half tones above the recorded voice; negative = below.
        """
        labels = pyopenjtalk.extract_fullcontext(
            text, use_sudachi_kanji_yomi=False, predict_nani=False, jtalk=self._reader
        )
        for place, part in enumerate(parts(labels)):
            wave, _rate = pyopenjtalk.synthesize(part, speed, pitch)
            yield pcm_of(wave if place else _without_lead_in(wave))


def _kana(feature: NJDFeature) -> str:
    """The reading with what kana braille writes as it is pronounced."""
    read, said = feature["read"], feature["pron"].replace("’", "")
    if feature["pos"] == "助詞" and read in {"ハ", "ヘ"}:
        return said
    if len(read) != len(said):
        return read
    kana = "".join("ー" if r == "ウ" and s == "ー" else r for r, s in zip(read, said, strict=True))
    return kana[:-1] + read[-1:] if feature["pos"] == "動詞" else kana


def _without_lead_in(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 10 ms before the first sound: the engine's own pause would delay every answer."""
    audible = np.flatnonzero(np.abs(wave) > _AUDIBLE)
    return wave[max(int(audible[0]) - _LEAD_IN, 0) :] if audible.size else wave[:0]


@contextmanager
def _user_dictionary() -> Iterator[bytes]:
    """Path of the compiled user dictionary, in memory; valid while it is being loaded."""
    with ExitStack() as stack:
        source, compiled = os.memfd_create("terms"), os.memfd_create("dictionary")
        stack.callback(os.close, source)
        stack.callback(os.close, compiled)
        os.write(source, "".join(term.row for term in TERMS).encode())
        paths = [f"/proc/self/fd/{each}".encode() for each in (source, compiled)]
        if mecab_dict_index(pyopenjtalk.OPEN_JTALK_DICT_DIR, *paths):
            raise VoiceBroken("the user dictionary cannot be built")
        yield paths[1]
