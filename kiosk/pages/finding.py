"""What is searched for, typed on a keypad: kana, a day, a number."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import date, datetime

from kiosk.domain.dates import day_in_japan
from kiosk.pages.form import born
from kiosk.pages.kana import ROWS, KanaEntry
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Inside, Leaf
from kiosk.pages.page import Kind, Page, Shown
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Utterance

_MOST_DIGITS = 20
_EVERY = "0123456789"
_WRITTEN = "".join(ROWS.values())
_KANA = frozenset(_WRITTEN)


class KanaLeaf(Leaf):
    """The beginning of a name, as on a telephone.

    Args:
        inside: the session.
        take: gets the kana; what it finds takes the place of this page.
    """

    kind = Kind.FIND

    def __init__(self, inside: Inside, take: Callable[[str], None]) -> None:
        super().__init__(inside)
        self._take = take
        self._typed = KanaEntry()

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        entry = Shown(self._typed.shown, is_added_to=True)
        lines = self.say(Phrase.FIND_KANA_HOW)
        title = self.book.say(TITLES[self.kind])
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        typed = self._standing()
        return Page(
            self.kind, title, lines, choices=leave, entry=entry, typed=typed, digits=_EVERY,
            help=self.say(Phrase.HELP_KANA), takes_kana=_WRITTEN,
        )  # fmt: skip

    def press(self, press: Press) -> None:
        """As ``Leaf``: 決定 fixes a kana, then it searches."""
        if press.action is Action.DIGIT:
            self._put(self._typed.press(press.digit))
        elif press.sign in _KANA:
            self._put(press.sign if self._typed.put(press.sign) else "")
        elif press.action is not Action.ENTER or not self._typed.text:
            self.inside.say(*self._standing(), *self.page.said)
        elif self._typed.fix():
            self.inside.tick()
            self.inside.say(self._sound(self._typed.text))
        else:
            self._take(self._typed.text)

    def back(self) -> bool:
        """As ``Leaf``."""
        was_there = self._typed.back()
        if was_there:
            self.inside.tick()
            self.inside.say(*(self._standing() or self.page.said))
        return was_there

    def _put(self, kana: str) -> None:
        """A kana that was taken; "" = there was no room for it."""
        if kana:
            self.inside.tick()
        self.inside.say(self._sound(kana) if kana else self.book.say(Phrase.FORM_FULL))

    def _standing(self) -> tuple[Utterance, ...]:
        """What stands there, and how much it is: that is heard where the kana are not."""
        text = self._typed.text
        if not text:
            return ()
        return self.book.say(Phrase.FORM_STANDING, count=len(text)), self._sound(text)

    def _sound(self, kana: str) -> Utterance:
        return self.book.say(Phrase.FIND_KANA_SO_FAR, kana=kana)


class _Digits(Leaf):
    """Digits that are shown and said.

    Args:
        inside: the session.
        is_private: they are of somebody; where such is not said, they are counted.
    """

    kind = Kind.FIND
    title: Phrase
    how: Phrase

    def __init__(self, inside: Inside, *, is_private: bool) -> None:
        super().__init__(inside)
        self._is_private = is_private
        self._typed = ""

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        entry = Shown(self._typed)
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        lines = self.say(self.how)
        title, typed = self.book.say(self.title), self._standing()
        return Page(self.kind, title, lines, choices=leave, entry=entry, typed=typed)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is Action.DIGIT and len(self._typed) == _MOST_DIGITS:
            self.inside.say(self.book.say(Phrase.FORM_FULL))
        elif press.action is Action.DIGIT:
            self._typed += press.digit
            self.inside.tick()
            self.inside.say(self._sound(press.digit))
        elif press.action is Action.ENTER and self._typed:
            self._enter(self._typed)
        else:
            self.inside.say(*self.page.said)

    def back(self) -> bool:
        """As ``Leaf``."""
        was_typed = bool(self._typed)
        self._typed = self._typed[:-1]
        if was_typed:
            self.inside.tick()
            self.inside.say(*(self._standing() or self.page.said))
        return was_typed

    def _standing(self) -> tuple[Utterance, ...]:
        """What stands there; how much it is, too, where the digits themselves may not be heard."""
        if not self._typed:
            return ()
        count = self.book.say(Phrase.SCREEN_TYPED, count=len(self._typed))
        return (*(count,) * self._is_private, self._sound(self._typed))

    def _sound(self, digits: str) -> Utterance:
        is_private = self._is_private
        phrase = Phrase.FIND_DIGITS_SO_FAR if is_private else Phrase.FIND_PLAIN_SO_FAR
        return self.book.say(phrase, value=digits)

    @abstractmethod
    def _enter(self, digits: str) -> None:
        """決定 after some digits."""


class NumberEntry(_Digits):
    """番号 of an insured person.

    Args:
        inside: the session.
        take: gets the digits; what it finds takes the place of this page.
        title: what the number is for, where it is another one.
        how: what to type then.
        is_private: as of ``_Digits``.
    """

    def __init__(
        self,
        inside: Inside,
        take: Callable[[str], None],
        *,
        title: Phrase = Phrase.FIND_NUMBER,
        how: Phrase = Phrase.FIND_NUMBER_HOW,
        is_private: bool = True,
    ) -> None:
        super().__init__(inside, is_private=is_private)
        self.title, self.how = title, how
        self._take = take

    def _enter(self, digits: str) -> None:
        self._take(digits)


class DayEntry(_Digits):
    """A day: treatment date or birth date.

    Args:
        inside: the session.
        take: gets the day; what it finds takes the place of this page.
        today: a day without a year is the last one not after it.
        is_birth: a birth date, always with its year.
        title: what the day is for; None = to search by it.
    """

    def __init__(
        self,
        inside: Inside,
        take: Callable[[date], None],
        *,
        today: date,
        is_birth: bool = False,
        title: Phrase | None = None,
    ) -> None:
        super().__init__(inside, is_private=is_birth)
        self.title = title or (Phrase.FIND_BIRTH if is_birth else Phrase.FIND_DAY)
        self.how = Phrase.FIND_BIRTH_HOW if is_birth else Phrase.FIND_DAY_HOW
        self._take = take
        self._today = today
        self._is_birth = is_birth

    def _enter(self, digits: str) -> None:
        day = day_typed(digits, self._today, is_birth=self._is_birth)
        if day is None:
            # What was typed stays, to be mended by 戻る.
            self.inside.note(self.book.say(Phrase.FIND_NO_DAY))
            return
        self._take(day)


def ask_today(inside: Inside, then: Callable[[date], None]) -> None:
    """Go on with today in Japan, which is the core's to know."""
    inside.ask(
        "status",
        {},
        lambda document: then(day_in_japan(datetime.fromisoformat(document["clock"]["now"]))),
    )


def day_typed(digits: str, today: date, *, is_birth: bool = False) -> date | None:
    """The day that digits mean; None = none.

    Args:
        digits: YYYYMMDD, or for a treatment date MMDD or D or DD of this month.
        today: in Japan.
        is_birth: as ``born`` takes it, as where it is typed by hand.
    """
    if is_birth:
        return born(digits)
    year, month = f"{today.year:04}", f"{today.month:02}"
    padded = {
        8: digits, 4: year + digits, 2: year + month + digits, 1: f"{year}{month}0{digits}",
    }  # fmt: skip
    text = padded.get(len(digits), "")
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    is_last_year = len(digits) == len("MMDD") and day > today
    return day.replace(year=day.year - 1) if is_last_year and _has_day(day) else day


def _has_day(day: date) -> bool:
    """29 February has no day of the year before."""
    return (day.month, day.day) != (2, 29)
