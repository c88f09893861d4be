"""The reception line by line: ``kiosk.pages.Front`` with typed lines for keys and written for rows.

For NVDA or PC-Talker over SSH, braille lines, serial consoles and scripts: status first, one fact
a line, numbered choices, no escape byte (facts SCREEN_AND_VOICE, Textual: line mode).
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from kiosk.desk.link import Link
from kiosk.desk.messages import BadMessage, Condition, CoreUnreachable, Message, Release
from kiosk.line.keyboard import Keyboard
from kiosk.line.show import show
from kiosk.line.status import condition_lines
from kiosk.line.typed import No, ends, in_lines, keys_of, presses
from kiosk.pages.front import Front
from kiosk.pages.keys import Action, Press
from kiosk.pages.page import Kind, Page
from kiosk.pages.speech import Silent
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.card import MalformedPin

SETTLE_S = 0.1
"""A question is put when the core has said all it has to say."""
NO_ANSWER_S = 2.0
"""The core need not answer a key; then the question stands again."""
AGAIN_S = 0.5
"""How often a core that has gone is looked for."""
_RELEASE = 0
"""No request of the front's has this number; nobody waits for the answer."""
_NOT_TAKEN = {No.CHOICE: Phrase.FRONT_UNKNOWN_CHOICE, No.LONG: Phrase.FORM_FULL}
_AT_WORK = frozenset({Kind.READING, Kind.ASKING, Kind.SETUP_WORK})


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
        book: the language until the core says which.
        keyboard: where lines are typed.
        out: where lines are written.
        front: whose pages.
    """

    def __init__(
        self,
        open_link: Callable[[], Link],
        book: Phrasebook,
        keyboard: Keyboard,
        out: TextIO,
        *,
        front: type[Front] = Front,
    ) -> None:
        self._open_link = open_link
        self._keyboard = keyboard
        self._out = out
        self._inbox: queue.SimpleQueue[_Gone | _Heard | _Line] = queue.SimpleQueue()
        self._typed: deque[str | None] = deque()
        self._link: Link | None = None
        self._said: list[Utterance] = []
        self._told: list[Utterance] = []
        self._condition: Condition | None = None
        self._is_asking = False
        self._ask_at: float | None = None
        self._front = front(
            self._send, Silent(), language=book.language, now=time.monotonic, lines=self._hear_said
        )

    def run(self) -> int:
        """Serve until 0, or until there are no more lines; the exit status.

        0; or that of K311 or K312 when it ended without having had the reception.
        """
        self._keyboard.start(lambda text: self._inbox.put(_Line(text)))
        with self._keyboard:
            self._connect(is_first=True)
            while self._turn() and not self._front.is_done:
                pass
        self._leave()
        page = self._front.page
        is_without = page.kind in {Kind.GONE, Kind.BUSY}
        return 10 + int(page.code[1]) if is_without else 0

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
        times = [each for each in (self._ask_at, self._front.wakes_at_s) if each is not None]
        return max(0.0, min(times) - time.monotonic()) if times else None

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
            return
        now = time.monotonic()
        if self._ask_at is not None and now >= self._ask_at:
            self._ask()
        wakes_at = self._front.wakes_at_s
        if wakes_at is not None and now >= wakes_at:
            self._front.tick()
            self._write_said(self._front.page)

    def _answer_typed(self) -> bool:
        """Lines wait until they are asked for: a script may be ahead of the core."""
        while self._typed and (self._link is None or self._is_asking):
            text = self._typed.popleft()
            if text is None or ends(text, self._front.page):
                return False
            if self._link is not None:
                self._answer(text)
        return True

    # -- the core ----------------------------------------------------------------------------

    def _connect(self, *, is_first: bool = False) -> None:
        try:
            link = self._open_link()
        except CoreUnreachable:
            if is_first:
                self._tell_gone()
            return
        if not is_first:
            self._write((self._front.book.say(Phrase.FRONT_CONNECTED),))
        self._link = link
        threading.Thread(target=self._listen, args=[link], name="link", daemon=True).start()
        self._front.connected()

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
        self._front.lost()
        self._said.clear()
        self._condition, self._ask_at = None, None
        self._tell_gone()

    def _tell_gone(self) -> None:
        book, code = self._front.book, CoreUnreachable.code
        self._write((book.message(code), book.hint(code)))

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
        before = self._front.page
        self._front.hear(message)
        if isinstance(message, Condition):
            self._changed(message)
        self._write_said(before)
        if not self._is_asking and self._ask_at is None:
            self._ask_soon(SETTLE_S)

    def _changed(self, condition: Condition) -> None:
        """At rest, what is new of the box; at the next rest all of it."""
        before, self._condition = self._condition, condition
        is_told = self._front.page.kind is Kind.IDLE and self._is_asking and before is not None
        if is_told:
            lines = condition_lines(condition, before, self._front.book)
            show(self._marked(lines), self._out)

    # -- what is written ---------------------------------------------------------------------

    def _hear_said(self, utterances: Sequence[Utterance]) -> None:
        self._said += in_lines(utterances, self._front.book)

    def _write_said(self, before: Page) -> None:
        """Write what the front said; how the box is at rest stands above the question there."""
        after = self._front.page
        resting = self._resting(after) if after.kind is Kind.IDLE else ()
        said = [each for each in self._said if each not in resting]
        self._said.clear()
        if said:
            self._write(said)
        if said or after.kind is not before.kind:
            self._ask_soon(SETTLE_S)

    def _resting(self, page: Page) -> tuple[Utterance, ...]:
        how = (Phrase.SCREEN_IDLE_HOW, Phrase.SCREEN_IDLE_CLOSED)
        return (page.title, *page.state, *(self._front.book.say(each) for each in how))

    def _write(self, utterances: Iterable[Utterance]) -> None:
        lines = list(utterances)
        self._pose(is_asking=False)
        self._told += lines
        show(self._marked(lines), self._out)

    def _marked(self, lines: Iterable[Utterance]) -> list[Utterance]:
        every = list(lines)
        return self._front.book.simulated_block(every) if self._front.is_simulated else every

    def _ask_soon(self, within_s: float) -> None:
        self._ask_at = time.monotonic() + within_s

    def _ask(self) -> None:
        """Put the question of the page, unless there is nothing to be typed yet."""
        self._ask_at = None
        page = self._front.page
        if page.kind in _AT_WORK or self._front.is_waiting:
            return
        offered = (*page.choices, *page.default)
        untold = [each for each in offered if each not in self._told]
        self._told.clear()
        # Before the words: who types at once must not see the digits.
        self._pose(is_asking=True)
        if page.kind is Kind.IDLE:
            show(self._marked(self._at_rest()), self._out)
        book = self._front.book
        show([*untold, *(book.say(each) for each in keys_of(page))], self._out)

    def _at_rest(self) -> list[Utterance]:
        book, condition = self._front.book, self._condition
        is_ready = condition is None or (condition.reader and not condition.closed)
        first = book.say(Phrase.FRONT_IDLE if is_ready else Phrase.FRONT_NOT_READY)
        return [first, *(condition_lines(condition, None, book) if condition else ())]

    def _pose(self, *, is_asking: bool) -> None:
        self._is_asking = is_asking
        entry = self._front.page.entry
        if is_asking and entry is not None and entry.is_secret:
            self._keyboard.hide()
        else:
            self._keyboard.show()

    # -- the person --------------------------------------------------------------------------

    def _answer(self, text: str) -> None:
        before = self._front.page
        keys = presses(text, before)
        if isinstance(keys, No):
            self._unknown(keys)
            return
        self._pose(is_asking=False)
        if self._front.is_warned:
            self._front.press(Press(Action.OTHER))
        for each in keys:
            # Counts of digits and pages passed through are nothing to whoever typed a line.
            self._said.clear()
            self._front.press(each)
        is_told = bool(self._said) or self._front.page.kind is not before.kind
        self._write_said(before)
        self._ask_soon(SETTLE_S if is_told else NO_ANSWER_S)

    def _unknown(self, no: No) -> None:
        book = self._front.book
        if no is No.PIN:
            lines = [book.message(MalformedPin.code), book.hint(MalformedPin.code)]
        else:
            lines = [book.say(_NOT_TAKEN[no])]
        self._write(lines)
        self._ask()
