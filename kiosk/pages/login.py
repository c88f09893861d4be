"""The staff's way in: a passcode, and perhaps a second step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from kiosk.desk.messages import Failed, Login, Message, Prove, Reply
from kiosk.pages.leaf import Inside
from kiosk.pages.page import Kind, Page
from kiosk.pages.requests import Answer
from kiosk.pages.unseen import Unseen
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

TOUCH = "fido2"
"""The second step that is a touch."""
_MINUTE_S = 60
Sends = Callable[[Callable[[int], Message], Callable[[Answer], None]], None]


class LoginLeaf(Unseen):
    """The passcode, then what a second step asks for.

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
        self._owes = ""
        self._how = Phrase.SCREEN_LOGIN_HOW

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        say = self.book.say
        leave = (say(Phrase.SCREEN_CHOICE_RETURN),)
        title = say(TITLES[self.kind])
        return Page(self.kind, title, (say(self._how),), choices=leave, entry=self._entry)

    @property
    def _needs_none(self) -> bool:
        return self._owes == TOUCH

    def _send(self, typed: str) -> None:
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
