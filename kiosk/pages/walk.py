"""A result walked through by ear: line by line, each digit by digit or kana by kana. Pure.

For somebody who writes numbers down: any line again, and inside a line one sign at a time. A name
is spelled kana by kana, and each kana by a word that begins with it where it was not understood; a
number digit by digit; the rest stays whole. Source: JOURNEYS C3, Section 508 402.2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.text import full_width_kana
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.kana import SMALL_KANA


class Step(StrEnum):
    """Where to go."""

    DOWN = "down"
    UP = "up"
    NEXT_SIGN = "next_sign"
    LAST_SIGN = "last_sign"
    AGAIN = "again"
    PHONETIC = "phonetic"


STEPS = {
    "8": Step.DOWN,
    "2": Step.UP,
    "6": Step.NEXT_SIGN,
    "4": Step.LAST_SIGN,
    "3": Step.PHONETIC,
    "5": Step.AGAIN,
}
"""By the digit that takes one there."""


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One line of a result; its words stay out of ``repr``.

    Args:
        whole: as it is said at once.
        spelled: what of it can be spelled: a number, a symbol, a name in kana; "" = nothing.
    """

    whole: Utterance
    spelled: str = ""

    @property
    def signs(self) -> tuple[str, ...]:
        """Digits, letters and kana one by one; a small kana stays with the one before it."""
        signs: list[str] = []
        for each in full_width_kana(self.spelled):
            if each in SMALL_KANA and signs:
                signs[-1] += each
            elif not each.isspace():
                signs.append(each)
        return tuple(signs)


@dataclass(frozen=True, slots=True, repr=False)
class Walk:
    """Where somebody is in a list of lines.

    Args:
        lines: at least one.
        row: the line.
        sign: of the line, from 0; None = the line as a whole.
        is_phonetic: the sign is said by a word that begins with it.
    """

    lines: tuple[Line, ...]
    row: int = 0
    sign: int | None = None
    is_phonetic: bool = False

    @classmethod
    def through(cls, lines: Sequence[Line]) -> Walk:
        """From the first line; ValueError when there is none."""
        if not lines:
            raise ValueError("nothing to walk through")
        return cls(tuple(lines))

    def step(self, step: Step) -> Walk | None:
        """One step on; None where there is nothing in that direction."""
        match step:
            case Step.DOWN:
                return self._at_row(self.row + 1)
            case Step.UP:
                return self._at_row(self.row - 1)
            case Step.NEXT_SIGN:
                return self._at_sign(0 if self.sign is None else self.sign + 1)
            case Step.LAST_SIGN:
                return self._at_sign(0 if self.sign is None else self.sign - 1)
            case Step.PHONETIC:
                return self._at_sign(self.sign or 0, is_phonetic=True)
            case Step.AGAIN:
                return replace(self, sign=None, is_phonetic=False)

    def said(self, book: Phrasebook) -> Utterance:
        """What is heard here: the line, or one sign of it."""
        line = self.lines[self.row]
        if self.sign is None:
            return line.whole
        phrase = Phrase.WALK_PHONETIC if self.is_phonetic else Phrase.WALK_SIGN
        said = book.say(phrase, sign=line.signs[self.sign])
        return replace(said, is_private=line.whole.is_private)

    def _at_row(self, row: int) -> Walk | None:
        return Walk(self.lines, row) if 0 <= row < len(self.lines) else None

    def _at_sign(self, sign: int, *, is_phonetic: bool = False) -> Walk | None:
        is_there = 0 <= sign < len(self.lines[self.row].signs)
        return replace(self, sign=sign, is_phonetic=is_phonetic) if is_there else None
