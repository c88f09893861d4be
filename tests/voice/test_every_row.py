"""Every row of the phrasebook, by the real engine, heard by sox: sound, length, no clipping.

With ``MADOGUCHI_HEARD_AT=COMMIT`` only the rows that were not heard at that commit.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

import pytest

from kiosk.phrasebook.book import source_of
from kiosk.voice.words import sentences
from tests.support.hearing import assert_sox_hears, heard_rows, rows_beyond

pytest.importorskip("numpy", reason="the voice extra is not installed")

from kiosk.voice.voices import Voices

NEEDED = ("sox", "espeak-ng")
EVERY = 90
PARTS = 8
"""Of all rows; each has its own time."""
HEARD_AT = os.environ.get("MADOGUCHI_HEARD_AT", "")

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason="sox or espeak-ng is not installed"
)


@pytest.fixture(scope="module")
def voices() -> Voices:
    """Mei and espeak-ng, as the box has them."""
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    return Voices()


def listen(voices: Voices, rows: Sequence[str]) -> int:
    """Have rows said and listened to; how many pieces there were."""
    pieces = [piece for row in rows for piece in sentences(row)]
    for piece in pieces:
        assert_sox_hears(b"".join(voices.rendered(piece)), piece)
    return len(pieces)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_row_now_and_then_can_be_heard(voices: Voices, language: str) -> None:
    rows = heard_rows(language)[::EVERY]
    assert listen(voices, rows) >= len(rows) > 10


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_row_can_be_heard(voices: Voices, language: str, part: int) -> None:
    rows = heard_rows(language, HEARD_AT)[part::PARTS]
    assert listen(voices, rows) >= len(rows)
    assert HEARD_AT or len(rows) > 900 // PARTS


def test_a_row_that_was_said_otherwise_is_heard_anew() -> None:
    written = source_of("ja").read_text("utf-8")
    assert rows_beyond("ja", written) == []
    before = written.replace('heard = "設定が終わりました。"', 'heard = "設定はおわりです。"')
    assert before != written
    assert rows_beyond("ja", before) == ["設定が終わりました。"]
