"""English braille: UEB in grade 1, uncontracted, as Unicode patterns. Source: docs/braille.md.

What stands in kana among English words, a name, keeps the signs of Japanese braille between the
indicators of another code (UEB 14.3.1); kanji are noted, for nobody knows how they are read.
"""

from __future__ import annotations

import re
import unicodedata

from kiosk.domain import braille

GRADE_1, OTHER_CODE, OTHER_CODE_ENDS = "⠰", "⠘⠷", "⠘⠾"
UNREADABLE = "(kanji)"
"""What is felt where there is a character without a reading."""

_SIGNS = {
    ",": "⠂", ";": "⠆", ":": "⠒", ".": "⠲", "!": "⠖", "?": "⠦", "'": "⠄", "-": "⠤", "–": "⠠⠤",
    "—": "⠠⠤", "(": "⠐⠣", ")": "⠐⠜", "/": "⠸⠌", '"': "⠠⠶", "%": "⠨⠴", "&": "⠈⠯", "@": "⠈⠁",
    "+": "⠐⠖", "=": "⠐⠶", "*": "⠐⠔", "#": "⠸⠹", "_": "⠨⠤", "[": "⠨⠣", "]": "⠨⠜",
    " ": "⠀",
}  # fmt: skip
_IN_NUMBERS = {",": "⠂", ".": "⠲"}
_AS_ASCII = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "−": "-", "‐": "-"})
_KANA = "ァ-ヴー・"
_TOKEN = re.compile(rf"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|[{_KANA}]+|.")
_OTHER = re.compile(rf"[^{_KANA}A-Za-z0-9{re.escape(''.join(_SIGNS))}]+")
_LIKE_DIGITS = frozenset("abcdefghij")


def cells(text: str) -> str:
    """A line of braille: one pattern a cell, a blank for each space.

    Args:
        text: English; kana stand for themselves, a run of anything else is ``UNREADABLE``.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_AS_ASCII)
    plain = "".join(chr(ord(each) + 0x60) if "ぁ" <= each <= "ゖ" else each for each in plain)
    felt, before = "", ""
    for token in _TOKEN.findall(_OTHER.sub(UNREADABLE, plain)):
        felt += _sign(token, before)
        before = token
    return felt


def _sign(token: str, before: str) -> str:
    if token[0].isdigit():
        return braille.NUMBER + "".join(_IN_NUMBERS.get(e) or braille.digit(e) for e in token)
    if token.isascii() and token.isalpha():
        # Right behind a number these letters would be digits (UEB 6.5.1).
        is_digit = before[-1:].isdigit() and token[0] in _LIKE_DIGITS
        return GRADE_1 * is_digit + braille.word(token)
    return _SIGNS.get(token) or f"{OTHER_CODE}{braille.cells(token)}{OTHER_CODE_ENDS}"
