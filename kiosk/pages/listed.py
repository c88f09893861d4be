"""A list of which one item is shown at a time: 8 and 2 walk. Nothing of a patient is in it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Leaf
from kiosk.pages.page import Page
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Utterance

_STEPS = {"8": 1, "2": -1}


class Listed(Leaf):
    """Asks the desk for a document and walks through what is in it.

    Args:
        inside: the session.
    """

    query: ClassVar[str]

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self.about: Mapping[str, Any] = {}
        """Parameters of the query."""
        self._items: Sequence[tuple[Utterance, ...]] | None = None
        self._at = 0

    @abstractmethod
    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """What is in the document, at least one; what it raises of MALFORMED is told as K314."""

    def opened(self) -> None:
        """As ``Leaf``: it asks anew."""
        self._items = None
        self.inside.say(self.page.title)
        self.inside.ask(self.query, self.about, self._known)

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._items is None

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        title, leave = self.book.say(TITLES[self.kind]), self.say(Phrase.SCREEN_CHOICE_BACK)
        if self._items is None:
            return Page(self.kind, title, self.say(Phrase.SCREEN_WAIT), choices=leave)
        count = len(self._items)
        place = self.book.say(Phrase.SEARCH_PLACE, count=count, position=self._at + 1)
        lines = (place, *self._items[self._at])
        choices = (*self.say(Phrase.MATTER_WALK), *leave)
        return Page(self.kind, title, lines, choices=choices, digits="28")

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is not Action.DIGIT or self._items is None:
            self.inside.say(*self.page.said)
        elif press.digit not in _STEPS:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        else:
            self._walk(_STEPS[press.digit], self._items)

    def _walk(self, step: int, items: Sequence[tuple[Utterance, ...]]) -> None:
        if 0 <= self._at + step < len(items):
            self._at += step
            self.inside.say(*items[self._at])
        else:
            edge = Phrase.SEARCH_FIRST if step < 0 else Phrase.SEARCH_LAST
            self.inside.note(self.book.say(edge))

    def _known(self, document: Document) -> None:
        items = self.items(document)
        self._at = min(self._at, len(items) - 1)
        self._items = items
        self.inside.say(*self.page.said)
