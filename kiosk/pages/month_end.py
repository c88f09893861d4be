"""The menu of the staff, where they rest: from the 20th on it says first what is still open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kiosk.pages.leaf import Document, Inside, Item, Menu
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_KINDS: Mapping[str, Phrase] = {
    "set_aside": Phrase.MONTH_END_SET_ASIDE,
    "follow_up": Phrase.MONTH_END_FOLLOW_UP,
    "waiting": Phrase.MONTH_END_WAITING,
    "unexported": Phrase.MONTH_END_UNEXPORTED,
    "card_ends": Phrase.MONTH_END_CARD_ENDS,
    "goes_soon": Phrase.MONTH_END_GOES_SOON,
}


def month_end_lines(document: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    """How much is still open, then of each kind; nothing before the 20th.

    Args:
        document: of ``matters``; KeyError, TypeError or ValueError when it is none.
        book: the language.
    """
    if not document["month_end"]:
        return ()
    counts = {kind: int(document["counts"][kind]) for kind in _KINDS}
    total = sum(counts.values())
    if not total:
        return (book.say(Phrase.MONTH_END_NONE),)
    each = (book.say(_KINDS[kind], count=count) for kind, count in counts.items() if count)
    return (book.say(Phrase.MONTH_END_OPEN, count=total), *each)


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
        leave = Phrase.SCREEN_CHOICE_LOGOUT
        super().__init__(inside, Kind.STAFF, items, leave, lambda: now() + self._open)

    def opened(self) -> None:
        """As ``Leaf``: it says itself at once, and what is open as soon as that is known."""
        self._open = ()
        super().opened()
        self.inside.ask("matters", {}, self._known)

    def _known(self, document: Document) -> None:
        self._open = month_end_lines(document, self.book)
        if self._open:
            self.inside.add(*self._open)
