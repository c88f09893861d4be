"""A result walked through by ear: line by line, each digit by digit or kana by kana. Pure.

For somebody who writes numbers down: any line again, and inside a line one sign at a time. A name
is spelled kana by kana, a number digit by digit; the rest stays whole. Source: JOURNEYS C3,
Section 508 402.2.4.
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
    """

    lines: tuple[Line, ...]
    row: int = 0
    sign: int | None = None

    @classmethod
    def through(cls, lines: Sequence[Line]) -> Walk:
        """From the first line; ValueError when there is none."""
        if not lines:
            raise ValueError("nothing to walk through")
        return cls(tuple(lines))

    def step(self, step: Step) -> Walk:
        """One step on; at either end of the list or of a line one stays, and hears it again."""
        match step:
            case Step.DOWN:
                return replace(self, row=min(self.row + 1, len(self.lines) - 1), sign=None)
            case Step.UP:
                return replace(self, row=max(self.row - 1, 0), sign=None)
            case Step.NEXT_SIGN:
                return self._at_sign(-1 if self.sign is None else self.sign, 1)
            case Step.LAST_SIGN:
                return self._at_sign(1 if self.sign is None else self.sign, -1)
            case Step.AGAIN:
                return self

    @property
    def is_at_end(self) -> bool:
        """There is no line below."""
        return self.row == len(self.lines) - 1

    def said(self, book: Phrasebook) -> Utterance:
        """What is heard here: the line, or one sign of it with its place."""
        line = self.lines[self.row]
        if self.sign is None:
            return line.whole
        said = book.say(Phrase.WALK_SIGN, place=self.sign + 1, sign=line.signs[self.sign])
        return replace(said, is_private=line.whole.is_private)

    def _at_sign(self, sign: int, by: int) -> Walk:
        count = len(self.lines[self.row].signs)
        return replace(self, sign=min(max(sign + by, 0), count - 1) if count else None)
