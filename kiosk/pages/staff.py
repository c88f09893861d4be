"""Behind the passcode: the staff's menu and its lists. Before it, nothing stored can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from kiosk.desk.messages import Ask, BadMessage, Failed, Login, Logout, Prove, Reply, Session
from kiosk.pages.keys import Action, Press
from kiosk.pages.page import Kind, Masked, Page
from kiosk.pages.requests import Answer, Requests
from kiosk.pages.speech import Privacy
from kiosk.pages.view import DIGITS, TITLES
from kiosk.pages.visitor import Say
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told import WITHDRAWN_ITEM
from kiosk.ports.voice import Output

LOCK_S = 120.0
"""Without a key for so long a staff session ends by itself."""
WARNING_S = 20.0
"""So long before that it says so, by sight and sound (Section 508 407.5)."""
MOST_DIGITS = 32
_OUTPUT_CHOICES: Mapping[Output | None, Phrase] = {
    None: Phrase.SCREEN_CHOICE_OUTPUT_SHOWN,
    Output.LOUDSPEAKER: Phrase.SCREEN_CHOICE_OUTPUT_LOUDSPEAKER,
    Output.HEADPHONES: Phrase.SCREEN_CHOICE_OUTPUT_HEADPHONES,
}
_OUTPUT_NOW: Mapping[Output | None, Phrase] = {
    None: Phrase.SCREEN_OUTPUT_SHOWN,
    Output.LOUDSPEAKER: Phrase.SCREEN_OUTPUT_LOUDSPEAKER,
    Output.HEADPHONES: Phrase.SCREEN_OUTPUT_HEADPHONES,
}
TOUCH = "fido2"
"""The second step that is a touch."""
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Around:
    """What the staff pages need of the screen.

    Args:
        book: the language.
        requests: to the desk.
        say: says utterances.
        tick: the sound of a digit.
        now: seconds, only forward.
        privacy: where private words are heard.
    """

    book: Phrasebook
    requests: Requests
    say: Say
    tick: Callable[[], None]
    now: Callable[[], float]
    privacy: Privacy


class Staff:
    """A staff session, from the first digit of the passcode to the logout.

    Args:
        around: what it needs of the screen.
    """

    def __init__(self, around: Around) -> None:
        self._around = around
        self._digits = ""
        self._owes = ""
        self._kind = Kind.LOGIN
        self._notes: tuple[Utterance, ...] = ()
        self._lists: dict[Kind, tuple[Utterance, ...]] = {}
        self._is_in = False
        self._is_warned = False
        self._pressed_s = around.now()
        self._open(Kind.LOGIN, Phrase.SCREEN_LOGIN_HOW)

    @property
    def is_over(self) -> bool:
        """Back to the reception."""
        return self._kind is Kind.IDLE

    @property
    def is_in(self) -> bool:
        """The passcode was right."""
        return self._is_in

    @property
    def is_warned(self) -> bool:
        """The lock is near: a key says that somebody is there."""
        return self._is_warned

    @property
    def wakes_at_s(self) -> float:
        """When ``tick`` has something to do."""
        return self._pressed_s + (LOCK_S if self._is_warned else LOCK_S - WARNING_S)

    @property
    def page(self) -> Page:
        """What is shown."""
        book, kind = self._around.book, self._kind
        entry = Masked(len(self._digits)) if kind is Kind.LOGIN else None
        lines = self._lists.get(kind, ()) + self._notes
        choices = self._choices()
        digits = DIGITS[: len(choices) - 1]  # the last one is 戻る
        return Page(kind, book.say(TITLES[kind]), lines, (), choices, entry, digits=digits)

    def press(self, press: Press) -> None:
        """A key of the staff; ``決定`` on a list that goes on is the screen's own."""
        was_warned = self._is_warned
        self.stay()
        if was_warned:
            self._open(self._kind)
        elif self._kind is Kind.LOGIN:
            self._type(press)
        elif self._kind is Kind.STAFF:
            self._choose(press)
        elif press.action is Action.BACK:
            self._open(Kind.STAFF)
        elif self._kind is Kind.OUTPUT and press.action is Action.DIGIT:
            self._choose_output(press.digit)
        else:
            self._around.say(self.page.said)

    def stay(self) -> None:
        """A key was pressed: the time begins anew."""
        self._pressed_s, self._is_warned = self._around.now(), False

    def tick(self) -> None:
        """Time has passed: warn, then lock."""
        if self._around.now() < self.wakes_at_s:
            return
        if self._is_warned:
            self.leave()
            self._say(Phrase.SCREEN_LOGGED_OUT)
            return
        self._is_warned = True
        self._note(self._around.book.say(Phrase.SCREEN_LOGOUT_SOON))

    def news(self, utterances: tuple[Utterance, ...]) -> None:
        """Something about an earlier visitor, for staff alone."""
        self._notes = utterances
        self._around.say(utterances)

    def session(self, session: Session) -> None:
        """The core is about to end the session for want of use, or has ended it."""
        if not self._is_in:
            return
        if session.ends_in_s:
            self._note(self._around.book.say(Phrase.SCREEN_LOGOUT_SOON))
            return
        self._is_in = False
        self.leave()
        self._say(Phrase.SCREEN_LOGGED_OUT)

    def leave(self) -> None:
        """End it: nothing of it can be brought back."""
        if self._is_in:
            self._around.requests.ask(Logout, lambda _: None)
        self._is_in, self._kind, self._digits, self._owes = False, Kind.IDLE, "", ""
        self._lists.clear()
        self._notes = ()

    # ---------------------------------------------------------------- login

    def _type(self, press: Press) -> None:
        if press.action is Action.DIGIT and len(self._digits) < MOST_DIGITS:
            self._digits += press.digit
            self._around.tick()
            self._count()
        elif press.action is Action.BACK and self._digits:
            self._digits = self._digits[:-1]
            self._count()
        elif press.action is Action.BACK:
            self.leave()
        elif press.action is Action.ENTER and (self._digits or self._owes == TOUCH):
            self._log_in()
        else:
            self._around.say(self.page.said)

    def _count(self) -> None:
        self._note(self._around.book.say(Phrase.SCREEN_TYPED, count=len(self._digits)))

    def _log_in(self) -> None:
        typed, self._digits = self._digits, ""
        step = partial(Prove, code=typed) if self._owes else partial(Login, passcode=typed)
        if self._owes == TOUCH:
            self._say(Phrase.SCREEN_TOUCH_NOW)
        self._owes = ""
        self._around.requests.ask(step, self._logged_in)

    def _logged_in(self, answer: Answer) -> None:
        if self.is_over:
            # They left before the answer came: the session it opened must not stay open.
            self._is_in = isinstance(answer, Reply)
            self.leave()
            return
        if isinstance(answer, Failed):
            self._note(*self._failure(answer), *wait_lines(answer.wait_s, self._around.book))
            return
        self._owes = str(answer.document.get("second") or "")
        if self._owes:
            self._open(Kind.LOGIN, touch_or_type(self._owes))
            return
        self._is_in = True
        self._open(Kind.STAFF, Phrase.SCREEN_LOGGED_IN)

    # ---------------------------------------------------------------- menu and lists

    def _choose(self, press: Press) -> None:
        if press.action is Action.BACK:
            self.leave()
            self._say(Phrase.SCREEN_LOGGED_OUT)
        elif press.digit == "1":
            self._list("waiting", Kind.QUEUE, queue_lines)
        elif press.digit == "2":
            self._list("history", Kind.HISTORY, history_lines)
        elif press.digit == "3" and self._has_outputs:
            self._open(Kind.OUTPUT, _OUTPUT_NOW[self._around.privacy.chosen])
        elif press.action is Action.DIGIT:
            self._note(self._around.book.say(Phrase.SCREEN_NO_CHOICE))
        else:
            self._around.say(self.page.said)

    @property
    def _has_outputs(self) -> bool:
        return len(self._around.privacy.outputs) > 1

    def _choose_output(self, digit: str) -> None:
        """Where private words go until the logout."""
        outputs = self._around.privacy.outputs
        if not 1 <= int(digit) <= len(outputs):
            self._note(self._around.book.say(Phrase.SCREEN_NO_CHOICE))
            return
        chosen = outputs[int(digit) - 1]
        self._around.privacy.choose(chosen)
        self._open(Kind.STAFF, _OUTPUT_NOW[chosen])

    def _list(
        self,
        query: str,
        kind: Kind,
        lines_of: Callable[[Sequence[Mapping[str, Any]], Phrasebook], tuple[Utterance, ...]],
    ) -> None:
        checks: list[Any] = []

        def listed(answer: Answer) -> None:
            if not self._is_in:
                return
            if isinstance(answer, Failed):
                self._note(*self._failure(answer))
                return
            try:
                checks.extend(answer.document["checks"])
                after = answer.document.get("next")
                lines = lines_of(checks, self._around.book) if after is None else ()
            except (KeyError, TypeError, ValueError):
                self._note(*self._failure(Failed(answer.id, BadMessage.code)))
                return
            if after is not None:
                self._around.requests.ask(partial(Ask, query=query, about={"after": after}), listed)
                return
            self._lists[kind] = lines
            self._open(kind, *self._unsaid(lines))

        self._around.requests.ask(partial(Ask, query=query), listed)

    def _unsaid(self, lines: tuple[Utterance, ...]) -> tuple[Phrase, ...]:
        """Whoever cannot see the list is told why names are not heard."""
        is_unsaid = self._has_outputs and self._around.privacy.chosen is None
        has_private = any(each.is_private for each in lines)
        return (Phrase.SCREEN_OUTPUT_UNSAID,) if is_unsaid and has_private else ()

    # ---------------------------------------------------------------- shared

    def _open(self, kind: Kind, *notes: Phrase) -> None:
        self._kind = kind
        self._notes = tuple(self._around.book.say(each) for each in notes)
        self._lists = {each: lines for each, lines in self._lists.items() if each is kind}
        self._around.say(self.page.said, is_new_page=True)

    def _note(self, *notes: Utterance) -> None:
        self._notes = notes
        self._around.say(notes)

    def _say(self, phrase: Phrase) -> None:
        self._around.say((self._around.book.say(phrase),))

    def _failure(self, failed: Failed) -> tuple[Utterance, ...]:
        book = self._around.book
        return book.message(failed.code), book.hint(failed.code)

    def _choices(self) -> tuple[Utterance, ...]:
        phrases: Mapping[Kind, tuple[Phrase, ...]] = {
            Kind.LOGIN: (Phrase.SCREEN_CHOICE_RETURN,),
            Kind.STAFF: (
                Phrase.SCREEN_CHOICE_QUEUE,
                Phrase.SCREEN_CHOICE_HISTORY,
                *((Phrase.SCREEN_CHOICE_OUTPUT,) if self._has_outputs else ()),
                Phrase.SCREEN_CHOICE_LOGOUT,
            ),
            Kind.OUTPUT: (
                *(_OUTPUT_CHOICES[each] for each in self._around.privacy.outputs),
                Phrase.SCREEN_CHOICE_MENU,
            ),
        }
        keys = phrases.get(self._kind, (Phrase.SCREEN_CHOICE_MENU,))
        return tuple(self._around.book.say(each) for each in keys)


def touch_or_type(second: str) -> Phrase:
    """How to do the second step of a login."""
    return Phrase.SCREEN_TOUCH_KEY if second == TOUCH else Phrase.SCREEN_TYPE_CODE


def wait_lines(seconds: int, book: Phrasebook) -> tuple[Utterance, ...]:
    """How long nobody can log in; nothing for zero."""
    if seconds <= 0:
        return ()
    if seconds < _MINUTE_S:
        return (book.say(Phrase.SCREEN_LOCKED_SECONDS, seconds=seconds),)
    minutes = timedelta(minutes=-(-seconds // _MINUTE_S))
    return (book.say(Phrase.SCREEN_LOCKED_MINUTES, minutes=minutes),)


def queue_lines(checks: Sequence[Mapping[str, Any]], book: Phrasebook) -> tuple[Utterance, ...]:
    """What waits, oldest first; no patient data.

    Args:
        checks: ``[{"treated_on", "attempts"}, …]``; KeyError, TypeError or ValueError when they
            are not.
        book: the language.
    """
    if not checks:
        return (book.say(Phrase.SYNC_NOTHING),)
    items = (
        book.say(
            Phrase.QUEUE_ITEM,
            day=date.fromisoformat(each["treated_on"]),
            attempts=int(each["attempts"]),
        )
        for each in checks
    )
    return book.say(Phrase.QUEUE_WAITING, count=len(checks)), *items


def history_lines(checks: Sequence[Mapping[str, Any]], book: Phrasebook) -> tuple[Utterance, ...]:
    """The checks that are kept, newest first: day and person.

    Args:
        checks: ``[{"treated_on", "outcome", "eligibility", "eligibilities"}, …]`` in the order
            they were opened; KeyError, TypeError or ValueError when they are not.
        book: the language.
    """
    if not checks:
        return (book.say(Phrase.HISTORY_NOTHING),)
    items = (_history_line(each, book) for each in reversed(checks))
    count = sum(each["outcome"] not in WITHDRAWN_ITEM for each in checks)
    return book.say(Phrase.HISTORY_ALL, count=count), *items


def _history_line(check: Mapping[str, Any], book: Phrasebook) -> Utterance:
    day = date.fromisoformat(check["treated_on"])
    is_withdrawn = check["outcome"] in WITHDRAWN_ITEM
    if check["outcome"] != "answered" and not is_withdrawn:
        return book.say(Phrase.HISTORY_ITEM_UNANSWERED, day=day)
    found: Mapping[str, Any] = check["eligibility"] or next(iter(check["eligibilities"]), {})
    name = PersonName(found.get("name"), found.get("name_kana"))
    if is_withdrawn:
        return book.say(WITHDRAWN_ITEM[check["outcome"]], day=day, name=name)
    return book.say(Phrase.HISTORY_ITEM, day=day, name=name)
