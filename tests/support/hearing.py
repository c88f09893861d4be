"""What a program that is not ours hears of a sound, and all there is to say."""

from __future__ import annotations

import re
import subprocess

from kiosk.phrasebook import Phrasebook

RATE = 48_000
_NAMES = {"ja": "ヤマダ", "en": "Yamada"}


def assert_sox_hears(pcm: bytes, text: str) -> None:
    """Sound, a plausible length and no clipping, by a program that is not ours."""
    sox = ["sox", "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(RATE), "-"]
    done = subprocess.run([*sox, "-n", "stat"], input=pcm, capture_output=True, check=True)
    stat = dict(re.findall(rb"^([A-Z][\w ()]+?)\s*:\s+([-\d.]+)", done.stderr, re.MULTILINE))
    assert 0.03 * len(text) < float(stat[b"Length (seconds)"]) < 1.0 + 0.5 * len(text), text
    assert float(stat[b"RMS     amplitude"]) > 0.03, text
    assert -0.98 < float(stat[b"Minimum amplitude"]) < float(stat[b"Maximum amplitude"]) < 0.98


def heard_rows(language: str) -> list[str]:
    """The fixed words of every row, errors too, a name in each slot."""
    book = Phrasebook.load(language)
    rows = [*book.rows.values(), *(row for parts in book.errors.values() for row in parts.values())]
    return [
        "".join(literal + (_NAMES[language] if slot else "") for literal, slot, _ in heard.parts)
        for row in rows
        for _, heard in row.sentences
    ]
