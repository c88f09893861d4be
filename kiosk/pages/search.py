"""資格確認結果検索: today's list first; by kana, day, number and birth date, by keypad alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.pages.finding import DayEntry, KanaLeaf, NumberEntry, ask_today
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu
from kiosk.pages.page import Kind, Page
from kiosk.pages.record import RecordLeaf, entry_line
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Utterance

_NEXT, _BEFORE, _FIND = "8", "2", "1"


class SearchLeaf(Leaf):
    """A list of which one entry stands on the page; 8 and 2 walk, 決定 opens.

    Args:
        inside: the session.
    """

    kind = Kind.SEARCH

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._heading: Utterance | None = None
        self._about: dict[str, Any] = {}
        self._checks: list[Mapping[str, Any]] = []
        self._lines: list[Utterance] = []
        self._count = 0
        self._next: object = None
        self._is_over = False
        self._at = 0

    def opened(self) -> None:
        """As ``Leaf``: the first time it looks for today's list."""
        if self._heading is None:
            self.inside.say(self.book.say(TITLES[self.kind]))
            ask_today(self.inside, self._by_day)
        else:
            super().opened()
            self.inside.add(*self.unsaid)

    def overtaken(self) -> None:
        """As ``Leaf``: the list as it is now, in silence, and still at the record looked at."""
        if self._heading is not None:
            self.inside.ask("search", self._about, self._renew)

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._heading is None

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        say = self.book.say
        title = say(TITLES[self.kind])
        if self._heading is None:
            leave = (say(Phrase.SCREEN_CHOICE_BACK),)
            return Page(self.kind, title, self.say(Phrase.SCREEN_WAIT), choices=leave)
        entry = self._entry()
        choices = self.say(Phrase.SEARCH_FIND, Phrase.SCREEN_CHOICE_BACK)
        return Page(
            self.kind,
            title,
            (self._heading, *entry),
            choices=choices,
            digits="128",
            holds_enter=True,
            default=self.say(Phrase.SEARCH_OPEN) if self._lines else (),
        )

    def _entry(self) -> tuple[Utterance, ...]:
        if not self._lines:
            return self.say(
                Phrase.PURGE_RETENTION_OVER if self._is_over else Phrase.HISTORY_NOTHING
            )
        return self._place, self._lines[self._at]

    @property
    def _place(self) -> Utterance:
        return self.book.say(Phrase.SEARCH_PLACE, count=self._count, position=self._at + 1)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is Action.ENTER and self._lines:
            self.inside.open(RecordLeaf(self.inside, self._checks[self._at], self._anew))
        elif press.digit == _FIND:
            self.inside.open(self._menu())
        elif press.digit in {_NEXT, _BEFORE} and self._lines:
            self._walk(1 if press.digit == _NEXT else -1)
        elif press.action is Action.DIGIT:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        else:
            self.inside.say(*self.page.said)

    # ---------------------------------------------------------------- walking

    def _walk(self, step: int) -> None:
        at = self._at + step
        if at == len(self._lines) and self._next is not None:
            about = self._about | {"after": self._next}
            self.inside.ask("search", about, lambda document: self._more(document, at))
        elif 0 <= at < len(self._lines):
            self._at = at
            self.answer(self._lines[at : at + 1], self._place)
        else:
            edge = Phrase.SEARCH_FIRST if step < 0 else Phrase.SEARCH_LAST
            self.inside.note(self.book.say(edge))

    def _more(self, document: Document, at: int) -> None:
        self._take(document)
        self._at = min(at, len(self._lines) - 1)
        self.answer(self._lines[self._at :][:1], self._place)

    # ---------------------------------------------------------------- finding

    def _menu(self) -> Leaf:
        inside = self.inside
        items = (
            Item(Phrase.FIND_BY_KANA, lambda: inside.open(KanaLeaf(inside, self._by_kana))),
            Item(Phrase.FIND_BY_DAY, lambda: ask_today(self.inside, self._ask_day)),
            Item(Phrase.FIND_BY_NUMBER, lambda: inside.open(NumberEntry(inside, self._by_number))),
            Item(Phrase.FIND_BY_BIRTH, lambda: ask_today(self.inside, self._ask_birth)),
            Item(Phrase.FIND_TODAY, lambda: ask_today(self.inside, self._by_day)),
        )
        return Menu(inside, Kind.WAYS, items, Phrase.SCREEN_CHOICE_BACK)

    def _ask_day(self, today: date) -> None:
        self.inside.open(DayEntry(self.inside, self._by_day, today=today))

    def _ask_birth(self, today: date) -> None:
        self.inside.open(DayEntry(self.inside, self._by_birth, today=today, is_birth=True))

    def _by_day(self, day: date) -> None:
        self._find(self.book.say(Phrase.SEARCH_DAY, day=day), day=day.isoformat())

    def _by_birth(self, day: date) -> None:
        self._find(self.book.say(Phrase.SEARCH_BIRTH, day=day), born=day.isoformat())

    def _by_kana(self, kana: str) -> None:
        self._find(self.book.say(Phrase.SEARCH_KANA, kana=kana), kana=kana)

    def _by_number(self, number: str) -> None:
        self._find(self.book.say(Phrase.SEARCH_NUMBER, value=number), number=number)

    def _find(self, heading: Utterance, **about: str) -> None:
        def found(document: Document) -> None:
            self._take_anew(document)
            self._heading, self._about, self._at = heading, about, 0
            self.inside.show(self)

        self.inside.ask("search", about, found)

    def _anew(self, said: Utterance) -> None:
        """The same list again, after a record of it was put right."""

        def found(document: Document) -> None:
            self._take_anew(document)
            self._at = min(self._at, max(0, len(self._lines) - 1))
            self.inside.show(self, said)

        self.inside.ask("search", self._about, found)

    def _renew(self, document: Document) -> None:
        here = self._checks[self._at]["check_id"] if self._checks else None
        places = [each["check_id"] for each in document["checks"]]
        # Who has walked to a further part of it keeps what they have.
        if self.inside.is_on_top(self) and (here is None or here in places):
            self._take_anew(document)
            self._at = places.index(here) if here else 0

    def _take_anew(self, document: Document) -> None:
        self._checks, self._lines = [], []
        self._take(document)

    def _take(self, document: Document) -> None:
        checks = list(document["checks"])
        lines = [entry_line(each, self.book) for each in checks]
        self._count = int(document["count"])
        self._next = document.get("next")
        self._is_over = bool(document.get("retention_over"))
        self._checks += checks
        self._lines += lines
