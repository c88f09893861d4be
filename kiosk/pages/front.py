"""The reception as its front: what was told, what is typed, what is shown and said.

No terminal and no thread: the app feeds it messages, keys and time, and shows ``sheet``. Below lies
the resting screen or the page of the visit, above it perhaps help or the staff's pages, and over
all "getting ready" or "another screen has the visit".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.desk.manner import manner_of
from kiosk.desk.messages import (
    VERSION,
    Condition,
    Failed,
    Happened,
    Hello,
    Key,
    Message,
    Pressed,
    Reply,
    Session,
    Welcome,
)
from kiosk.domain.preferences import Preferences
from kiosk.pages import view
from kiosk.pages.around import Around
from kiosk.pages.aside import Aside, Way
from kiosk.pages.clipboard import Clipboard
from kiosk.pages.faults import Faults
from kiosk.pages.keys import Action, Press, StrokeGuard
from kiosk.pages.listening import Listening
from kiosk.pages.page import Kind, Page
from kiosk.pages.requests import Answer, Requests, Send
from kiosk.pages.seat import Seat
from kiosk.pages.speech import Speaker
from kiosk.pages.surface import Surface
from kiosk.pages.visitor import BEAT_S, Outward, Visitor
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.voice import VoiceEvent

if TYPE_CHECKING:
    from kiosk.pages.staff import Staff

_PRESSED = {Way.WITHOUT_CARD: Key.WITHOUT_CARD, Way.CALL_STAFF: Key.CALL_STAFF}
REST_S = 60.0
"""So long after the last key at rest nobody stands there, and the next one begins as usual."""


class Front(Surface):
    """One screen of the reception.

    Args:
        send: takes a message to the core; does not raise.
        speaker: the voice.
        language: until the core says which.
        now: seconds of a clock that only goes forward.
        lines: takes what is said, for a face that writes lines: one endless sheet, keys that come
            from typed lines and are no double strikes; None = a screen.
        terminal: takes escape sequences for the clipboard of whoever looks on; None = it has none.
    """

    def __init__(
        self,
        send: Send,
        speaker: Speaker,
        *,
        language: str,
        now: Callable[[], float],
        lines: Callable[[Sequence[Utterance]], None] | None = None,
        terminal: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(speaker, language, lines)
        self._send = send
        self._now = now
        self._clipboard = Clipboard(terminal, now) if terminal else None
        self._guard = StrokeGuard(now)
        self._requests = Requests(send)
        self._condition: Condition | None = None
        self._notices: tuple[Utterance, ...] = ()
        self._faults = Faults()
        self._visitor = self._nobody()
        self._aside = Aside(
            lambda: self.book, self._mouth, self._say, self._all_below, self._listen
        )
        self._pressed_s = now()
        self._staff: Staff | None = None
        self._seat = Seat(self._requests, now, lambda: self.book, self._seated)
        self._beat_at_s = 0.0

    @property
    def preferences(self) -> Preferences:
        """What the staff set at the box."""
        return self._mouth.listeners.box

    @property
    def page(self) -> Page:
        """What is shown now."""
        if self._seat.page:
            return self._seat.page
        return self._aside.page or self._below

    @property
    def _below(self) -> Page:
        return self._staff.page if self._staff else self._visitor.page or self._idle()

    @property
    def _hears_as_staff(self) -> bool:
        return self._staff is not None and self._staff.is_in

    @property
    def is_warned(self) -> bool:
        """They were asked whether they are still there: the next key only says yes."""
        return self._visitor.is_warned or (self._staff is not None and self._staff.is_warned)

    @property
    def is_waiting(self) -> bool:
        """The core owes an answer."""
        return self._requests.are_open

    @property
    def wakes_at_s(self) -> float | None:
        """When ``tick`` has something to do, by the clock; None = nothing is waited for."""
        times = (
            self._seat.claims_at_s,
            self._beat_at_s if self._visitor.is_waiting else None,
            self._staff.wakes_at_s if self._staff else None,
            self._pressed_s + REST_S if self._is_left_open else None,
        )
        return min((each for each in times if each is not None), default=None)

    def _idle(self) -> Page:
        fault = self._faults.words(self.book)
        return view.idle(self._condition, self._notices, self.book, fault=fault)

    @property
    def _is_left_open(self) -> bool:
        """Somebody asked for help at rest, or changed the voice, and has begun no visit."""
        is_resting = not (self._visitor.has_begun or self._staff or self._seat.page)
        return is_resting and (self._aside.page or self._mouth.listeners.visitor) is not None

    def _all_below(self) -> tuple[Utterance, ...]:
        return view.whole(self._below, self.book, has_keys=False)

    def connected(self) -> None:
        """A line to a core is there."""
        self._send(Hello(VERSION, "screen"))

    def lost(self) -> None:
        """The core has gone, and whatever it told of a visitor with it."""
        self.leave_staff()
        self._requests.drop()
        self._condition = None
        self._aside.close()
        self._forget()
        self._mouth.privacy.reset()
        self._seat.lost()

    def hear(self, message: Message) -> None:
        """Take a message of the core; one of a newer core that says nothing here is left alone."""
        match message:
            case Welcome():
                self._welcomed(message)
            case Happened():
                self._happened(message)
            case Condition():
                before, self._condition = self.page, message
                self._say_what_changed(before)
            case Session() if self._staff:
                self._staff.session(message)
                self._close_staff_if_over()
            case Reply() | Failed():
                self._answered(message)

    def voice(self, event: VoiceEvent) -> None:
        """The voice is lost, or back: each fault is told once, at rest or to the staff."""
        if not self._faults.take(event):
            return
        if self._staff and self._staff.is_in:
            self._staff.news(self._faults.words(self.book))
            self._faults.told()
        elif self.page.kind is Kind.IDLE:
            self._say(self._faults.words(self.book))

    def tick(self) -> None:
        """Time has passed."""
        self._seat.tick()
        if self._visitor.is_waiting and self._now() >= self._beat_at_s:
            self._visitor.beat()
            self._beat_at_s = self._now() + BEAT_S
        if self._staff and self._now() >= self._staff.wakes_at_s:
            self._aside.forget_paused()
            if self._staff.tick_on():
                self._aside.close()
            self._close_staff_if_over()
        if self._is_left_open and self._now() >= self._pressed_s + REST_S:
            self._aside.close()
            self._forget()
            if self._lines is not None:  # a line stays where it was written: say what counts now
                self._say((self.page.title,))

    def _welcomed(self, welcome: Welcome) -> None:
        self.book = Phrasebook.load(welcome.language)
        self.is_simulated = self._mouth.is_simulated = welcome.is_simulated
        manner = manner_of(welcome.manner)
        self._guard.within_s = manner.double_strike_s if self._lines is None else 0.0
        self._mouth.privacy.behave(manner)
        self._prefer(manner.preferences)
        self._forget()
        self._seat.claim()

    def _prefer(self, preferences: Preferences) -> None:
        """As the staff set it: at once, and for whoever comes next."""
        self._mouth.listen(replace(self._mouth.listeners, box=preferences))
        if preferences.language and preferences.language != self.book.language:
            self.book = Phrasebook.load(preferences.language)
            if not self._visitor.has_begun:
                self._visitor = self._nobody()

    def _seated(self, is_news: bool) -> None:  # noqa: FBT001 - as ``Seat`` calls it
        self._sheet = 0
        if is_news:
            page = self.page
            self._say(page.said if self._seat.page else (page.title,), is_new_page=True)

    def _answered(self, answer: Answer) -> None:
        if self._requests.answered(answer):
            self._close_staff_if_over()
        elif isinstance(answer, Failed) and self._visitor.has_begun:
            self._visitor.tell(Happened(0, "tell", f"error.{answer.code}"))

    def _happened(self, message: Happened) -> None:
        if message.effect == "forget":
            self._forgotten()
        elif message.effect == "ask_pin":
            self._visit(self._visitor.ask_pin)
        elif message.effect == "ask_choice":
            self._visit(lambda: self._visitor.ask_choice(message))
        elif message.effect == "ask_numbers":
            self._visit(lambda: self._visitor.ask_numbers(message))
        elif message.effect == "tell":
            self._tell(message)

    def _tell(self, message: Happened) -> None:
        is_of_box = not (self._visitor.has_begun or view.is_of_a_visit(message.phrase))
        words = view.words_of(message, self.book)
        if view.is_about_another(message.phrase) or (is_of_box and self._staff):
            # Of somebody who is not here: on the staff's page, or nowhere.
            if self._staff and self._staff.is_in:
                self._staff.news(words)
        elif is_of_box:
            self._notices = tuple(each for each in words if not each.is_private)
            self._say(self._notices)
        else:
            self._visit(lambda: self._visitor.tell(message))

    def _visit(self, shown: Callable[[], bool]) -> None:
        """A visitor stands here: their page comes before help and the staff's lists."""
        self.leave_staff()
        if not self._visitor.has_begun:
            self._faults.told()
        self._aside.close()
        self._notices = ()
        if shown():
            self._sheet = 0
            self._beat_at_s = self._now() + BEAT_S

    def _forgotten(self) -> None:
        left = self._visitor
        if left.page is not None and left.page.is_private:
            self._mouth.speaker.hush()
        self._forget()
        if self._staff is None:
            self._mouth.privacy.reset()
        given_up = (self.book.say(Phrase.SCREEN_GIVEN_UP),) if left.gives_up else ()
        if left.is_leaving:
            self._say((*given_up, *self.page.said), is_new_page=True)

    def _forget(self) -> None:
        self._visitor = self._nobody()
        self._notices = ()
        self._mouth.listen(replace(self._mouth.listeners, visitor=None))
        self._guard.forget()
        self._sheet = 0

    def _nobody(self) -> Visitor:
        return Visitor(
            Outward(self.book, self._send, self._say, self._mouth.speaker.tick, self._requests.ask)
        )

    def press(self, press: Press) -> None:
        """A key: it stops the speech, then does what it means (EN 301 549 5.1.3.5)."""
        if not self._guard.takes(press):
            return
        self._pressed_s = self._now()
        if self._seat.page or self._visitor.is_warned or not self._aside.keeps_sound(press):
            self._mouth.speaker.hush()
        if self._seat.page:
            self._press_blocked(press)
        elif self._visitor.is_warned:
            # A key after "are you still there?" says yes, and is no digit of a PIN.
            self._visitor.stay()
        elif press.action is Action.REPEAT:
            self._stay()
            self._say(self._whole(), is_new_page=True)
        elif press.action is Action.HELP:
            self._stay()
            self._toggle_help()
        elif press.action is Action.ENTER and self._has_more:
            self._stay()
            self._turn_sheet()
        else:
            self._press(press)

    def _press(self, press: Press) -> None:
        if self._aside.page:
            self._press_aside(press)
        elif self._staff:
            self._staff.press(press)
            self._sheet = 0
            self._close_staff_if_over()
        elif self._visitor.has_begun:
            self._visitor.press(press)
        elif press.action is Action.BACK or (self._condition and self._condition.closed):
            self._say(self.page.said)
        else:
            self._send(Pressed(Key.ANY))

    def _press_blocked(self, press: Press) -> None:
        if self._seat.claims_at_s is not None and press.action is not Action.REPEAT:
            self._seat.claim()
        self._say(self._whole(), is_new_page=True)

    def _press_aside(self, press: Press) -> None:
        self._stay()
        self._sheet = 0
        way = self._aside.press(press)
        if way is Way.BACK:
            self._toggle_help()
        elif way is not Way.NOWHERE:
            self._aside.close()
        if way is Way.LOGIN:
            self._staff = self._around().open_staff()
        elif way in _PRESSED:
            self._send(Pressed(_PRESSED[way]))

    def _listen(self, listening: Listening) -> None:
        """A visitor's until they leave; the staff's own, which the box keeps."""
        before = self.preferences.document()
        self._mouth.listen(self._mouth.listeners.change(listening))
        if self._staff and self._staff.is_in:
            now = self.preferences.document()
            self._staff.keep({name: now[name] for name in now if now[name] != before[name]})

    def _around(self) -> Around:
        return Around(
            book=lambda: self.book,
            requests=self._requests,
            say=self._say,
            tick=self._mouth.speaker.tick,
            now=self._now,
            privacy=self._mouth.privacy,
            preferences=lambda: self.preferences,
            prefer=self._prefer,
            clipboard=self._clipboard,
            condition=lambda: self._condition,
            room=lambda: self.size if self._lines is None else None,
        )

    def _toggle_help(self) -> None:
        """Help, or back to where it was asked for."""
        self._sheet = 0
        if self._aside.page:
            self._aside.close()
            self._say(self.page.said)
            return
        is_resting = not self._visitor.has_begun and self._staff is None
        self._aside.open(self.page.help, has_staff_login=is_resting, has_zoom=self.has_zoom)

    def leave_staff(self) -> None:
        """End the session, for a visitor or for good; how it says private words ends later."""
        if self._staff:
            self._staff.leave()
        self._staff = None

    def _close_staff_if_over(self) -> None:
        if self._staff and self._staff.is_over:
            self._staff = None
            self._mouth.privacy.reset()
            self._sheet = 0
            self._say(self.page.said)

    def _stay(self) -> None:
        self._visitor.stay()
        if self._staff:
            self._staff.stay()
