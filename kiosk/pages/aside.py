"""What lies over a page for a moment: help, and from it how one listens and reads. 戻る leads back.

聞きかた is reached from every page by ヘルプ, 3: the page below once more, pause, and slower,
faster, softer, louder in steps (EN 301 549 5.1.3.4, 5.1.3.12; Section 508 402.2.4, 402.3).
文字の大きさ is ヘルプ, 4, where the terminal can change it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from kiosk.pages import view
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import joined, numbered
from kiosk.pages.listening import Listening
from kiosk.pages.page import Kind, Page
from kiosk.pages.settings import VALUES
from kiosk.pages.speech import Mouth
from kiosk.pages.visitor import Say
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_LABELS = (
    Phrase.LISTEN_AGAIN,
    Phrase.LISTEN_PAUSE,
    Phrase.LISTEN_SLOWER,
    Phrase.LISTEN_FASTER,
    Phrase.LISTEN_SOFTER,
    Phrase.LISTEN_LOUDER,
    Phrase.LISTEN_USUAL,
)
_AGAIN, _PAUSE, _USUAL = "1", "2", "7"
_SPEED = {"3": -1, "4": 1}
_VOLUME = {"5": -1, "6": 1}
_LISTEN, _SIZES = "3", "4"
_SIZE_LABELS = (Phrase.SIZE_LARGER, Phrase.SIZE_SMALLER, Phrase.SIZE_USUAL)
_SIZE = {"1": 1, "2": -1}
_SIZE_USUAL = "3"


class Way(Enum):
    """Where a key of the aside leads."""

    NOWHERE = "nowhere"
    BACK = "back"
    LOGIN = "0"
    WITHOUT_CARD = "1"
    CALL_STAFF = "2"
    CALL_OVER = "5"


class Aside:
    """Help and 聞きかた over a page.

    Args:
        book: the language, as it is then.
        mouth: says, and knows how whoever listens wants it.
        say: says utterances.
        below: all that is said of the page below.
        changed: told how whoever listens wants it from now on.
    """

    def __init__(
        self,
        book: Callable[[], Phrasebook],
        mouth: Mouth,
        say: Say,
        below: Callable[[], tuple[Utterance, ...]],
        changed: Callable[[Listening], None],
    ) -> None:
        self._book = book
        self._mouth = mouth
        self._say = say
        self._below = below
        self._changed = changed
        self._help: Page | None = None
        self._is_listening = self._is_paused = self._is_sizing = self._is_asked = False

    @property
    def page(self) -> Page | None:
        """What is shown; None = the page below."""
        if self._is_sizing:
            return self._sizes()
        if self._is_listening or self._help is None or not self._is_asked:
            return self._listening() if self._is_listening else self._help
        asked = self._book().say(Phrase.SCREEN_CALL_OVER_SURE)
        return replace(self._help, lines=(asked, *self._help.lines))

    def open(
        self,
        here: tuple[Utterance, ...],
        *,
        has_staff_login: bool,
        can_call: bool = True,
        is_called: bool = False,
        has_zoom: bool = False,
    ) -> None:
        """Help: ``here`` is what is said of the page below."""
        self._help = view.help_page(
            self._book(),
            has_staff_login=has_staff_login,
            has_voice=self._mouth.speaker.has_voice,
            can_call=can_call,
            is_called=is_called,
            has_zoom=has_zoom,
            here=here,
        )
        self._say(self._help.said, is_new_page=True)

    def close(self) -> None:
        """The page below."""
        self.forget_paused()
        self._help = None
        self._is_listening = self._is_sizing = self._is_asked = False

    def forget_paused(self) -> None:
        """What was paused belongs to a page that is gone, and holds up what is told next."""
        if self._is_paused:
            self._mouth.speaker.hush()
        self._is_paused = False

    def keeps_sound(self, press: Press) -> bool:
        """Pause and go on: the one key that stops the sound without forgetting what was said."""
        return self._is_listening and press.digit == _PAUSE

    def press(self, press: Press) -> Way:
        """A key; もう一度 and ヘルプ never come here."""
        if self._is_listening or self._is_sizing:
            (self._press_listening if self._is_listening else self._press_sizes)(press)
            return Way.NOWHERE
        page, was_asked, self._is_asked = self._help, self._is_asked, False
        if page is None or press.action in {Action.BACK, Action.ENTER}:
            return Way.BACK
        if press.action is not Action.DIGIT:
            self._say(page.said)
        elif press.digit not in page.digits:
            self._say((self._book().say(Phrase.SCREEN_NO_CHOICE),))
        elif press.digit == Way.CALL_OVER.value and not was_asked:
            # One key does not silence a call: whoever called may have struck it by mistake.
            self._is_asked = True
            self._say((self._book().say(Phrase.SCREEN_CALL_OVER_SURE),))
        elif press.digit not in {_LISTEN, _SIZES}:
            return Way(press.digit)
        else:
            self._is_listening, self._is_sizing = press.digit == _LISTEN, press.digit == _SIZES
            opened = self._listening() if self._is_listening else self._sizes()
            self._say(opened.said, is_new_page=True)
        return Way.NOWHERE

    def _press_listening(self, press: Press) -> None:
        if press.digit == _PAUSE:
            self._pause()
            return
        self._is_paused = False
        now = self._mouth.listeners.now
        if press.action is Action.BACK and self._help:
            self._is_listening = False
            self._say(self._help.said, is_new_page=True)
        elif press.digit == _AGAIN:
            self._say(self._below(), is_new_page=True)
        elif press.digit in _SPEED:
            self._change(now.faster(_SPEED[press.digit]))
        elif press.digit in _VOLUME:
            self._change(now.louder(_VOLUME[press.digit]))
        elif press.digit == _USUAL:
            usual = self._mouth.listeners.usual
            self._change(replace(now, speed=usual.speed, volume=usual.volume))
        elif press.action is Action.DIGIT:
            self._say((self._book().say(Phrase.SCREEN_NO_CHOICE),))
        else:
            self._say(self._listening().said, is_new_page=True)

    def _press_sizes(self, press: Press) -> None:
        now, usual = self._mouth.listeners.now, self._mouth.listeners.usual
        if press.action is Action.BACK and self._help:
            self._is_sizing = False
            self._say(self._help.said, is_new_page=True)
        elif press.digit in _SIZE:
            self._change(now.larger(_SIZE[press.digit]))
        elif press.digit == _SIZE_USUAL:
            self._change(replace(now, size=usual.size))
        elif press.action is Action.DIGIT:
            self._say((self._book().say(Phrase.SCREEN_NO_CHOICE),))
        else:
            self._say(self._sizes().said, is_new_page=True)

    def _pause(self) -> None:
        """Silence at once, with a tick as the key's answer; then on from the sentence cut off."""
        speaker = self._mouth.speaker
        self._is_paused = not self._is_paused
        if self._is_paused:
            speaker.pause()
            speaker.tick()
        else:
            speaker.resume()
            self._say((self._book().say(Phrase.LISTEN_OVER),))

    def _change(self, wanted: Listening) -> None:
        """Said as it will sound, which is its own example."""
        before = self._mouth.listeners.now
        self._changed(wanted)
        is_end = before == self._mouth.listeners.now
        end = (self._book().say(Phrase.LISTEN_END),) if is_end else ()
        self._say((*end, *self._state()), is_new_page=True)

    def _sizes(self) -> Page:
        book = self._book()
        choices = (*numbered(_SIZE_LABELS, book), book.say(Phrase.SCREEN_CHOICE_BACK))
        title = book.say(view.TITLES[Kind.SIZE])
        digits = view.DIGITS[: len(_SIZE_LABELS)]
        return Page(Kind.SIZE, title, state=self._state(), choices=choices, digits=digits)

    def _listening(self) -> Page:
        book = self._book()
        choices = (*numbered(_LABELS, book), book.say(Phrase.SCREEN_CHOICE_BACK))
        digits = view.DIGITS[: len(_LABELS)]
        title = book.say(Phrase.LISTEN_TITLE)
        return Page(Kind.LISTENING, title, state=self._state(), choices=choices, digits=digits)

    def _state(self) -> tuple[Utterance, ...]:
        book, now = self._book(), self._mouth.listeners.now
        if self._is_sizing:
            return (joined(book.say(Phrase.PREFER_NOW), book.say(VALUES["size"][now.size])),)
        return (
            joined(book.say(Phrase.LISTEN_SPEED), book.say(VALUES["speed"][now.speed])),
            joined(book.say(Phrase.LISTEN_VOLUME), book.say(VALUES["volume"][now.volume])),
        )
