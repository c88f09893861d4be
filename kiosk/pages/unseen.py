"""Digits that are counted and never shown: a passcode, a code of the minute."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Inside, Leaf
from kiosk.pages.page import Kind, Masked, Page
from kiosk.phrasebook import Phrase, Utterance

MOST_DIGITS = 32


class Unseen(Leaf):
    """Somebody types a secret; 決定 sends it.

    Args:
        inside: the session.
    """

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._digits = ""

    @property
    @abstractmethod
    def page(self) -> Page:
        """As ``Leaf``."""

    @property
    def _needs_none(self) -> bool:
        """決定 alone sends, too."""
        return False

    @abstractmethod
    def _send(self, typed: str) -> None:
        """決定 was pressed."""

    @property
    def _entry(self) -> Masked:
        return Masked(len(self._digits))

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is Action.DIGIT and len(self._digits) < MOST_DIGITS:
            self._digits += press.digit
            self.inside.tick()
            self._count()
        elif press.action is Action.ENTER and (self._digits or self._needs_none):
            typed, self._digits = self._digits, ""
            self._send(typed)
        else:
            self.inside.say(*self.page.said)

    def back(self) -> bool:
        """As ``Leaf``: a digit is deleted."""
        was_typed = bool(self._digits)
        self._digits = self._digits[:-1]
        if was_typed:
            self._count()
        return was_typed

    def _count(self) -> None:
        self.inside.note(self.book.say(Phrase.SCREEN_TYPED, count=len(self._digits)))


class Asked(Unseen):
    """A secret that a step of the staff's needs.

    Args:
        inside: the session.
        title: of the step.
        how: what to type.
        send: takes what was typed.
    """

    kind = Kind.UNSEEN

    def __init__(
        self, inside: Inside, title: Phrase, how: tuple[Phrase, ...], send: Callable[[str], None]
    ) -> None:
        super().__init__(inside)
        self._title, self._how, self._take = title, how, send

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        lines: tuple[Utterance, ...] = self.say(*self._how)
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        title = self.book.say(self._title)
        return Page(self.kind, title, lines, choices=leave, entry=self._entry)

    def _send(self, typed: str) -> None:
        self._take(typed)
