"""What the notices mean for this clinic: one question a screen, then each notice with its source.

What is said of people, their age and sight, goes with the question and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from kiosk.domain.adoption_rules import CLINICS, DECIDED_BY, Kind, Topic
from kiosk.pages.finding import NumberEntry
from kiosk.pages.leaf import Document, Inside, Item, Menu
from kiosk.pages.listed import Listed
from kiosk.pages.page import Kind as Shown
from kiosk.phrasebook import Phrase, Utterance
from kiosk.phrasebook.told_adoption import applies_told, notices_told

_About = Mapping[str, Any]
_OLDEST, _DEAREST = 120, 9_999_999
_DECIDED = DECIDED_BY.isoformat()
"""The survey asks whether it is decided for that day or before, not for which day."""


class NoticesLeaf(Listed):
    """The notices that apply, one at a time with its source.

    Args:
        inside: the session.
        about: what was said of the clinic, as the query ``adoption`` takes it; None = nothing.
    """

    kind = Shown.NOTICES
    query = "adoption"

    def __init__(self, inside: Inside, about: _About | None = None) -> None:
        super().__init__(inside)
        self._said = about
        self.about = about or {}

    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """As ``Listed``."""
        first, *notices = notices_told(document, self.book)
        if self._said is not None:
            first = (*first, *applies_told(document, self._said, self.book))
        return [first, *notices]


class Questions:
    """Asks them one after the other; 戻る is one question back, with what was said before it.

    Args:
        inside: the session.
        document: of ``adoption``, of a facility whose kind is known.
        done: gets what was said, as the query takes it.
    """

    def __init__(self, inside: Inside, document: Document, done: Callable[[_About], None]) -> None:
        self._inside = inside
        self._kind = Kind(document["kind"])
        self._has_subsidy = any(
            each["topic"] == Topic.SUBSIDY and each["when"] == "now" for each in document["rules"]
        )
        self._done = done

    def ask(self) -> None:
        """Begin."""
        if self._kind in CLINICS:
            self._decide(
                self._inside.book.say(Phrase.APPLIES_DELEGATION), self._closing, self._undelegated
            )
        else:
            self._cost({})

    def _undelegated(self) -> None:
        self._cost({"no_delegation": True})

    def _closing(self) -> None:
        self._decide(
            self._inside.book.say(Phrase.APPLIES_CLOSING, day=DECIDED_BY),
            lambda: self._stopping({"closes_on": _DECIDED}),
            lambda: self._stopping({}),
        )

    def _stopping(self, about: _About) -> None:
        self._decide(
            self._inside.book.say(Phrase.APPLIES_STOPPING, day=DECIDED_BY),
            lambda: self._hard({**about, "stops_on": _DECIDED}),
            lambda: self._hard(about),
        )

    def _hard(self, about: _About) -> None:
        self._decide(
            self._inside.book.say(Phrase.APPLIES_HARD),
            lambda: self._age({**about, "hard": True, "practitioners": []}),
            lambda: self._cost(about),
        )

    # ------------------------------------------------------------------ one practitioner

    def _age(self, about: _About) -> None:
        def take(digits: str) -> None:
            if int(digits) > _OLDEST:
                self._inside.note(self._inside.book.say(Phrase.SCREEN_NO_CHOICE))
            else:
                self._full_time(about, int(digits))

        title, how = Phrase.APPLIES_AGE, Phrase.APPLIES_AGE_HOW
        self._inside.open(NumberEntry(self._inside, take, title=title, how=how))

    def _full_time(self, about: _About, age: int) -> None:
        then = self._sight if self._kind is Kind.AHAKI else self._told
        self._decide(
            self._inside.book.say(Phrase.APPLIES_FULL_TIME),
            partial(then, about, age, is_full_time=True),
            partial(then, about, age, is_full_time=False),
        )

    def _sight(self, about: _About, age: int, *, is_full_time: bool) -> None:
        told = partial(self._told, about, age, is_full_time=is_full_time)
        self._decide(
            self._inside.book.say(Phrase.APPLIES_SIGHT), partial(told, is_impaired=True), told
        )

    def _told(
        self, about: _About, age: int, *, is_full_time: bool, is_impaired: bool = False
    ) -> None:
        people = [*about["practitioners"], [age, is_full_time, is_impaired]]
        told = {**about, "practitioners": people}
        self._decide(
            self._inside.book.say(Phrase.APPLIES_MORE),
            lambda: self._age(told),
            lambda: self._cost(told),
        )

    # ------------------------------------------------------------------ the reader

    def _cost(self, about: _About) -> None:
        """Only where there is a subsidy today."""
        if not self._has_subsidy:
            self._done(about)
            return

        def take(digits: str) -> None:
            if int(digits) > _DEAREST:
                self._inside.note(self._inside.book.say(Phrase.SCREEN_NO_CHOICE))
            else:
                self._done({**about, "cost": int(digits)} if int(digits) else about)

        title, how = Phrase.APPLIES_COST, Phrase.APPLIES_COST_HOW
        self._inside.open(NumberEntry(self._inside, take, title=title, how=how, is_private=False))

    def _decide(self, question: Utterance, yes: Callable[[], None], no: Callable[[], None]) -> None:
        inside = self._inside
        items = (Item(Phrase.PREFER_YES, yes), Item(Phrase.PREFER_NO, no))
        inside.open(
            Menu(
                inside, Shown.CONFIRM, items, Phrase.SCREEN_CHOICE_BACK,
                lambda: (question,), title=Phrase.APPLIES_TITLE,
            )
        )  # fmt: skip
