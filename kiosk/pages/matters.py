"""What is not done yet: what waits, how long, and what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Leaf
from kiosk.pages.page import Kind, Page
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Phrasebook, Utterance


class Matters(Leaf):
    """The list; it goes on by 決定 where it does not fit.

    Args:
        inside: the session.
    """

    kind = Kind.QUEUE

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._checks: list[Mapping[str, Any]] = []
        self._lines: tuple[Utterance, ...] | None = None

    def opened(self) -> None:
        """As ``Leaf``: it asks anew."""
        self._checks, self._lines = [], None
        self.inside.say(self.book.say(TITLES[self.kind]))
        self._look({})

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._lines is None

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        lines = self.say(Phrase.SCREEN_WAIT) if self._lines is None else self._lines
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        return Page(self.kind, self.book.say(TITLES[self.kind]), lines, choices=leave)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is Action.DIGIT:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        else:
            self.inside.say(*self.page.said)

    def _look(self, about: Mapping[str, Any]) -> None:
        self.inside.ask("waiting", about, self._seen)

    def _seen(self, document: Document) -> None:
        self._checks += document["checks"]
        after = document.get("next")
        if after is not None:
            self._look({"after": after})
            return
        self._lines = queue_lines(self._checks, self.book)
        self.inside.say(*self.page.said)


def queue_lines(checks: list[Mapping[str, Any]], book: Phrasebook) -> tuple[Utterance, ...]:
    """What waits, oldest first; no patient data.

    Args:
        checks: ``[{"treated_on", "attempts"}, …]``; KeyError, TypeError or ValueError when they
            are not.
        book: the language.
    """
    if not checks:
        return (book.say(Phrase.SYNC_NOTHING),)
    items = (
        book.say(
            Phrase.QUEUE_ITEM,
            day=date.fromisoformat(each["treated_on"]),
            attempts=int(each["attempts"]),
        )
        for each in checks
    )
    return book.say(Phrase.QUEUE_WAITING, count=len(checks)), *items
