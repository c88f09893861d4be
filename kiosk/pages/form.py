"""The insured's numbers by keypad: one field a page, then all of them once more. No terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.domain.dates import ERA_YEARS
from kiosk.domain.insurance import InsurerNumber
from kiosk.domain.presentation import BRANCH_DIGITS, MOST_CHARACTERS
from kiosk.pages.kana import DIGITS, MIXED, KanaEntry
from kiosk.pages.keys import Action, Press
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.reception import BirthDateWrong, EntryIncomplete, InsurerNumberWrong

_ERA_DIGITS = 7
_WESTERN_DIGITS = 8
YES, NO = "1", "2"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to type.

    Args:
        name: of it in the message to the desk.
        phrase: what to type, and how.
        rows: letters of the keys.
        most: so many letters.
        wrong: the code of what is wrong with a text; "" = nothing.
        line: how it is said once more: with a value, and without.
    """

    name: str
    phrase: Phrase
    rows: Mapping[str, str]
    most: int
    wrong: Callable[[str], str]
    line: tuple[Phrase, Phrase]


def born(text: str) -> date | None:
    """A birth date as typed: era (2 大正 to 5 令和) and YYMMDD, or YYYYMMDD; None for none."""
    try:
        if len(text) == _ERA_DIGITS:
            year = ERA_YEARS[text[0]] + int(text[1:3]) - 1
            return date(year, int(text[3:5]), int(text[5:7]))
        if len(text) == _WESTERN_DIGITS:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except (KeyError, ValueError):
        return None
    return None


def _insurer_wrong(text: str) -> str:
    try:
        InsurerNumber(text)
    except ValueError:
        return InsurerNumberWrong.code
    return ""


FIELDS: tuple[Field, ...] = (
    Field(
        "insurer_number", Phrase.FORM_INSURER, DIGITS, 8, _insurer_wrong,
        (Phrase.LINE_INSURER_NUMBER, Phrase.LINE_INSURER_NUMBER_NONE),
    ),
    Field(
        "symbol", Phrase.FORM_SYMBOL, MIXED, MOST_CHARACTERS, lambda _: "",
        (Phrase.LINE_SYMBOL, Phrase.LINE_SYMBOL_NONE),
    ),
    Field(
        "number", Phrase.FORM_NUMBER, DIGITS, MOST_CHARACTERS,
        lambda text: "" if text else EntryIncomplete.code,
        (Phrase.LINE_NUMBER, Phrase.LINE_NUMBER_NONE),
    ),
    Field(
        "branch_number", Phrase.FORM_BRANCH, DIGITS, BRANCH_DIGITS, lambda _: "",
        (Phrase.LINE_BRANCH_NUMBER, Phrase.LINE_BRANCH_NUMBER_NONE),
    ),
    Field(
        "birth_date", Phrase.FORM_BIRTH, DIGITS, _WESTERN_DIGITS,
        lambda text: "" if born(text) else BirthDateWrong.code,
        (Phrase.LINE_BIRTH_DATE, Phrase.LINE_BIRTH_DATE),
    ),
)  # fmt: skip
"""Of a 資格確認書, a マイナポータル screen or an お知らせ."""


def _entry_of(at: Field, text: str) -> KanaEntry:
    return KanaEntry(at.rows, at.most, text)


@dataclass
class Form:
    """What was typed, and where one is.

    Args:
        place: of the field; past the last one everything is said once more.
        code: of what is wrong with it.
    """

    place: int = 0
    code: str = ""
    _typed: dict[str, str] = field(default_factory=dict, repr=False)
    _entry: KanaEntry = field(default_factory=lambda: _entry_of(FIELDS[0], ""), repr=False)

    @property
    def is_whole(self) -> bool:
        """Everything is typed; 1 sends it."""
        return self.place == len(FIELDS)

    @property
    def document(self) -> dict[str, Any]:
        """As the desk wants it."""
        day = born(self._typed["birth_date"])
        return {
            "kind": "insured_numbers",
            **self._typed,
            "birth_date": day.isoformat() if day else "",
        }

    def lines(self, book: Phrasebook) -> tuple[Utterance, ...]:
        """What is wrong and what to type; at the end all that was typed."""
        if self.is_whole:
            return (*(self._line(each, book) for each in FIELDS), book.say(Phrase.FORM_CONFIRM))
        at = FIELDS[self.place]
        wrong = (book.message(self.code),) if self.code else ()
        return (*wrong, book.say(at.phrase))

    @property
    def typed(self) -> str:
        """What stands in the field that is open."""
        return "" if self.is_whole else self._entry.text

    def press(self, press: Press) -> bool:
        """A key of the ten, 決定 or 戻る; False where 戻る leads out of the form."""
        self.code = ""
        if self.is_whole:
            if press.action is Action.BACK or press.digit == NO:
                self._open(0 if press.digit == NO else len(FIELDS) - 1)
            return True
        at = FIELDS[self.place]
        if press.action is Action.DIGIT:
            self._entry.press(press.digit)
        elif press.action is Action.ENTER:
            self._enter(at)
        elif press.action is Action.BACK:
            return self._back()
        return True

    def wrong(self, code: str) -> None:
        """The desk does not take it: from the beginning, with what was typed."""
        self._open(0)
        self.code = code

    def _enter(self, at: Field) -> None:
        if self._entry.fix():
            return
        self.code = at.wrong(self._entry.text)
        if not self.code:
            self._typed[at.name] = self._entry.text
            self._open(self.place + 1)

    def _back(self) -> bool:
        if self._entry.back():
            return True
        if self.place == 0:
            return False
        self._open(self.place - 1)
        return True

    def _open(self, place: int) -> None:
        self.place = place
        if not self.is_whole:
            at = FIELDS[place]
            self._entry = _entry_of(at, self._typed.get(at.name, ""))

    def _line(self, at: Field, book: Phrasebook) -> Utterance:
        text, (said, none) = self._typed[at.name], at.line
        day = born(text)
        if said is Phrase.LINE_BIRTH_DATE and day:
            return book.say(said, day=day)
        return book.say(said, value=text) if text else book.say(none)
