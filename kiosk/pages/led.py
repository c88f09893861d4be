"""The set-up of a box that has no settings, on its screen: one question a page. No terminal.

The core asks (``kiosk.desk.leading``) and knows what for; here is only what is shown, said and
typed. What is typed by hand is written as on a telephone: the same key again goes on to its next
sign, 決定 sets it, 決定 again sends the whole; a full keyboard writes what stands on its keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from kiosk.desk.leading import ANSWER, Keys, Lead
from kiosk.desk.messages import Entered, Failed, Reply
from kiosk.pages.kana import DIGITS, ROWS, KanaEntry
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import joined
from kiosk.pages.page import Kind, Masked, Page, Shown
from kiosk.pages.view import DIGITS as CHOICES
from kiosk.pages.view import TITLES
from kiosk.pages.visitor import BEATS, Ask, Say
from kiosk.phrasebook import Phrase, Phrasebook, SetupPhrase, Utterance

_ACCOUNT = {
    "1": "1", "2": "2ABC", "3": "3DEF", "4": "4GHI", "5": "5JKL", "6": "6MNO", "7": "7PQRS",
    "8": "8TUV", "9": "9WXYZ", "0": "0",
}  # fmt: skip
_BRACKETS = "()[]{}<>"
_SIGNS = {
    **{digit: row + row[1:].lower() for digit, row in _ACCOUNT.items()},
    "1": "1-._@/:,;!?",
    "0": "0#$%&*+=~^|\\'\"`" + _BRACKETS,
}
SIGNS_OF: Mapping[Keys, Mapping[str, str]] = {
    Keys.DIGITS: DIGITS,
    Keys.ACCOUNT: _ACCOUNT,
    Keys.CODE: {**_ACCOUNT, "1": "1-", "0": "0-"},
    Keys.SIGNS: _SIGNS,
    Keys.KANA: ROWS,
}
"""What each of the ten keys turns through."""


@dataclass
class Led:
    """One set-up as the screen has it.

    Args:
        book: the language, as it is then.
        say: says utterances.
        tick: the sound of a key that was taken.
        ask: sends a request to the core.
    """

    book: Callable[[], Phrasebook]
    say: Say
    tick: Callable[[], None]
    ask: Ask
    _lead: Lead = field(default_factory=lambda: Lead(number=-1))
    _entry: KanaEntry | None = field(default=None, repr=False)
    _note: tuple[Utterance, ...] = ()
    _news: tuple[Utterance, ...] = ()
    _is_sent: bool = False
    _has_keyboard: bool = False
    _beats: int = 0

    @property
    def page(self) -> Page:
        """What is shown."""
        lead = self._lead
        if self.is_at_work:
            wait = self.book().say(Phrase.SCREEN_WAIT)
            lines = (*lead.step, *self._news, *lead.told, wait)
            return replace(self._page(Kind.SETUP_WORK, lines), beats=self._beats)
        if self._entry is None:
            lines = (*lead.step, *self._news, *lead.told, *lead.question)
            digits = CHOICES[: len(lead.choices)]
            choices = (*self._numbered, self.book().say(Phrase.SCREEN_CHOICE_BACK))
            page = replace(self._page(Kind.SETUP, lines), choices=choices, digits=digits)
            if len(lead.choices) > 1:
                return page
            return replace(
                page, goes_on=True, default=(self.book().say(Phrase.SCREEN_DEFAULT_SEND),)
            )
        lines = (*lead.step, *self._note, *lead.told, *lead.question)
        page, typed = self._page(Kind.SETUP_ENTRY, lines), self._heard(self._entry.text)
        return replace(page, entry=self._shown, typed=typed, digits=CHOICES + "0", takes_signs=True)

    def _page(self, kind: Kind, lines: tuple[Utterance, ...]) -> Page:
        return Page(kind, self.book().say(TITLES[kind]), lines)

    @property
    def is_at_work(self) -> bool:
        """The core owes the next question; ``beat`` is wanted every second."""
        return self._is_sent or not self._lead.asks

    @property
    def _numbered(self) -> tuple[Utterance, ...]:
        say = self.book().say
        return tuple(
            joined(say(Phrase.SCREEN_CHOICE, number=number), each)
            for number, each in enumerate(self._lead.choices, start=1)
        )

    @property
    def _shown(self) -> Masked | Shown:
        blank, text = self._lead.blank, self._entry.text if self._entry else ""
        if blank and blank.is_secret:
            return Masked(len(text), blank.most if blank.least == blank.most else 0)
        return Shown(text)

    def take(self, lead: Lead) -> bool:
        """The next question, or more of what led to it; True when it opens a page."""
        before, self._lead = self._lead, lead
        is_next = lead.number != before.number
        if is_next:
            self._is_sent, self._beats, self._note = False, 0, ()
        if lead.blank != before.blank or is_next:
            blank = lead.blank
            self._entry = KanaEntry(SIGNS_OF[blank.keys], blank.most) if blank else None
        step = () if lead.step == before.step else lead.step
        told = lead.told if is_next else lead.told[len(before.told) :]
        asked = lead.asks and (is_next or not before.asks)
        question = (*lead.question, *self.page.choices) if asked else ()
        if said := (*step, *told, *question):
            self.say(said)
        return is_next or asked

    def news(self, words: tuple[Utterance, ...]) -> None:
        """What is wrong with the box itself: told at once, shown until a choice is made."""
        self._news = words
        self.say(words)

    def beat(self) -> None:
        """A second of work has passed: seen as a dot, heard at once and now and then."""
        self._beats = self._beats % BEATS + 1
        if self._beats == 1:
            self.say((self.book().say(Phrase.SCREEN_WAIT),))

    def meant(self, press: Press) -> Press:
        """The key as it is meant where somebody types: on a keyboard with letters, - is a hyphen.

        Who has only a keypad never types a letter but by the digits, and keeps all four keys.
        """
        if self._entry is None:
            return press
        written = press.sign or press.digit
        is_letter = press.action is Action.OTHER and written.isalpha()
        self._has_keyboard |= is_letter
        is_written = self._has_keyboard and self._sign(written)
        return Press(Action.OTHER, sign=written) if is_written else press

    def press(self, press: Press) -> None:
        """A key, as it is meant; もう一度 and ヘルプ never come here."""
        self._note = ()
        if self.is_at_work:
            self.say(self.page.said)
        elif self._entry is not None:
            self._press_entry(self._entry, press)
        elif press.action is Action.BACK:
            self._send({"back": True})
        elif press.digit and press.digit in self.page.digits:
            self._send({"choice": int(press.digit)})
        elif press.action is Action.ENTER and len(self._lead.choices) == 1:
            self._send({"choice": 1})
        elif press.action is Action.DIGIT:
            self.say((self.book().say(Phrase.SCREEN_NO_CHOICE), *self._numbered))
        else:
            self.say(self.page.said)

    def _press_entry(self, entry: KanaEntry, press: Press) -> None:
        if press.action is Action.BACK and entry.back():
            self._tell(self._heard(entry.text))
        elif press.action is Action.BACK:
            self._send({"back": True})
        elif press.action is Action.ENTER:
            self._enter(entry)
        elif self._writes(entry, press):
            self.tick()
            self._tell(self._heard(entry.text[-1]))
        else:
            self.say(self.page.said)

    def _enter(self, entry: KanaEntry) -> None:
        """決定 sets the last sign; once it is set, and there are enough of them, it sends."""
        least = self._lead.blank.least if self._lead.blank else 0
        if entry.fix():
            self._tell(self._heard(entry.text))
        elif (left := least - len(entry.text)) > 0:
            self._note = (self.book().say(SetupPhrase.MORE_NEEDED, count=left),)
            self.say(self._note)
        else:
            self._send({"text": entry.text})

    def _sign(self, typed: str) -> str:
        """What a key of a full keyboard writes here; "" = nothing."""
        keys = self._lead.blank.keys if self._lead.blank else Keys.DIGITS
        if keys is Keys.KANA:
            return typed
        sign = typed if keys is Keys.SIGNS else typed.upper()
        return sign if sign and any(sign in row for row in SIGNS_OF[keys].values()) else ""

    def _writes(self, entry: KanaEntry, press: Press) -> bool:
        if press.digit:
            return bool(entry.press(press.digit))
        sign = self._sign(press.sign)
        return bool(sign) and entry.put(sign)

    def _tell(self, heard: tuple[Utterance, ...]) -> None:
        """A secret is counted, never voiced (EN 301 549 5.1.3.8)."""
        count = len(self._entry.text) if self._entry else 0
        blank = self._lead.blank
        if (blank and blank.is_secret) or not heard:
            self._note = (self.book().say(SetupPhrase.TYPED, count=count),)
            heard = self._note
        self.say(heard)

    def _heard(self, text: str) -> tuple[Utterance, ...]:
        blank = self._lead.blank
        if not text or blank is None or blank.is_secret:
            return ()
        if blank.keys is Keys.KANA:
            return (self.book().say(SetupPhrase.KANA_SO_FAR, value=text),)
        if blank.keys is Keys.SIGNS and len(text) == 1 and text.isupper():
            return (self.book().say(SetupPhrase.CAPITAL, value=text),)
        return (self.book().say(SetupPhrase.SO_FAR, value=text),)

    def _send(self, answer: Mapping[str, object]) -> None:
        number = self._lead.number
        if self._entry is None:
            self._news = ()
        self._is_sent, self._beats, self._entry = True, 0, None
        self.tick()
        document = {"kind": ANSWER, "number": number, **answer}
        self.ask(partial(Entered, presentation=document), partial(self._answered, number))

    def _answered(self, number: int, answer: Reply | Failed) -> None:
        """What was not taken is asked once more: the core tells it anew."""
        if isinstance(answer, Failed) and number == self._lead.number:
            lead, self._lead = self._lead, Lead(number=-1)
            self.take(lead)
