"""What a program that is not ours hears of a sound, and all there is to say."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from kiosk.phrasebook import Phrasebook

RATE = 48_000
_NAMES = {"ja": "ヤマダ", "en": "Yamada"}
_ROOT = Path(__file__).parents[2]
_SAYS = ("espeak", "labels", "openjtalk", "pcm", "terms", "voices", "words")
"""Of ``kiosk.voice``: where one of these has changed, every row sounds anew."""


def assert_sox_hears(pcm: bytes, text: str) -> None:
    """Sound, a plausible length and no clipping, by a program that is not ours."""
    sox = ["sox", "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(RATE), "-"]
    done = subprocess.run([*sox, "-n", "stat"], input=pcm, capture_output=True, check=True)
    stat = dict(re.findall(rb"^([A-Z][\w ()]+?)\s*:\s+([-\d.]+)", done.stderr, re.MULTILINE))
    assert 0.03 * len(text) < float(stat[b"Length (seconds)"]) < 1.0 + 0.5 * len(text), text
    assert float(stat[b"RMS     amplitude"]) > 0.03, text
    assert -0.98 < float(stat[b"Minimum amplitude"]) < float(stat[b"Maximum amplitude"]) < 0.98


def heard_rows(language: str, since: str = "") -> list[str]:
    """The fixed words of every row, errors too, a name in each slot.

    Args:
        language: "ja" or "en".
        since: a commit at which all rows were heard: only those it says otherwise or not at all;
            "" = every row. Every row, too, where what makes the sound has changed since.
    """
    if not since or _sounds_otherwise(since):
        return _rows(Phrasebook.load(language))
    return rows_beyond(language, _git("show", f"{since}:kiosk/phrasebook/{language}.toml"))


def rows_beyond(language: str, written: str) -> list[str]:
    """What the phrasebook says that one written as TOML does not."""
    heard = set(_rows(Phrasebook(language, tomllib.loads(written))))
    return [row for row in _rows(Phrasebook.load(language)) if row not in heard]


def _rows(book: Phrasebook) -> list[str]:
    name = _NAMES[book.language]
    rows = [*book.rows.values(), *(row for parts in book.errors.values() for row in parts.values())]
    return [
        "".join(literal + (name if slot else "") for literal, slot, _ in heard.parts)
        for row in rows
        for _, heard in row.sentences
    ]


def _sounds_otherwise(since: str) -> bool:
    files = [f"kiosk/voice/{name}.py" for name in _SAYS]
    engine = re.compile(r'name = "pyopenjtalk-plus"\nversion = "(.+)"')
    is_same = engine.findall(_git("show", f"{since}:uv.lock")) == engine.findall(
        (_ROOT / "uv.lock").read_text("utf-8")
    )
    return not is_same or bool(_git("diff", "--name-only", since, "--", *files))


def _git(*arguments: str) -> str:
    git = ["git", "-C", str(_ROOT), *arguments]
    return subprocess.run(git, capture_output=True, check=True).stdout.decode("utf-8")
