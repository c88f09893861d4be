"""A text in rows of a terminal: broken where a phrase ends, and no row begins with a closing sign.

Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import Enum

_LEAST_LAST = 8
"""Cells of a last row: two lone letters below a sentence are read as something else."""
_NEVER_FIRST = frozenset(
    "、。，．・：；？！」』）］｝〉》】〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
)
_PARTICLES = frozenset("をにでがはのともへて")
_GOOD_END = frozenset("、。：　 ")


class Where(Enum):
    """Which ends a row may have.

    WELL: after a stop, else after a particle. FULL: after either, whichever leaves less room.
    ANYWHERE: between any two letters; the last resort.
    """

    WELL = "well"
    FULL = "full"
    ANYWHERE = "anywhere"


def width(text: str) -> int:
    """Cells a text takes: two for wide and full-width characters, none for combining ones."""
    return sum(_cells(each) for each in text)


def wrap(text: str, columns: int) -> list[str]:
    """Break a text; no row begins with a closing sign, and a phrase's end is a good place."""
    rows = broken(text, columns)
    for narrower in range(columns - 1, columns * 2 // 3, -1):
        if len(rows) == 1 or width(rows[-1]) >= _LEAST_LAST:
            break
        again = broken(text, narrower)
        if len(again) > len(rows):
            break
        rows = again
    return rows


def broken(text: str, columns: int, where: Where = Where.WELL) -> list[str]:
    """As ``wrap``, each row as full as it can be."""
    rows: list[str] = []
    row = ""
    for token in _tokens(text):
        if row and width(row + token) > columns:
            done, row = _broken(row, token, where)
            rows.append(done)
        row += token if row else token.lstrip()
        while width(row) > columns:
            head = _fits(row, columns)
            rows.append(head)
            row = row[len(head) :]
    return [*rows, row.rstrip()]


def _tokens(text: str) -> Iterator[str]:
    """Words of Latin script whole, with the space before them; everything else one by one."""
    token = ""
    for each in text:
        is_latin = _cells(each) == 1 and each != " "
        if token and not (is_latin and token.strip(" ").isascii()):
            yield token
            token = ""
        token += each
    if token:
        yield token


def _broken(row: str, token: str, where: Where) -> tuple[str, str]:
    """The row to end, and what the next begins with, before ``token``."""
    following = row + token
    cut = len(row)
    for is_end in _ENDS[where]:
        ends = [at for at in range(1, len(row) + 1) if is_end(following, at)]
        if ends and ends[-1] * 3 > len(row):
            cut = ends[-1]
            break
    while cut > 1 and following[cut] in _NEVER_FIRST:
        cut -= 1
    return row[:cut].rstrip(), row[cut:].lstrip()


def _ends_phrase(text: str, at: int) -> bool:
    return text[at] == " " or (text[at - 1] in _GOOD_END and text[at] not in _NEVER_FIRST)


def _ends_word(text: str, at: int) -> bool:
    """A particle, and then a word written otherwise: 手続きが|要ります, 読み取り機に|置いて."""
    return text[at - 1] in _PARTICLES and (text[at] in "「（" or _is_kanji_or_katakana(text[at]))


def _ends_either(text: str, at: int) -> bool:
    return _ends_phrase(text, at) or _ends_word(text, at)


_ENDS: Mapping[Where, tuple[Callable[[str, int], bool], ...]] = {
    Where.WELL: (_ends_phrase, _ends_word),
    Where.FULL: (_ends_either,),
    Where.ANYWHERE: (),
}


def _is_kanji_or_katakana(character: str) -> bool:
    name = unicodedata.name(character, "")
    return name.startswith(("CJK UNIFIED", "KATAKANA LETTER"))


def _fits(row: str, columns: int) -> str:
    at = len(row)
    while at > 1 and width(row[:at]) > columns:
        at -= 1
    return row[:at]


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
