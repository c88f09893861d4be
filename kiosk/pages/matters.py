"""What is not done yet: what needs a person, what waits, what goes soon; one matter a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kiosk.domain.dates import Month
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Leaf
from kiosk.pages.page import Kind, Page
from kiosk.pages.view import TITLES
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance

_STEPS = {"8": 1, "2": -1}
_RETRY = "1"
_CAN_BE_ASKED = frozenset({"set_aside", "waiting"})


class Matters(Leaf):
    """The list that every list of the kiosk shows; 8 and 2 walk, 1 asks the service again.

    Args:
        inside: the session.
    """

    kind = Kind.QUEUE

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._matters: list[Mapping[str, Any]] = []
        self._lines: list[tuple[Utterance, ...]] | None = None
        self._at = 0

    def opened(self) -> None:
        """As ``Leaf``: it asks anew."""
        self._matters, self._lines, self._at = [], None, 0
        self.inside.say(self.book.say(TITLES[self.kind]))
        self._look({})

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._lines is None

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        title = self.book.say(TITLES[self.kind])
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        if not self._lines:
            said = Phrase.SCREEN_WAIT if self._lines is None else Phrase.SYNC_NOTHING
            return Page(self.kind, title, self.say(said), choices=leave)
        place = self.book.say(Phrase.SEARCH_PLACE, count=len(self._lines), position=self._at + 1)
        retry = (Phrase.MATTER_RETRY,) if self._can_be_asked else ()
        choices = (*self.say(*retry, Phrase.MATTER_WALK), *leave)
        lines = (place, *self._lines[self._at])
        digits = "28" + (_RETRY if retry else "")
        return Page(self.kind, title, lines, choices=choices, digits=digits)

    @property
    def _can_be_asked(self) -> bool:
        return self._matters[self._at]["kind"] in _CAN_BE_ASKED

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is not Action.DIGIT:
            self.inside.say(*self.page.said)
        elif press.digit not in self.page.digits or not self._lines:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        elif press.digit == _RETRY:
            about = {"check_id": self._matters[self._at]["check_id"]}
            self.inside.ask("retry", about, self._asked)
        else:
            self._walk(_STEPS[press.digit], self._lines)

    def _walk(self, step: int, lines: list[tuple[Utterance, ...]]) -> None:
        if 0 <= self._at + step < len(lines):
            self._at += step
            self.inside.say(*lines[self._at])
        else:
            edge = Phrase.SEARCH_FIRST if step < 0 else Phrase.SEARCH_LAST
            self.inside.note(self.book.say(edge))

    def _asked(self, _: Document) -> None:
        self.inside.note(self.book.say(Phrase.MATTER_ASKED))

    def _look(self, about: Mapping[str, Any]) -> None:
        self.inside.ask("matters_named", about, self._seen)

    def _seen(self, document: Document) -> None:
        self._matters += document["matters"]
        after = document.get("next")
        if after is not None:
            self._look({"after": after})
            return
        self._lines = [matter_lines(each, self.book) for each in self._matters]
        self.inside.say(*self.page.said)


def matter_lines(matter: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    """One matter, what it is first.

    Args:
        matter: one of ``matters`` or ``matters_named``; KeyError, TypeError or ValueError when it
            is none.
        book: the language.
    """
    if matter["kind"] == "goes_soon":
        month, day = Month.parse(matter["month"]), date.fromisoformat(matter["last_day"])
        unconfirmed = int(matter["unconfirmed"])
        return (book.say(Phrase.PURGE_AHEAD, month=month, day=day, unconfirmed=unconfirmed),)
    age = book.say(Phrase.MATTER_AGE, age=timedelta(seconds=float(matter["age_seconds"])))
    if matter["kind"] == "unexported":
        month = Month.parse(matter["month"])
        return book.say(Phrase.MATTER_UNEXPORTED, month=month, count=matter["count"]), age
    what = {
        "set_aside": Phrase.MATTER_SET_ASIDE,
        "waiting": Phrase.MATTER_WAITING,
        "follow_up": Phrase.MATTER_FOLLOW_UP,
    }[matter["kind"]]
    return (
        book.say(what, day=date.fromisoformat(matter["treated_on"])),
        *_patient(matter, book),
        *_why(matter, book),
        *_due(matter, book),
        age,
    )


def _patient(matter: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    found = matter["patient"]
    if not found:
        return ()
    return (book.say(Phrase.LINE_NAME, name=PersonName(found["name"], found["name_kana"])),)


def _why(matter: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    """What the staff are to see to."""
    is_aside = matter["kind"] == "set_aside" and matter["code"]
    return (book.message(matter["code"]),) if is_aside else ()


def _due(matter: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    if matter["kind"] != "follow_up":
        return ()
    if matter["is_overdue"]:
        return (book.say(Phrase.MATTER_OVERDUE),)
    return (book.say(Phrase.MATTER_DUE, day=date.fromisoformat(matter["due_on"])),)
