"""espeak-ng: English, and kana where Open JTalk is missing. The text goes in by a pipe, never argv.

Its Japanese knows no kanji and says は as "ha" (facts SCREEN_AND_VOICE, Speech): it is given kana,
from the reviewed readings, and a sentence that has none is left unsaid rather than garbled.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import wave
from collections.abc import Iterator

from kiosk.ports.voice import VoiceBroken
from kiosk.voice.pcm import at_rate
from kiosk.voice.player import SAMPLE_RATE

_WORDS_A_MINUTE = 150
_PITCH, _PITCH_STEP = 50, 4
_AMPLITUDE = 80
"""At its usual 100 a sentence now and then comes to the end of 16 bits; this leaves room."""
_PATIENCE_S = 10.0
_KANJI = re.compile(r"[\u3400-\u9fff々]")


class EspeakVoice:
    """One language of espeak-ng; every sentence is a process of its own, 20 to 50 ms.

    Args:
        language: "ja" or "en".

    Raises:
        VoiceBroken: espeak-ng is not installed.
    """

    def __init__(self, language: str) -> None:
        program = shutil.which("espeak-ng")
        if program is None:
            raise VoiceBroken("espeak-ng is not installed")
        self._program = program
        self._language = language

    def rendered(self, text: str, speed: float = 1.0, pitch: float = 0.0) -> Iterator[bytes]:
        """Sound of one sentence, whole; as ``OpenJTalkVoice.rendered``.

        Raises:
            VoiceBroken: it did not answer, or what it has to say is in kanji.
        """
        if self._language == "ja" and _KANJI.search(text):
            raise VoiceBroken("no reading of this sentence")
        height = min(max(round(_PITCH + _PITCH_STEP * pitch), 0), 99)
        words = str(round(_WORDS_A_MINUTE * speed))
        how = ("-v", self._language, "-a", str(_AMPLITUDE), "-s", words, "-p", str(height))
        try:
            done = subprocess.run(  # noqa: S603 - the program found on PATH, the text in a pipe
                [self._program, *how, "--stdin", "--stdout"],
                input=text.encode(), capture_output=True, timeout=_PATIENCE_S, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            # Not chained: the error of a subprocess quotes its output.
            raise VoiceBroken("espeak-ng did not answer") from None
        with wave.open(io.BytesIO(done.stdout)) as file:
            yield at_rate(file.readframes(file.getnframes()), file.getframerate(), SAMPLE_RATE)
