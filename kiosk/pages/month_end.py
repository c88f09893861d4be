"""The menu of the staff, where they rest: from the 20th on it says first what is still open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kiosk.pages.leaf import Inside, Item, Menu
from kiosk.pages.matter import matter_lines
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_KINDS: Mapping[str, Phrase] = {
    "set_aside": Phrase.MONTH_END_SET_ASIDE,
    "follow_up": Phrase.MONTH_END_FOLLOW_UP,
    "waiting": Phrase.MONTH_END_WAITING,
    "unexported": Phrase.MONTH_END_UNEXPORTED,
    "card_ends": Phrase.MONTH_END_CARD_ENDS,
}


def month_end_lines(document: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    """What goes for good and when, how much is open, then of each kind; nothing before the 20th.

    What nobody can mend afterwards comes first (JOURNEYS C4): the next key cuts off the rest.

    Args:
        document: of ``matters``; KeyError, TypeError or ValueError when it is none.
        book: the language.
    """
    if not document["month_end"]:
        return ()
    total = sum(map(int, document["counts"].values()))
    if not total:
        return (book.say(Phrase.MONTH_END_NONE),)
    goes = (line for each in document["ahead"] for line in matter_lines(each, book))
    counts = {kind: int(document["counts"][kind]) for kind in _KINDS}
    each = (book.say(_KINDS[kind], count=count) for kind, count in counts.items() if count)
    return (*goes, book.say(Phrase.MONTH_END_OPEN, count=total), *each)


class StaffMenu(Menu):
    """The menu that a login opens and every way back leads to.

    Args:
        inside: the session.
        items: its choices.
        now: what is to be known first, as it is at that moment.
    """

    def __init__(
        self, inside: Inside, items: Sequence[Item], now: Callable[[], tuple[Utterance, ...]]
    ) -> None:
        self._open: tuple[Utterance, ...] = ()
        self._has_told = False
        leave = Phrase.SCREEN_CHOICE_LOGOUT
        super().__init__(inside, Kind.STAFF, items, leave, lambda: now() + self._open)

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``; its keys can be pressed from the beginning."""
        return not self._has_told

    def opened(self) -> None:
        """As ``Leaf``: at the login what is open comes before the choices, later behind them."""
        self._open = ()
        if self._has_told:
            super().opened()
        else:
            self.inside.say(self.page.title)
        self._ask()

    def overtaken(self) -> None:
        """As ``Leaf``: by a clock that was not believed there was no end of a month."""
        self._ask()

    def unanswered(self, *said: Utterance) -> None:
        """As ``Leaf``: the choices are there all the same."""
        self._tell(said)

    def _ask(self) -> None:
        self.inside.ask("matters", {}, lambda told: self._tell(month_end_lines(told, self.book)))

    def _tell(self, lines: tuple[Utterance, ...]) -> None:
        """Once it is on top: over another page it would be taken for part of that."""
        was, self._open = self._open, lines
        if not self.inside.is_on_top(self):
            return
        if not self._has_told:
            self._has_told = True
            self.inside.say(*self.page.said)
        elif lines not in {was, self.say(Phrase.MONTH_END_NONE)}:
            self.inside.add(*lines)
