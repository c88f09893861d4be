"""Values of slots that are more than a number, and how foreign text is made safe to show."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from kiosk.domain.text import REPLACEMENT


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as the answer has it.

    Args:
        written: 氏名, for reading; None = absent.
        kana: its reading, any width; None = absent. A name is spoken from it, never from kanji.
    """

    written: str | None = field(repr=False)
    kana: str | None = field(repr=False)


def showable(text: str) -> str:
    """Text from outside without anything that could move a cursor or break a line.

    Control characters, lone surrogates and characters without an assigned shape become ●, which
    is how the service marks what it could not represent; invisible format characters go.
    """
    return "".join(_showable(character) for character in text)


def _showable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return REPLACEMENT if category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} else character
