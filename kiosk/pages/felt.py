"""A page under the fingers: its lines in braille, and the window of a display that moves over them.

Pure: the display itself is ``kiosk.voice.braille``. A line is a fact, as in line mode; where it is
longer than the display it is cut at its blanks, never inside a word that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from kiosk.domain import english_braille
from kiosk.domain.braille import BLANK, cells, folded
from kiosk.errors import VoiceError
from kiosk.pages.keys import Action, Press
from kiosk.pages.page import Page
from kiosk.phrasebook import Phrasebook, Sentence, Utterance

_ENTRY = "⠿"
_CODES = {"ja": cells, "en": english_braille.cells}


class Move(StrEnum):
    """What the keys of a display ask for."""

    ON = "on"
    """The next part of the line; after the last, the next line."""
    BACK = "back"
    DOWN = "down"
    UP = "up"
    TOP = "top"


def felt_lines(page: Page, book: Phrasebook, *, is_simulated: bool) -> tuple[str, ...]:
    """A page in braille, a fact a line, in the order in which it is said; the mark 模擬 first.

    A secret being typed is one full cell a digit: how many, never which.
    """
    block: list[Utterance] = list(page.said)
    if is_simulated:
        block[0] = book.simulated(block[0])
    entry = (_ENTRY * page.entry.count,) if page.entry and page.entry.count else ()
    title, *rest = facts(block, book)
    return (title, *entry, *rest)


def facts(utterances: Iterable[Utterance], book: Phrasebook) -> Iterable[str]:
    """Sentences in the braille of their language, a line each."""
    code = _CODES[book.language]
    return (code(_felt(each)) for utterance in utterances for each in utterance.sentences)


def _felt(sentence: Sentence) -> str:
    return sentence.felt or sentence.heard


@dataclass(frozen=True, slots=True, repr=False)
class FeltWindow:
    """What is under the fingers; its cells stay out of ``repr``, they may be a patient's.

    Args:
        width: cells of the display.
        lines: of the page.
        row: the line.
        part: of the line.
    """

    width: int
    lines: tuple[str, ...] = ()
    row: int = 0
    part: int = 0

    @property
    def text(self) -> str:
        """Exactly ``width`` cells."""
        return self._parts(self.row)[self.part].ljust(self.width, BLANK)

    def show(self, lines: tuple[str, ...]) -> FeltWindow:
        """Another page, from its top; where only what is below changed, the fingers stay."""
        if lines == self.lines:
            return self
        kept = self.row < len(lines) and lines[: self.row + 1] == self.lines[: self.row + 1]
        return replace(self, lines=lines) if kept else FeltWindow(self.width, lines)

    def move(self, move: Move) -> FeltWindow:
        """Where a key leads; at either end of the page, nowhere."""
        match move:
            case Move.TOP:
                return replace(self, row=0, part=0)
            case Move.ON if self.part + 1 < len(self._parts(self.row)):
                return replace(self, part=self.part + 1)
            case Move.ON | Move.DOWN:
                return self._at(self.row + 1)
            case Move.BACK if self.part:
                return replace(self, part=self.part - 1)
            case Move.BACK if self.row:
                return replace(self, row=self.row - 1, part=len(self._parts(self.row - 1)) - 1)
            case _:
                return self._at(self.row - 1)

    def _at(self, row: int) -> FeltWindow:
        return replace(self, row=row, part=0) if 0 <= row < len(self.lines) else self

    def _parts(self, row: int) -> tuple[str, ...]:
        return folded(self.lines[row], self.width) if self.lines else ("",)


class Display(Protocol):
    """A braille display; no call blocks or raises."""

    def write(self, cells: str) -> None:
        """What is to be felt."""

    def close(self) -> None:
        """Let go of it."""


Told = str | int | VoiceError | None
"""Of a display: a key, how many cells it has, what is wrong with it, or that it is well."""
StartDisplay = Callable[[Callable[[Told], None]], Display]

_MOVES = frozenset(Move)
_TYPED = {"help": Action.HELP, "enter": Action.ENTER, "backspace": Action.BACK}


class Fingers:
    """Somebody's fingers on a display: it shows where they are on the page, and takes its keys.

    Args:
        display: where the cells go.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._window = FeltWindow(0)
        self._lines: tuple[str, ...] = ()

    def show(self, lines: tuple[str, ...]) -> None:
        """A page; nothing is written before a display has told its width."""
        self._lines = lines
        if self._window.width:
            self._window = self._window.show(lines)
            self._display.write(self._window.text)

    def has_cells(self, width: int) -> None:
        """A display is there."""
        self._window = FeltWindow(width)
        self.show(self._lines)

    def key(self, name: str) -> Press | None:
        """A key of the display: it moves the window, or is one of the kiosk's own."""
        if name in _MOVES:
            self._window = self._window.move(Move(name))
            self._display.write(self._window.text)
            return None
        if name.isdecimal():
            return Press(Action.DIGIT, name)
        return Press(_TYPED.get(name, Action.OTHER))
