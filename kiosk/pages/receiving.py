"""受付のしかた: who stands by, how people are identified, where and when treated, practice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from kiosk.domain.treatment import Place
from kiosk.pages.by_hand import ByHand
from kiosk.pages.finding import DayEntry, ask_today
from kiosk.pages.leaf import AnsweredMenu, Document, Inside, Item
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Utterance

_MANNERS: Mapping[Phrase, Mapping[str, str]] = {
    Phrase.RECEIVE_ALONE: {"attendance": "unattended", "identify": "pin"},
    Phrase.RECEIVE_PIN: {"attendance": "attended", "identify": "pin"},
    Phrase.RECEIVE_SIGHT: {"attendance": "attended", "identify": "sight"},
}
_PLACES: Mapping[Phrase, Mapping[str, str]] = {
    Phrase.RECEIVE_CLINIC: {"place": Place.CLINIC},
    Phrase.RECEIVE_HOME: {"place": Place.HOME},
}


class Receiving(AnsweredMenu):
    """How visits are received from now on; above the choices, how they are.

    Args:
        inside: the session.
    """

    def __init__(self, inside: Inside) -> None:
        manners = [Item(label, partial(self._order, about)) for label, about in _MANNERS.items()]
        place = Item(Phrase.RECEIVE_PLACE, self._change_place)
        hand = Item(Phrase.BY_HAND_TITLE, lambda: inside.open(ByHand(inside)))
        practice = Item(Phrase.RECEIVE_PRACTICE, self._practise)
        day = Item(Phrase.RECEIVE_DAY, lambda: ask_today(inside, self._ask_day))
        super().__init__(inside, Kind.RECEIVING, [*manners, place, hand, practice, day])

    def _ask(self) -> None:
        self._order({})

    def _order(self, about: Mapping[str, object]) -> None:
        self.inside.ask("reception", about, self._answered)

    def _change_place(self) -> None:
        is_home = self._document is not None and self._document["place"] == Place.HOME
        self._order({"place": Place.CLINIC if is_home else Place.HOME})

    def _practise(self) -> None:
        is_practice = self._document is not None and bool(self._document["practice"])
        self._order({"practice": not is_practice})

    def _ask_day(self, today: date) -> None:
        """The treatment date of the next check, as after 往療; today takes it back."""

        def take(day: date) -> None:
            about = {"treated_on": None if day == today else day.isoformat()}
            self.inside.ask("reception", about, lambda _: self.inside.back())

        title = Phrase.RECEIVE_DAY
        self.inside.open(DayEntry(self.inside, take, today=today, title=title))

    def _told(self, document: Document) -> tuple[Utterance, ...]:
        """The manners that hold; a treatment date that is not today, practice if there is any."""
        held = [
            label
            for label, about in {**_MANNERS, **_PLACES}.items()
            if all(document.get(name) == value for name, value in about.items())
        ]
        practice = (Phrase.RECEIVE_PRACTISING,) if document.get("practice") else ()
        on = document.get("treated_on")
        day = date.fromisoformat(on) if on else None
        treated = (self.book.say(Phrase.RECEPTION_TREATED_ON, day=day),) if day else ()
        return (*self.say(Phrase.RECEIVE_NOW, *held, *practice), *treated)
