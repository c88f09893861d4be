"""The staff's way in: a passcode, and perhaps a second step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from kiosk.desk.messages import Failed, Login, Message, Prove, Reply
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Inside, Leaf
from kiosk.pages.page import Kind, Masked, Page
from kiosk.pages.requests import Answer
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

MOST_DIGITS = 32
TOUCH = "fido2"
"""The second step that is a touch."""
_MINUTE_S = 60
Sends = Callable[[Callable[[int], Message], Callable[[Answer], None]], None]


class LoginLeaf(Leaf):
    """Digits that are counted and never shown.

    Args:
        inside: the session.
        ask: sends a request; an answer that comes after the staff left is the session's to take.
        enter: the way in is open.
    """

    kind = Kind.LOGIN

    def __init__(self, inside: Inside, ask: Sends, enter: Callable[[], None]) -> None:
        super().__init__(inside)
        self._ask = ask
        self._enter = enter
        self._digits = ""
        self._owes = ""
        self._how = Phrase.SCREEN_LOGIN_HOW

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        say = self.book.say
        entry = Masked(len(self._digits))
        leave = (say(Phrase.SCREEN_CHOICE_RETURN),)
        title = say(TITLES[self.kind])
        return Page(self.kind, title, (say(self._how),), choices=leave, entry=entry)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is Action.DIGIT and len(self._digits) < MOST_DIGITS:
            self._digits += press.digit
            self.inside.tick()
            self._count()
        elif press.action is Action.ENTER and (self._digits or self._owes == TOUCH):
            self._send()
        else:
            self.inside.say(*self.page.said)

    def back(self) -> bool:
        """As ``Leaf``."""
        was_typed = bool(self._digits)
        self._digits = self._digits[:-1]
        if was_typed:
            self._count()
        return was_typed

    def _count(self) -> None:
        self.inside.note(self.book.say(Phrase.SCREEN_TYPED, count=len(self._digits)))

    def _send(self) -> None:
        typed, self._digits = self._digits, ""
        step = partial(Prove, code=typed) if self._owes else partial(Login, passcode=typed)
        if self._owes == TOUCH:
            self.inside.say(self.book.say(Phrase.SCREEN_TOUCH_NOW))
        self._owes = ""
        self._ask(step, self._answered)

    def _answered(self, answer: Answer) -> None:
        book = self.book
        if isinstance(answer, Failed):
            said = book.message(answer.code), book.hint(answer.code)
            self._how = Phrase.SCREEN_LOGIN_HOW
            self.inside.note(*said, *wait_lines(answer.wait_s, book))
            return
        self._owes = _second_step(answer)
        if self._owes:
            is_touch = self._owes == TOUCH
            self._how = Phrase.SCREEN_TOUCH_KEY if is_touch else Phrase.SCREEN_TYPE_CODE
            self.inside.note()
            self.opened()
        else:
            self._enter()


def _second_step(reply: Reply) -> str:
    return str(reply.document.get("second") or "")


def wait_lines(seconds: int, book: Phrasebook) -> tuple[Utterance, ...]:
    """How long nobody can log in; nothing for zero."""
    if seconds <= 0:
        return ()
    if seconds < _MINUTE_S:
        return (book.say(Phrase.SCREEN_LOCKED_SECONDS, seconds=seconds),)
    minutes = timedelta(minutes=-(-seconds // _MINUTE_S))
    return (book.say(Phrase.SCREEN_LOCKED_MINUTES, minutes=minutes),)
