"""What is typed by hand: one field a page, then all of them once more. No terminal.

Two papers can be typed: the insured's numbers, and the four items of a card's face, which are noted
where the card itself cannot be read (facts DOMAIN, "How offline works elsewhere").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.domain.codes import Sex
from kiosk.domain.dates import ERA_YEARS
from kiosk.domain.insurance import InsurerNumber
from kiosk.domain.presentation import BRANCH_DIGITS, MOST_CHARACTERS, Paper
from kiosk.pages.kana import ADDRESS, DIGITS, MIXED, ROWS, KanaEntry
from kiosk.pages.keys import Action, Press
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.values import showable
from kiosk.ports.reception import BirthDateWrong, EntryIncomplete, InsurerNumberWrong

_ERA_DIGITS = 7
_WESTERN_DIGITS = 8
_MOST_KANA = 40
_MOST_OF_AN_ADDRESS = 60
_WESTERN_YEARS = range(1868, 2118)
"""What the digits of an era can say as well: 明治 1 to 令和 99."""
YES, NO = "1", "2"

Line = Callable[[str, Phrasebook], Utterance]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to type.

    Args:
        name: of it in the message to the desk.
        phrase: what to type, and how.
        rows: letters of the keys.
        most: so many letters.
        wrong: the code of what is wrong with a text; "" = nothing.
        line: how it is said once more.
        is_free: a full keyboard may type any writing, such as the kanji of a 記号.
    """

    name: str
    phrase: Phrase
    rows: Mapping[str, str]
    most: int
    wrong: Callable[[str], str]
    line: Line
    is_free: bool = False

    def takes(self, sign: str) -> bool:
        """A sign of a full keyboard belongs here."""
        is_free = self.is_free and not sign.isspace() and showable(sign) == sign
        return is_free or any(sign in row for row in self.rows.values())


def born(text: str) -> date | None:
    """A birth date as typed: era (2 大正 to 5 令和) and YYMMDD, or YYYYMMDD; None for none."""
    try:
        if len(text) == _ERA_DIGITS:
            year = ERA_YEARS[text[0]] + int(text[1:3]) - 1
            return date(year, int(text[3:5]), int(text[5:7]))
        if len(text) == _WESTERN_DIGITS and int(text[:4]) in _WESTERN_YEARS:
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


def _missing(text: str) -> str:
    return "" if text else EntryIncomplete.code


def _anything(_: str) -> str:
    return ""


def _spelled(given: Phrase, absent: Phrase) -> Line:
    return lambda text, book: book.say(given, value=text) if text else book.say(absent)


def _birth_line(text: str, book: Phrasebook) -> Utterance:
    return book.say(Phrase.LINE_BIRTH_DATE, day=born(text))


def _sex_line(text: str, book: Phrasebook) -> Utterance:
    return book.say(_SEXES[text])


_SEXES = {Sex.MALE.value: Phrase.LINE_SEX_MALE, Sex.FEMALE.value: Phrase.LINE_SEX_FEMALE}
_SEX_KEYS = {digit: digit for digit in _SEXES}
_BIRTH = Field(
    "birth_date", Phrase.FORM_BIRTH, DIGITS, _WESTERN_DIGITS,
    lambda text: "" if born(text) else BirthDateWrong.code, _birth_line,
)  # fmt: skip
FIELDS: Mapping[Paper, tuple[Field, ...]] = {
    Paper.NUMBERS: (
        Field(
            "insurer_number", Phrase.FORM_INSURER, DIGITS, 8, _insurer_wrong,
            _spelled(Phrase.LINE_INSURER_NUMBER, Phrase.LINE_INSURER_NUMBER_NONE),
        ),
        Field(
            "symbol", Phrase.FORM_SYMBOL, MIXED, MOST_CHARACTERS, _anything,
            _spelled(Phrase.LINE_SYMBOL, Phrase.LINE_SYMBOL_NONE), is_free=True,
        ),
        Field(
            "number", Phrase.FORM_NUMBER, DIGITS, MOST_CHARACTERS, _missing,
            _spelled(Phrase.LINE_NUMBER, Phrase.LINE_NUMBER_NONE),
        ),
        Field(
            "branch_number", Phrase.FORM_BRANCH, DIGITS, BRANCH_DIGITS, _anything,
            _spelled(Phrase.LINE_BRANCH_NUMBER, Phrase.LINE_BRANCH_NUMBER_NONE),
        ),
        _BIRTH,
    ),
    Paper.FACE: (
        Field(
            "name_kana", Phrase.FORM_KANA, ROWS, _MOST_KANA, _missing,
            lambda text, book: book.say(Phrase.LINE_KANA, kana=text),
        ),
        _BIRTH,
        Field(
            "sex", Phrase.FORM_SEX, _SEX_KEYS, 1, _missing, _sex_line,
        ),
        Field(
            "address", Phrase.FORM_ADDRESS, ADDRESS, _MOST_OF_AN_ADDRESS, _anything,
            _spelled(Phrase.LINE_ADDRESS, Phrase.LINE_ADDRESS_NONE),
        ),
    ),
}  # fmt: skip
"""The numbers stand on a 資格確認書, a マイナポータル screen or an お知らせ."""
_FIELD_OF = {InsurerNumberWrong.code: "insurer_number", BirthDateWrong.code: "birth_date"}
"""Where a thing is to be mended that the desk does not take."""


@dataclass
class Form:
    """What was typed, and where one is.

    Args:
        paper: what it is typed from.
        place: of the field; past the last one everything is said once more.
        code: of what is wrong with it.
        refused: why the last digit was not taken; None = it was.
    """

    paper: Paper = Paper.NUMBERS
    place: int = 0
    code: str = ""
    refused: Phrase | None = None
    _typed: dict[str, str] = field(default_factory=dict, repr=False)
    _entry: KanaEntry = field(default_factory=KanaEntry, repr=False)

    def __post_init__(self) -> None:
        self._open(0)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is to be typed, in order."""
        return FIELDS[self.paper]

    @property
    def is_whole(self) -> bool:
        """Everything is typed; 1 sends it."""
        return self.place == len(self.fields)

    @property
    def document(self) -> dict[str, Any]:
        """As the desk wants it."""
        day = born(self._typed["birth_date"])
        return {
            "kind": self.paper.value,
            **self._typed,
            "birth_date": day.isoformat() if day else "",
        }

    def lines(self, book: Phrasebook) -> tuple[Utterance, ...]:
        """What is wrong and what to type; at the end all that was typed."""
        if self.is_whole:
            every = (each.line(self._typed[each.name], book) for each in self.fields)
            return (*every, book.say(Phrase.FORM_CONFIRM))
        wrong = (book.message(self.code),) if self.code else ()
        return (*wrong, book.say(self.fields[self.place].phrase))

    @property
    def typed(self) -> str:
        """What stands in the field that is open."""
        return "" if self.is_whole else self._entry.text

    @property
    def shown(self) -> str:
        """As it is seen: the sign that the same key would change stands in brackets."""
        return "" if self.is_whole else self._entry.shown

    @property
    def takes_kana(self) -> str:
        """What a full keyboard may type as it is; "" where the field is for digits alone."""
        rows = () if self.is_whole else self.fields[self.place].rows.values()
        return "".join(rows) if any(len(row) > 1 for row in rows) else ""

    @property
    def takes_text(self) -> int | None:
        """So many more signs of any writing; None where the field is not for them."""
        if self.is_whole or not self.fields[self.place].is_free:
            return None
        return self.fields[self.place].most - len(self.typed)

    @property
    def is_untouched(self) -> bool:
        """Nothing stands in the first field, and nothing was wrong with it."""
        return self.place == 0 and not (self.typed or self.code)

    def so_far(self, book: Phrasebook) -> tuple[Utterance, ...]:
        """What stands there, as it is heard."""
        return (self._sound(self.typed, book),) if self.typed else ()

    def standing(self, book: Phrasebook) -> tuple[Utterance, ...]:
        """As ``so_far``, and how much it is: that is heard where the signs themselves are not."""
        count = (book.say(Phrase.FORM_STANDING, count=len(self.typed)),) if self.typed else ()
        return (*count, *self.so_far(book))

    def last(self, book: Phrasebook) -> tuple[Utterance, ...]:
        """The last sign of it: what a key has just made."""
        return (self._sound(self.typed[-1], book),) if self.typed else ()

    def _sound(self, text: str, book: Phrasebook) -> Utterance:
        if self.fields[self.place].rows is ROWS:
            return book.say(Phrase.FIND_KANA_SO_FAR, kana=text)
        return book.say(Phrase.FIND_DIGITS_SO_FAR, value=text)

    def press(self, press: Press) -> bool:
        """A key of the ten, 決定 or 戻る; False where 戻る leads out of the form."""
        self.code, self.refused = "", None
        if self.is_whole:
            if press.action is Action.BACK or press.digit == NO:
                self._open(0 if press.digit == NO else len(self.fields) - 1)
            return True
        at = self.fields[self.place]
        if press.action is Action.DIGIT:
            self._digit(at, press.digit)
        elif press.sign and at.takes(press.sign):
            self.refused = None if self._entry.put(press.sign) else Phrase.FORM_FULL
        elif press.action is Action.ENTER:
            self._enter(at)
        elif press.action is Action.BACK:
            return self._back()
        return True

    def wrong(self, code: str) -> None:
        """The desk does not take it: at its field, or the first one, with what was typed."""
        names = [each.name for each in self.fields]
        wrong = _FIELD_OF.get(code, "")
        self._open(names.index(wrong) if wrong in names else 0)
        self.code = code

    def _digit(self, at: Field, digit: str) -> None:
        if digit not in at.rows:
            self.refused = Phrase.SCREEN_NO_CHOICE
            return
        if at.most == 1:
            self._entry.back()  # another choice, not a second one
        if not self._entry.press(digit):
            self.refused = Phrase.FORM_FULL

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
            at = self.fields[place]
            self._entry = KanaEntry(at.rows, at.most, self._typed.get(at.name, ""))


def heard_after(form: Form, before: int, press: Press, book: Phrasebook) -> tuple[Utterance, ...]:
    """What a key is answered with on the same field; nothing where another page has come.

    Args:
        form: after the key.
        before: the place before it.
        press: the key.
        book: the language.
    """
    if form.place != before or form.is_whole or form.code:
        return ()
    if form.refused:
        return (book.say(form.refused),)
    return form.last(book) if press.action is Action.DIGIT else form.so_far(book)
