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

import numpy as np
import pyopenjtalk
from numpy.typing import NDArray
from pyopenjtalk.openjtalk import OpenJTalk, mecab_dict_index

from kiosk.ports.voice import VoiceBroken
from kiosk.voice.terms import TERMS

SAMPLE_RATE = 48_000
"""Hz; what the voice Mei was recorded at."""
VOICE = "openjtalk.mei"

_LOUDEST = 29_000.0
_AUDIBLE = 100.0
_LEAD_IN = SAMPLE_RATE // 100


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

    def render(self, text: str, speed: float = 1.0) -> bytes:
        """Sound of one sentence: 16-bit little-endian PCM, mono, 48 kHz; b"" when it has none.

        Args:
            text: one sentence.
            speed: 1.0 = as recorded; 2.0 = twice as fast.
        """
        labels = pyopenjtalk.extract_fullcontext(
            text, use_sudachi_kanji_yomi=False, predict_nani=False, jtalk=self._reader
        )
        wave, _rate = pyopenjtalk.synthesize(labels, speed)
        return _pcm(_without_lead_in(wave))


def louder(pcm: bytes, volume: float) -> bytes:
    """The same sound at a volume of 0.0 (silence) to 1.0 (unchanged)."""
    if volume >= 1.0:
        return pcm
    wave = np.frombuffer(pcm, dtype="<i2") * max(volume, 0.0)
    return bytes(wave.astype("<i2").tobytes())


def _without_lead_in(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 10 ms before the first sound: the engine's own pause would delay every answer."""
    audible = np.flatnonzero(np.abs(wave) > _AUDIBLE)
    return wave[max(int(audible[0]) - _LEAD_IN, 0) :] if audible.size else wave[:0]


def _pcm(wave: NDArray[np.float64]) -> bytes:
    """Peaks of the engine exceed 16 bits: scaled before the cast, or they would turn to noise."""
    peak = float(np.abs(wave).max(initial=0.0))
    scaled = wave * min(1.0, _LOUDEST / peak) if peak else wave
    return bytes(scaled.astype("<i2").tobytes())


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
