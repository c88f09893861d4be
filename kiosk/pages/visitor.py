"""All that the screen knows of the visitor before it; one object, dropped whole at ``Forget``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from kiosk.desk.messages import (
    Chosen,
    Entered,
    Failed,
    Happened,
    Key,
    Message,
    Pressed,
    Reply,
    Typed,
)
from kiosk.domain.identity import PIN_LENGTH
from kiosk.domain.presentation import Paper
from kiosk.pages import view
from kiosk.pages.form import YES, Form, heard_after
from kiosk.pages.keys import Action, Press
from kiosk.pages.numbers import numbers
from kiosk.pages.page import Masked, Page
from kiosk.pages.pin_lines import BESIDE, still_calling, wanted
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

BEAT_S = 1.0
"""Not oftener: a 10 Hz timer warms a small box for nothing (facts SCREEN_AND_VOICE, Textual)."""
BEATS = 10
"""Seconds of work after which it is said again that it goes on."""
MOST_DIGITS = 8
"""Typed in excess, so that a digit too many is seen and taken back, never sent or swallowed."""


class Say(Protocol):
    """Says utterances; a new page cuts off the speech of the one before."""

    def __call__(self, utterances: tuple[Utterance, ...], *, is_new_page: bool = False) -> None:
        """Say them."""


class Ask(Protocol):
    """Sends a request."""

    def __call__(
        self, make: Callable[[int], Message], then: Callable[[Reply | Failed], None]
    ) -> None:
        """Send it; ``then`` gets the answer."""


@dataclass(frozen=True, slots=True)
class Outward:
    """What a page may do to the world.

    Args:
        book: the language.
        send: takes a message to the core; does not raise.
        say: says utterances.
        tick: the sound of a digit that was taken.
        ask: sends a request to the core.
    """

    book: Phrasebook
    send: Callable[[Message], None]
    say: Say
    tick: Callable[[], None]
    ask: Ask


@dataclass
class Visitor:
    """One visit as the screen has it.

    Args:
        outward: what it may do.
        is_leaving: they pressed 戻る to end it.
    """

    outward: Outward
    is_leaving: bool = False
    _page: Page | None = field(default=None, repr=False)
    _digits: str = field(default="", repr=False)
    _note: Utterance | None = None
    _is_warned: bool = False
    _has_chosen: bool = False
    _beats: int = 0
    _form: Form | None = field(default=None, repr=False)
    _how: tuple[Utterance, ...] = ()
    _practice: tuple[Utterance, ...] = ()
    _warning: tuple[Utterance, ...] = ()
    _news: tuple[Utterance, ...] = ()

    @property
    def page(self) -> Page | None:
        """What is shown; None before the first word of the visit."""
        page = self._unmarked
        return page and page.under(*self._practice, *self._warning, *self._news)

    @property
    def _unmarked(self) -> Page | None:
        if self._form:
            how = self._how if self._form.is_untouched else ()
            return numbers(self._form, self.outward.book, how)
        page = self._page
        if page is None or page.entry is None:
            return page and replace(page, beats=self._beats)
        entry = Masked(len(self._digits), PIN_LENGTH)
        note = (self._note,) if self._note else ()
        return replace(page, entry=entry).under(*note)

    @property
    def has_begun(self) -> bool:
        """A visit is on."""
        return self._page is not None

    @property
    def is_served(self) -> bool:
        """A visit is on, and not over: a key is theirs, not the next visitor's."""
        return self._page is not None and not view.is_over(self._page)

    @property
    def is_warned(self) -> bool:
        """They were asked whether they are still there."""
        return self._is_warned

    @property
    def gives_up(self) -> bool:
        """They leave before anything was told."""
        return self.is_leaving and self._page is not None and view.ends_visit(self._page)

    @property
    def is_waiting(self) -> bool:
        """The kiosk is at work; ``beat`` is wanted every second."""
        return self._page is not None and view.is_working(self._page)

    def beat(self) -> None:
        """A second of work has passed: seen as a dot, heard now and then."""
        self._beats = self._beats % BEATS + 1
        if self._beats == BEATS and self._page is not None:
            self.outward.say(self._page.lines)

    def tell(self, message: Happened) -> bool:
        """Take a ``tell`` of the visit; True when it opens a page."""
        if message.phrase == Phrase.PRACTICE_MARK:
            self._practice = view.words_of(message, self.outward.book)
            self.outward.say(self._practice)
            return False
        if self._form and message.phrase in BESIDE:
            # Nothing that was typed is lost by a call, nor by a line that goes down.
            self._news = view.words_of(message, self.outward.book)
            self.outward.say(self._news)
            return False
        self._is_warned = message.phrase in view.WARNINGS
        if self._is_warned and (self._form or message.phrase == Phrase.RECEPTION_RESULT_ENDS):
            # What is read, or was typed, stays below the warning.
            self._warning = view.words_of(message, self.outward.book)
            self.outward.say(self._warning)
            return False
        told = view.told(self._page, message, self.outward.book)
        return self._show(told)

    def ask_pin(self) -> bool:
        """Four digits are wanted; what was typed before a pause still counts."""
        is_new = self._show(view.asking_pin(self._page, self.outward.book))
        if self._digits:
            self._count()
        else:
            self._note = None
        return is_new

    def struck_before(self, digits: str) -> None:
        """Digits that were struck before this page was there; another page has no use for them."""
        if digits and self._page is not None and view.is_for_typing(self._page):
            self._digits = digits

    def ask_choice(self, message: Happened) -> bool:
        """One of several is to be chosen; True when it opens a page."""
        is_new = self._show(view.asking_choice(self._page, message, self.outward.book))
        self._has_chosen = False
        return is_new

    def ask_numbers(self, message: Happened) -> bool:
        """What a paper says is wanted; what was typed of it before a pause still stands."""
        self._is_warned, self._warning = False, ()
        paper = Paper.FACE if message.values.get("paper") == Paper.FACE else Paper.NUMBERS
        if self._form is None or self._form.paper is not paper:
            self._form = Form(paper)
            self._how = self._page.lines if self._page else ()
        page = numbers(self._form, self.outward.book)
        self.outward.say(page.opened)
        self._page = page
        return True

    def press(self, press: Press) -> None:
        """A key on a page of the visit."""
        if self._form:
            self._press_form(self._form, press)
            return
        is_pin = self._page is not None and self._page.entry is not None
        if press.action is Action.BACK:
            self._back()
            return
        self.stay()
        if is_pin and press.action is Action.DIGIT:
            self._type(press.digit)
        elif is_pin and press.action is Action.ENTER:
            self._enter()
        elif self._page is not None and self._page.digits and press.action is Action.DIGIT:
            self._choose(press.digit, self._page)
        elif self.page is not None:
            self.outward.say(self.page.said)

    def _press_form(self, form: Form, press: Press) -> None:
        self._news = ()
        self.stay()
        if form.is_whole and press.digit == YES:
            entered = partial(Entered, presentation=form.document)
            self.outward.ask(entered, lambda answer: self._entered(form, answer))
            return
        place = form.place
        if not form.press(press):
            self.outward.send(Pressed(Key.BACK))
        elif heard := heard_after(form, place, press, self.outward.book):
            if not form.refused:
                self.outward.tick()
            self.outward.say(heard)
        else:
            page = numbers(form, self.outward.book)
            self.outward.say(page.opened, is_new_page=form.place != place)

    def _entered(self, form: Form, answer: Reply | Failed) -> None:
        if isinstance(answer, Failed) and self._form is form:
            form.wrong(answer.code)
            self.outward.say(numbers(form, self.outward.book).opened, is_new_page=True)

    def stay(self) -> None:
        """Somebody is still there: their time begins anew (Section 508 407.5)."""
        self._is_warned = False
        if self.is_served:
            self.outward.send(Pressed(Key.ANY))
        if self._warning:
            self._warning = ()
            if self.page and not self._form:  # numbers are asked for anew by the core
                self.outward.say(self.page.said)

    def _show(self, told: view.Told) -> bool:
        self._page, self._beats, self._form = told.page, 0, None
        self._warning, self._news = (), ()
        self._has_chosen = self._has_chosen and not told.is_new_page
        if not view.is_for_typing(told.page):
            self._digits = ""
        elif told.is_new_page:
            # The core tells first and asks then: no digit is lost between the two.
            self._page = replace(told.page, entry=Masked(0, PIN_LENGTH))
        self.outward.say(told.news, is_new_page=told.is_new_page)
        return told.is_new_page

    def _type(self, digit: str) -> None:
        if len(self._digits) < MOST_DIGITS:
            self._digits += digit
            self.outward.tick()
        self._begin_anew()
        self._count()

    def _choose(self, digit: str, page: Page) -> None:
        say = self.outward.book.say
        if self._has_chosen:
            # The core may be at the next question by now, which nobody here has heard.
            self.outward.say((say(Phrase.SCREEN_WAIT),))
        elif digit in page.digits:
            self._has_chosen = True
            self.outward.send(Chosen(int(digit)))
        else:
            self.outward.say((say(Phrase.SCREEN_NO_CHOICE), *(page.marked or page.lines)))

    def _begin_anew(self) -> None:
        """What was told before the first digit is over: "wrong" below new digits misleads."""
        if self._page is None:
            return
        book = self.outward.book
        kept = (wanted(self._page, book), *still_calling(self._page, book))
        self._page = replace(self._page, lines=kept, short=())

    def _enter(self) -> None:
        if len(self._digits) != PIN_LENGTH or self._page is None:
            self._count(is_short_said=True)
            return
        pin, self._digits = self._digits, ""
        wait = self.outward.book.say(Phrase.SCREEN_WAIT)
        self._page = replace(self._page, lines=(wait,), short=(), entry=None, code="")
        self.outward.send(Typed(pin))

    def _back(self) -> None:
        if self._digits:
            self._digits = self._digits[:-1]
            self.stay()
            self._count()
        else:
            self.is_leaving = True
            self.outward.send(Pressed(Key.BACK))

    def _count(self, *, is_short_said: bool = False) -> None:
        """Say how many digits there are, never which (EN 301 549 5.1.3.8)."""
        count, say = len(self._digits), self.outward.book.say
        if count > PIN_LENGTH:
            self._note = say(Phrase.SCREEN_PIN_LONG, count=count, over=count - PIN_LENGTH)
        elif count == PIN_LENGTH:
            self._note = say(Phrase.SCREEN_PIN_FULL)
        elif is_short_said:
            self._note = say(Phrase.SCREEN_PIN_SHORT, left=PIN_LENGTH - count)
        else:
            self._note = say(Phrase.SCREEN_TYPED, count=count)
        self.outward.say((self._note,))
