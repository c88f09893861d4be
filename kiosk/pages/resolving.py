"""済みにする: staff close what is to be confirmed, with the reason, asked once more before it is.

The desk puts the reason on record; who several eligibilities match is never chosen silently, but by
whoever has looked at each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from kiosk.formats.answer_json import eligibility_of
from kiosk.pages.facts import insured_lines
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu
from kiosk.pages.page import Kind, Page
from kiosk.phrasebook import Phrase, Utterance

# Words of kiosk.ports.follow_ups.Resolution; "chosen" has a page of its own.
_REASONS: Mapping[str, Phrase] = {
    "asked": Phrase.RESOLVE_ASKED,
    "not_needed": Phrase.RESOLVE_NOT_NEEDED,
}
_STEPS = {"8": 1, "2": -1}


@dataclass(frozen=True, slots=True)
class Resolving:
    """The pages from a matter to its end.

    Args:
        inside: the session.
        matter: a follow-up of ``matters_named``.
        which: the lines that say which it is.
        done: goes back to the list, with what is to be said there.
    """

    inside: Inside
    matter: Document
    which: tuple[Utterance, ...]
    done: Callable[[Utterance], None]

    def menu(self) -> Leaf:
        """Why nothing is left to be confirmed."""
        items = [
            Item(label, partial(self._sure, {"resolution": why})) for why, label in _REASONS.items()
        ]
        if self.matter["check_id"] and self.matter["choices"] > 1:
            items.append(Item(Phrase.RESOLVE_CHOSEN, self._look))
        back = Phrase.SCREEN_CHOICE_BACK
        return Menu(self.inside, Kind.RESOLVE, items, back, lambda: self.which)

    def _look(self) -> None:
        about = {"check_id": self.matter["check_id"]}
        self.inside.ask("record", about, self._choose)

    def _choose(self, document: Document) -> None:
        book = self.inside.book
        found = [
            tuple(insured_lines(eligibility_of(each), book)) for each in document["eligibilities"]
        ]

        def take(choice: int) -> None:
            self._sure({"resolution": "chosen", "choice": choice}, found[choice])

        self.inside.open(ChoiceLeaf(self.inside, found, take))

    def _sure(self, about: Mapping[str, Any], chosen: tuple[Utterance, ...] = ()) -> None:
        book = self.inside.book
        names = ("follow_up_id", "check_id")
        whole = {**{name: self.matter[name] for name in names}, **about}
        lines = (*self.which, *chosen, book.say(Phrase.RESOLVE_SURE))
        items = (
            Item(Phrase.PREFER_YES, lambda: self.inside.ask("resolve", whole, self._did)),
            Item(Phrase.PREFER_NO, self.inside.back),
        )
        back, title = Phrase.SCREEN_CHOICE_BACK, Phrase.RESOLVE_TITLE
        self.inside.open(Menu(self.inside, Kind.CONFIRM, items, back, lambda: lines, title=title))

    def _did(self, _: Document) -> None:
        self.done(self.inside.book.say(Phrase.RESOLVE_DONE))


class ChoiceLeaf(Leaf):
    """Several eligibilities match: one a page, 決定 takes the one that is looked at.

    Args:
        inside: the session.
        found: the numbers of each, at least one.
        take: gets its place, from 0.
    """

    kind = Kind.RESOLVE

    def __init__(
        self, inside: Inside, found: list[tuple[Utterance, ...]], take: Callable[[int], None]
    ) -> None:
        super().__init__(inside)
        self._found = found
        self._take = take
        self._at = 0

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        book, count = self.book, len(self._found)
        place = book.say(Phrase.SEARCH_PLACE, count=count, position=self._at + 1)
        takes = self.say(Phrase.RESOLVE_TAKE)
        choices = self.say(Phrase.SCREEN_CHOICE_BACK)
        title, lines = book.say(Phrase.RESOLVE_WHICH), (place, *self._found[self._at])
        return Page(
            self.kind, title, lines, choices=choices, digits="28", holds_enter=True, default=takes
        )

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is Action.ENTER:
            self._take(self._at)
        elif press.digit in _STEPS and 0 <= self._at + _STEPS[press.digit] < len(self._found):
            self._at += _STEPS[press.digit]
            self.inside.say(*self.page.lines)
        elif press.digit in _STEPS:
            edge = Phrase.SEARCH_FIRST if _STEPS[press.digit] < 0 else Phrase.SEARCH_LAST
            self.inside.note(self.book.say(edge))
        elif press.action is Action.DIGIT:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        else:
            self.inside.say(*self.page.said)
