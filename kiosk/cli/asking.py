"""Questions at a terminal, line by line: numbered choices, words, secrets that are not shown.

Nothing but lines: no escape, no cursor, no colour, so that a screen reader, a braille line and a
pipe get the same. Questions go to standard error; standard output is the answer of the command.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kiosk.domain.text import half_width
from kiosk.line.keyboard import Keyboard
from kiosk.line.show import show
from kiosk.phrasebook import Key, Phrasebook, SetupPhrase, Utterance


class NobodyAnswers(click.UsageError):
    """Standard input has ended before a question was answered."""


class WentBack(Exception):
    """Whoever was asked wants the question before once more; of a terminal this never comes."""


class Asker:
    """Asks whoever sits before the command.

    Args:
        book: the language.
    """

    has_terminal = True
    """Other programs (nmcli) can ask there as well."""

    def __init__(self, book: Phrasebook) -> None:
        self.book = book
        self.is_simulated = False

    def say(self, phrase: Key, **values: object) -> None:
        """One phrase."""
        self.tell([self.book.say(phrase, **values)])

    def tell(self, utterances: Sequence[Utterance]) -> None:
        """Several, under the mark where it is due."""
        marked = self.book.simulated_block(utterances) if self.is_simulated else utterances
        show(marked, sys.stderr)

    def choose(self, *choices: SetupPhrase) -> int:
        """The place of the choice, from 0; asked again until it is one.

        Raises:
            NobodyAnswers: standard input has ended.
        """
        for number, choice in enumerate(choices, start=1):
            what = self.book.say(choice).read
            self.say(SetupPhrase.CHOICE, number=number, what=what)
        while True:
            self.say(SetupPhrase.CHOOSE)
            typed = half_width(_line()).strip()
            if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= len(choices):
                return int(typed) - 1
            self.say(SetupPhrase.NOT_A_CHOICE)

    def text(self, question: Key) -> str:
        """A line of text, half width; NobodyAnswers as above."""
        self.say(question)
        return half_width(_line()).strip()

    def path(self, question: Key) -> str:
        """A line as it was typed, for names of files; NobodyAnswers as above."""
        self.say(question)
        return _line().strip()

    def file(self, question: Key, ending: str) -> Path | None:
        """A file that is named, or None for an empty line; NobodyAnswers as above.

        Args:
            question: which.
            ending: of its name, e.g. ".pdf", for who looks for it.
        """
        del ending  # a person who types a path knows the file
        typed = self.path(question)
        return Path(typed) if typed else None

    def secret(self, question: Key) -> str:
        """A line that a terminal does not show; NobodyAnswers as above."""
        with Keyboard(sys.stdin) as keyboard:
            keyboard.hide()
            self.say(question)
            return _line()


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise NobodyAnswers("standard input ended before this was answered; run it again")
    return line.rstrip("\r\n")
