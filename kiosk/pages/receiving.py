"""受付のしかた: who stands by, how people are identified, where they are treated, practice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kiosk.pages.leaf import Document, Inside, Item, Menu
from kiosk.pages.page import Kind
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Utterance

_MANNERS: Mapping[Phrase, Mapping[str, str]] = {
    Phrase.RECEIVE_ALONE: {"attendance": "unattended", "identify": "pin"},
    Phrase.RECEIVE_PIN: {"attendance": "attended", "identify": "pin"},
    Phrase.RECEIVE_SIGHT: {"attendance": "attended", "identify": "sight"},
    Phrase.RECEIVE_CLINIC: {"place": "clinic"},
    Phrase.RECEIVE_HOME: {"place": "home"},
}


class Receiving(Menu):
    """How visits are received from now on; above the choices, how they are.

    Args:
        inside: the session.
    """

    def __init__(self, inside: Inside) -> None:
        manners = [Item(label, partial(self._order, about)) for label, about in _MANNERS.items()]
        practice = Item(Phrase.RECEIVE_PRACTICE, self._practise)
        back = Phrase.SCREEN_CHOICE_BACK
        super().__init__(inside, Kind.RECEIVING, [*manners, practice], back, self._now)
        self._document: Document | None = None

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._document is None

    def opened(self) -> None:
        """As ``Leaf``: it asks how it is."""
        self.inside.say(self.book.say(TITLES[self.kind]))
        self._order({})

    def _order(self, about: Mapping[str, object]) -> None:
        self.inside.ask("reception", about, self._ordered)

    def _practise(self) -> None:
        is_practice = self._document is not None and bool(self._document["practice"])
        self._order({"practice": not is_practice})

    def _ordered(self, document: Document) -> None:
        self._document = document
        self.inside.say(*self.page.said)

    def _now(self) -> tuple[Utterance, ...]:
        """The manners that hold, and practice while there is any."""
        document = self._document
        if document is None:
            return self.say(Phrase.SCREEN_WAIT)
        held = [
            label
            for label, about in _MANNERS.items()
            if all(document.get(name) == value for name, value in about.items())
        ]
        practice = (Phrase.RECEIVE_PRACTISING,) if document.get("practice") else ()
        return self.say(Phrase.RECEIVE_NOW, *held, *practice)
