"""The reception line by line: the same visit as on the screen, over the same desk.

For NVDA or PC-Talker over SSH, braille lines, serial consoles and scripts: status first, one fact
a line, numbered choices, no escape byte (facts SCREEN_AND_VOICE, Textual: line mode).
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TextIO

from kiosk.desk.link import Link
from kiosk.desk.messages import (
    VERSION,
    BadMessage,
    Busy,
    Chosen,
    Claim,
    Condition,
    CoreUnreachable,
    Failed,
    Happened,
    Hello,
    Key,
    Message,
    Pressed,
    Release,
    Reply,
    Typed,
    Welcome,
)
from kiosk.desk.values import unpack
from kiosk.domain.identity import PIN_LENGTH
from kiosk.domain.text import half_width
from kiosk.line.keyboard import Keyboard
from kiosk.line.show import show
from kiosk.line.status import condition_lines
from kiosk.phrasebook import Phrase, Phrasebook, PhraseError, Utterance
from kiosk.phrasebook.told import utterances
from kiosk.ports.card import MalformedPin

SETTLE_S = 0.1
"""A question is put when the core has said all it has to say."""
NO_ANSWER_S = 2.0
"""The core need not answer a key; then the question stands again."""
AGAIN_S = 0.5
"""How often a core that has gone is looked for."""
_CLAIM, _RELEASE = 1, 2
_BUSY_PHRASES = frozenset({Phrase.RECEPTION_READING, Phrase.RECEPTION_ASKING})
_OF_NO_VISIT = frozenset({Phrase.RECEPTION_THANKS, Phrase.RECEPTION_CARD_LEFT})


class Question(Enum):
    """What a line typed now would answer."""

    NONE = auto()
    REST = auto()
    PIN = auto()
    CHOICE = auto()
    MORE = auto()
    BUSY = auto()


_CHOICES: dict[Question, tuple[Phrase, ...]] = {
    Question.NONE: (),
    Question.REST: (
        Phrase.FRONT_START,
        Phrase.FRONT_WITHOUT_CARD,
        Phrase.FRONT_REPEAT,
        Phrase.FRONT_END,
    ),
    Question.PIN: (Phrase.FRONT_PIN, Phrase.FRONT_REPEAT, Phrase.FRONT_BACK),
    Question.CHOICE: (Phrase.FRONT_REPEAT, Phrase.FRONT_BACK),
    Question.MORE: (Phrase.FRONT_REPEAT, Phrase.FRONT_BACK),
    Question.BUSY: (Phrase.FRONT_TRY_AGAIN, Phrase.FRONT_END),
}


@dataclass(frozen=True, slots=True)
class _Gone:
    """The line to this core has ended."""

    link: Link


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message of this core."""

    link: Link
    message: Message


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    """A line typed; None = there will be no more."""

    text: str | None


class LineFront:
    """One front in line mode.

    Args:
        open_link: gives a new line to the core; CoreUnreachable while there is none.
        book: the language.
        keyboard: where lines are typed.
        out: where lines are written.
    """

    def __init__(
        self, open_link: Callable[[], Link], book: Phrasebook, keyboard: Keyboard, out: TextIO
    ) -> None:
        self._open_link = open_link
        self._book = book
        self._keyboard = keyboard
        self._out = out
        self._inbox: queue.SimpleQueue[_Gone | _Heard | _Line] = queue.SimpleQueue()
        self._typed: deque[str | None] = deque()
        self._link: Link | None = None
        self._is_simulated = False
        self._condition: Condition | None = None
        self._said: list[Utterance] = []
        self._is_new = True
        self._asks = Question.NONE
        self._next: Question | None = None
        self._next_at = 0.0
        self._in_visit = False
        self._code: str | None = None
        self._choices = 0

    def run(self) -> int:
        """Serve until 0, or until there are no more lines; the exit status.

        0; or that of K311 or K312 when it ended without having had the reception.
        """
        self._keyboard.start(lambda text: self._inbox.put(_Line(text)))
        with self._keyboard:
            self._connect(is_first=True)
            while self._turn():
                pass
        self._leave()
        return 10 + int(self._code[1]) if self._code else 0

    # -- the loop ----------------------------------------------------------------------------

    def _turn(self) -> bool:
        """One thing that happened; False = the end."""
        try:
            item = self._inbox.get(timeout=self._patience())
        except queue.Empty:
            self._time_up()
        else:
            self._take(item)
        return self._answer_typed()

    def _patience(self) -> float | None:
        if self._link is None:
            return AGAIN_S
        return max(0.0, self._next_at - time.monotonic()) if self._next else None

    def _take(self, item: _Gone | _Heard | _Line) -> None:
        match item:
            case _Line(text=text):
                self._typed.append(text)
            case _Heard(link=link, message=message) if link is self._link:
                self._hear(message)
            case _Gone(link=link) if link is self._link:
                self._lose()

    def _time_up(self) -> None:
        if self._link is None:
            self._connect()
        elif self._next is not None:
            self._ask(self._next)

    def _answer_typed(self) -> bool:
        """Lines wait until they are asked for: a script may be ahead of the core."""
        while self._typed and self._is_answerable():
            text = self._typed.popleft()
            if text is None or not self._answer(half_width(text).strip()):
                return False
        return True

    def _is_answerable(self) -> bool:
        return self._link is None or self._asks is not Question.NONE

    # -- the core ----------------------------------------------------------------------------

    def _connect(self, *, is_first: bool = False) -> None:
        try:
            link = self._open_link()
            link.send(Hello(VERSION, "line"))
        except CoreUnreachable as error:
            if is_first:
                self._tell_code(error.code)
            return
        if not is_first:
            self._tell(self._book.say(Phrase.FRONT_CONNECTED))
        self._link = link
        threading.Thread(target=self._listen, args=[link], name="link", daemon=True).start()

    def _listen(self, link: Link) -> None:
        while True:
            try:
                message = link.receive()
            except (CoreUnreachable, BadMessage):
                self._inbox.put(_Gone(link))
                return
            if message is not None:
                self._inbox.put(_Heard(link, message))

    def _lose(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None
        self._forget()
        self._condition, self._next = None, None
        self._pose(Question.NONE)
        self._tell_code(CoreUnreachable.code)

    def _leave(self) -> None:
        if self._link is not None:
            self._send(Release(_RELEASE))
            self._link.close()

    def _send(self, message: Message) -> None:
        """A core that has gone is found out by who listens."""
        if self._link is not None:
            try:
                self._link.send(message)
            except CoreUnreachable:
                return

    def _hear(self, message: Message) -> None:
        match message:
            case Welcome(is_simulated=is_simulated):
                self._is_simulated = is_simulated
                self._send(Claim(_CLAIM))
            case Reply(id=number) if number == _CLAIM:
                self._code = None
                self._rest()
            case Failed(id=number, code=code) if number == _CLAIM:
                self._tell_code(code)
                self._expect(Question.BUSY)
            case Failed(code=code):
                self._tell_code(code)
                self._expect(Question.PIN if code == MalformedPin.code else Question.MORE)
            case Condition():
                self._changed(message)
            case Happened():
                self._happened(message)

    def _changed(self, condition: Condition) -> None:
        before, self._condition = self._condition, condition
        if not self._in_visit and before is not None:
            show(self._marked(condition_lines(condition, before, self._book)), self._out)

    def _happened(self, message: Happened) -> None:
        if message.effect == "forget":
            was_in_visit = self._in_visit
            self._forget()
            if was_in_visit:
                self._rest()
        elif message.effect == "ask_pin":
            self._in_visit = True
            self._expect(Question.PIN)
        elif message.effect == "ask_choice":
            self._told(message)
            self._choices = message.choices
            self._expect(Question.CHOICE)
        elif message.effect == "tell":
            self._told(message)

    def _told(self, message: Happened) -> None:
        self._in_visit |= _is_of_a_visit(message.phrase) or message.choices > 0
        try:
            lines = utterances(message.phrase, unpack(message.values), self._book)
        except (ValueError, PhraseError, BadMessage):
            # A newer core says what this version has no words for.
            lines = [self._book.message("unknown"), self._book.hint("unknown")]
        self._tell(*lines)
        if message.phrase in _BUSY_PHRASES:
            self._is_new = True
            self._next = None
        else:
            self._expect(Question.MORE if self._in_visit else Question.REST)

    def _rest(self) -> None:
        is_ready = self._condition is None or self._condition.reader
        first = Phrase.FRONT_IDLE if is_ready else Phrase.FRONT_NOT_READY
        lines = condition_lines(self._condition, None, self._book) if self._condition else []
        self._tell(self._book.say(first), *lines)
        self._expect(Question.REST)

    def _forget(self) -> None:
        self._said = []
        self._is_new = True
        self._in_visit = False

    # -- the person --------------------------------------------------------------------------

    def _tell(self, *lines: Utterance) -> None:
        if self._is_new:
            self._said = []
        self._is_new = False
        self._pose(Question.NONE)
        self._said += lines
        show(self._marked(lines), self._out)

    def _tell_code(self, code: str) -> None:
        if code in {CoreUnreachable.code, Busy.code}:
            self._code = code
        self._tell(self._book.message(code), self._book.hint(code))

    def _marked(self, lines: Iterable[Utterance]) -> list[Utterance]:
        every = list(lines)
        return self._book.simulated_block(every) if self._is_simulated else every

    def _expect(self, question: Question, *, within_s: float = SETTLE_S) -> None:
        self._next, self._next_at = question, time.monotonic() + within_s

    def _ask(self, question: Question) -> None:
        self._next = None
        self._is_new = True
        # Before the words: who types at once must not see the digits.
        self._pose(question)
        show((self._book.say(each) for each in _CHOICES[question]), self._out)

    def _pose(self, question: Question) -> None:
        self._asks = question
        if question is Question.PIN:
            self._keyboard.hide()
        else:
            self._keyboard.show()

    def _answer(self, text: str) -> bool:
        """What a line means; False = the end."""
        asks = self._asks
        if text == "0" and (self._link is None or asks in {Question.REST, Question.BUSY}):
            return False
        if self._link is None:
            return True
        if text == "9" and asks is not Question.BUSY:
            show(self._marked(self._said), self._out)
            self._ask(asks)
        elif asks is Question.PIN and len(text) == PIN_LENGTH and text.isdecimal():
            self._sent(Typed(text))
        elif asks is Question.CHOICE and text.isdecimal() and 1 <= int(text) <= self._choices:
            self._sent(Chosen(int(text)))
        elif asks is Question.REST and text == "2":
            self._sent(Pressed(Key.WITHOUT_CARD))
        elif text == "0":
            self._sent(Pressed(Key.BACK))
        elif text == "1" and asks is Question.BUSY:
            self._sent(Claim(_CLAIM))
        elif (text == "1" and asks is Question.REST) or (not text and asks is not Question.BUSY):
            self._sent(Pressed(Key.ANY))
        else:
            self._unknown(asks)
        return True

    def _sent(self, message: Message) -> None:
        asks = self._asks
        self._is_new = True
        self._pose(Question.NONE)
        self._send(message)
        self._expect(asks, within_s=NO_ANSWER_S)

    def _unknown(self, asks: Question) -> None:
        if asks is Question.PIN:
            code = MalformedPin.code
            lines = [self._book.message(code), self._book.hint(code)]
        else:
            lines = [self._book.say(Phrase.FRONT_UNKNOWN_CHOICE)]
        show(lines, self._out)
        self._ask(asks)


def _is_of_a_visit(phrase: str) -> bool:
    return phrase.startswith("reception.") and phrase not in _OF_NO_VISIT
