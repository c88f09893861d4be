"""How each Japanese sentence is read, in kana with the spaces of braille: reviewed, not computed.

One line a sentence in ``readings.tsv``: key, place of the sentence in its row, its heard form, its
reading. The engine is held to it (``tests/phrasebook/test_readings.py``), a braille line is made of
it (``kiosk.phrasebook.felt``), and the plain voice speaks it where the engine is missing. Kana are
spelled as in writing, with the changes of kana braille: は as particle is ワ, a long vowel written
う is ー (docs/braille.md). ``tools/readings.py`` proposes what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk.phrasebook.template import Template

if TYPE_CHECKING:
    from kiosk.phrasebook.book import Phrasebook


class Reading(NamedTuple):
    """One sentence.

    Args:
        key: of the row; an error's is ``K101.message``.
        place: of the sentence in its row, from 0.
        heard: the heard form this reading was reviewed for, slots as ``{name:kind}``.
        reading: katakana, words parted by spaces, the same slots.
    """

    key: str
    place: int
    heard: str
    reading: str

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.key}\t{self.place}\t{self.heard}\t{self.reading}\n"


@cache
def load_readings() -> dict[tuple[str, int], Reading]:
    """Every reading that ships, by key and place."""
    file = Path(__file__).with_name("readings.tsv")
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {
        (key, int(place)): Reading(key, int(place), heard, reading)
        for key, place, heard, reading in rows
    }


def heard_sentences(book: Phrasebook) -> Iterator[tuple[str, int, Template]]:
    """Key, place and heard template of every sentence of a book, errors too."""
    errors = {
        f"{code}.{part}": row for code, parts in book.errors.items() for part, row in parts.items()
    }
    for key, row in {**book.rows, **errors}.items():
        for place, (_, heard) in enumerate(row.sentences):
            yield key, place, heard
