"""The staff's way in: a passcode, and perhaps a second step.

To check a passcode takes a moment by intention, a second on a busy box, and who knows the way types
on: the digits struck meanwhile are kept for the page that comes, as ``kiosk.pages.waking`` keeps
those of a PIN. 決定 is no digit, and as many digits as a passcode has are one that is typed again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from kiosk.desk.messages import Failed, Login, Message, Prove, Reply
from kiosk.domain.passcode import SHORTEST
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Inside
from kiosk.pages.page import Kind, Page
from kiosk.pages.requests import Answer
from kiosk.pages.unseen import Unseen
from kiosk.pages.view import TITLES
from kiosk.pages.waking import KEPT_S, SLOW_S
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
        enter: the way in is open; gets the digits that were struck before it was.
    """

    kind = Kind.LOGIN

    def __init__(self, inside: Inside, ask: Sends, enter: Callable[[str], None]) -> None:
        super().__init__(inside)
        self._ask = ask
        self._enter = enter
        self._owes = ""
        self._how = Phrase.SCREEN_LOGIN_HOW
        self._is_waiting = False
        self._slow_at_s: float | None = None
        self._kept, self._kept_s = "", 0.0

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        say = self.book.say
        leave = (say(Phrase.SCREEN_CHOICE_RETURN),)
        title = say(TITLES[self.kind])
        entry = None if self._is_waiting else self._entry
        return Page(self.kind, title, (say(self._how),), choices=leave, entry=entry)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if not self._is_waiting:
            super().press(press)
        elif press.action is Action.DIGIT:
            self._kept, self._kept_s = self._kept + press.digit, self.inside.now()
            self.inside.tick()
        else:
            self._say_wait()

    def back(self) -> bool:
        """As ``Leaf``: a digit that is kept is one still."""
        if not self._kept:
            return super().back()
        self._kept = self._kept[:-1]
        self._say_wait()
        return True

    @property
    def wakes_at_s(self) -> float | None:
        """As ``Leaf``."""
        return self._slow_at_s

    def tick(self) -> None:
        """As ``Leaf``: it takes its time."""
        self._slow_at_s = None
        self._say_wait()

    def _say_wait(self) -> None:
        self.inside.add(self.book.say(Phrase.SCREEN_WAIT))

    @property
    def _needs_none(self) -> bool:
        return self._owes == TOUCH

    def _send(self, typed: str) -> None:
        step = partial(Prove, code=typed) if self._owes else partial(Login, passcode=typed)
        self._is_waiting = True
        if self._owes == TOUCH:
            self.inside.say(self.book.say(Phrase.SCREEN_TOUCH_NOW))
        else:
            self._how = Phrase.SCREEN_WAIT
            self._slow_at_s = self.inside.now() + SLOW_S
        self._owes = ""
        self._ask(step, self._answered)

    def _struck_meanwhile(self) -> str:
        """The wait is over: what is kept of it, and is forgotten here."""
        kept, self._kept = self._kept, ""
        self._is_waiting, self._slow_at_s = False, None
        is_old = self.inside.now() - self._kept_s > KEPT_S
        return "" if is_old or len(kept) >= SHORTEST else kept

    def _answered(self, answer: Answer) -> None:
        book, struck = self.book, self._struck_meanwhile()
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
            if struck and not is_touch:
                self._digits = struck
                self._count()
        else:
            self._enter(struck)


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
