"""The reception as its front knows it: what the core told, whose page it is, what lies over it.

``kiosk.pages.front`` adds keys and time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.desk.leading import EFFECT, lead_of
from kiosk.desk.manner import manner_of
from kiosk.desk.messages import (
    VERSION,
    BadMessage,
    Condition,
    Failed,
    Happened,
    Hello,
    Message,
    Reply,
    Session,
    Welcome,
)
from kiosk.domain.patience import Patience
from kiosk.domain.preferences import Preferences
from kiosk.pages import view
from kiosk.pages.aside import Aside
from kiosk.pages.bell import Bell
from kiosk.pages.clipboard import Clipboard
from kiosk.pages.faults import Faults
from kiosk.pages.keys import StrokeGuard
from kiosk.pages.led import Led
from kiosk.pages.left_open import LeftOpen
from kiosk.pages.listening import Listening
from kiosk.pages.noticed import Noticed
from kiosk.pages.page import Page
from kiosk.pages.requests import Answer, Requests, Send
from kiosk.pages.resting import begins_nothing, idle
from kiosk.pages.seat import Seat
from kiosk.pages.speech import Speaker
from kiosk.pages.surface import Surface
from kiosk.pages.visitor import BEAT_S, Outward, Visitor
from kiosk.pages.waking import Waking
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

if TYPE_CHECKING:
    from kiosk.pages.staff import Staff


class ToldFront(Surface):
    """One screen of the reception, as it is told.

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
        self._noticed = Noticed(now)
        self._faults = Faults()
        self._waking = Waking(now)
        self._visitor = self._nobody()
        self._aside = Aside(
            lambda: self.book, self._mouth, self._say, self._all_below, self._listen
        )
        self._left_open = LeftOpen(now, lambda: self._is_left_open)
        self._staff: Staff | None = None
        self._led: Led | None = None
        self._patience = Patience()
        self._bell = Bell(now, self._ring)
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
        page = self._aside.page or self._below
        if self._left_open.is_warned and self._is_left_open:
            page = replace(page, lines=(*self._still_there, *page.lines))
        return page

    @property
    def _still_there(self) -> tuple[Utterance, ...]:
        return (self.book.say(Phrase.RECEPTION_STILL_THERE),)

    @property
    def _below(self) -> Page:
        if self._led:
            return self._led.page
        return self._staff.page if self._staff else self._visitor.page or self._idle()

    @property
    def _hears_as_staff(self) -> bool:
        return self._staff is not None and self._staff.is_in

    @property
    def is_warned(self) -> bool:
        """They were asked whether they are still there: the next key only says yes."""
        is_staff_warned = self._staff is not None and self._staff.is_warned
        return self._visitor.is_warned or is_staff_warned or self._left_open.is_warned

    @property
    def is_waiting(self) -> bool:
        """The core owes an answer."""
        return self._requests.are_open

    def _idle(self) -> Page:
        fault = self._faults.words(self.book)
        waits = self._please_wait if self._waking.is_slow else ()
        notices = (*self._noticed.words, *waits)
        return idle(self._condition, notices, self.book, fault=fault)

    @property
    def _please_wait(self) -> tuple[Utterance, ...]:
        return (self.book.say(Phrase.SCREEN_WAIT),)

    @property
    def _is_left_open(self) -> bool:
        """Somebody asked for help at rest, or changed the voice, and has begun no visit."""
        is_resting = not (self._visitor.has_begun or self._staff or self._seat.page or self._led)
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
        self._waking.end()
        self._condition = self._led = None
        self._bell.hear(is_called=False)
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
                before, was, self._condition = self.page, self._condition, message
                self._bell.hear(is_called=message.called)
                if begins_nothing(message):
                    self._waking.end()
                self._say_what_changed(before)
                if self._staff and was and _is_overtaken(was, message):
                    self._staff.overtaken()
            case Session() if self._staff:
                self._staff.session(message)
                self._close_staff_if_over()
            case Reply() | Failed():
                self._answered(message)

    def _welcomed(self, welcome: Welcome) -> None:
        self.book = Phrasebook.load(welcome.language)
        self.is_simulated = self._mouth.is_simulated = welcome.is_simulated
        manner = manner_of(welcome.manner)
        self._guard.within_s = manner.double_strike_s if self._lines is None else 0.0
        self._mouth.privacy.behave(manner)
        self._patience = manner.patience
        self._bell.lasts_s = manner.patience.call_s
        self._prefer(manner.preferences)
        self._waking.end()
        self._forget()
        self._led = self._new_led() if manner.is_led else None
        self._seat.claim()

    def _prefer(self, preferences: Preferences) -> None:
        """As the staff set it: at once, and for whoever comes next."""
        self._mouth.listen(replace(self._mouth.listeners, box=preferences))
        self._left_open.lasts_s = self._patience.stretched(int(preferences.waits)).help_s
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
        elif message.effect == EFFECT:
            self._lead(message)
        elif message.effect == "tell":
            self._tell(message)

    def _ring(self) -> None:
        """Heard in the next room; where lines are written, the condition says it once."""
        if self._lines is None:
            self._say((self.book.say(Phrase.RECEPTION_CALLED),))

    def _new_led(self) -> Led:
        led = Led(lambda: self.book, self._say, self._mouth.speaker.tick, self._requests.ask)
        if fault := self._faults.words(self.book):
            led.news(fault)
            self._faults.told()
        return led

    def _lead(self, message: Happened) -> None:
        try:
            lead = lead_of(message.values)
        except BadMessage:
            # A core of another version: it goes on being at work until that is mended.
            return
        self.is_simulated = self._mouth.is_simulated = lead.is_simulated
        if lead.language != self.book.language:
            self.book = Phrasebook.load(lead.language)
        self._led = self._led or self._new_led()
        if self._led.take(lead):
            self._sheet, self._beat_at_s = 0, self._now() + BEAT_S

    def _tell(self, message: Happened) -> None:
        is_of_box = not (self._visitor.has_begun or view.is_of_a_visit(message.phrase))
        words = view.words_of(message, self.book)
        if view.is_about_another(message.phrase) or (is_of_box and self._staff):
            # Of somebody who is not here: on the staff's page, or nowhere.
            if self._staff and self._staff.is_in:
                self._staff.news(words)
        elif is_of_box:
            self._noticed.take(words)
            self._say(tuple(each for each in words if not each.is_private))
        else:
            self._visit(lambda: self._visitor.tell(message))

    def _visit(self, shown: Callable[[], bool]) -> None:
        """A visitor stands here: their page comes before help and the staff's lists."""
        self.leave_staff()
        if not self._visitor.has_begun:
            self._faults.told()
        self._aside.close()
        self._noticed.forget()
        if shown():
            self._sheet = 0
            self._beat_at_s = self._now() + BEAT_S
        if self._visitor.is_served:
            self._visitor.struck_before(self._waking.end())

    def _forgotten(self) -> None:
        left = self._visitor
        self._mouth.forget_private()
        self._forget()
        if self._staff is None:
            self._mouth.privacy.reset()
        given_up = (self.book.say(Phrase.SCREEN_GIVEN_UP),) if left.gives_up else ()
        if left.is_leaving:
            self._say((*given_up, *self.page.said), is_new_page=True)

    def _forget(self) -> None:
        self._visitor = self._nobody()
        self._noticed.forget()
        self._mouth.listen(replace(self._mouth.listeners, visitor=None))
        self._guard.forget()
        self._sheet = 0

    def _nobody(self) -> Visitor:
        return Visitor(
            Outward(self.book, self._send, self._say, self._mouth.speaker.tick, self._requests.ask)
        )

    def _listen(self, listening: Listening) -> None:
        """A visitor's until they leave; the staff's own, which the box keeps."""
        before = self.preferences.document()
        self._mouth.listen(self._mouth.listeners.change(listening))
        if self._staff and self._staff.is_in:
            now = self.preferences.document()
            self._staff.keep({name: now[name] for name in now if now[name] != before[name]})

    def leave_staff(self) -> None:
        """End the session, for a visitor or for good; how it says private words ends later."""
        if self._staff:
            self._staff.leave()
        self._staff = None

    def _close_staff_if_over(self) -> None:
        if self._staff and self._staff.is_over:
            self._staff = None
            self._mouth.forget_private()
            self._mouth.privacy.reset()
            self._sheet = 0
            self._say(self.page.said)


def _is_overtaken(was: Condition, now: Condition) -> bool:
    """The clock is believed from now on, or what is open or kept has changed."""
    return (now.clock and not was.clock) or now.stirred != was.stirred
