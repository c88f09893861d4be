"""The reception as its front: what was told, what is typed, what is shown and said.

No terminal and no thread: the app feeds it messages, keys and time, and shows ``sheet``. Below lies
the resting screen or the page of the visit, above it perhaps help or the staff's pages, and over
all "getting ready" or "another screen has the visit".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from kiosk.pages.clipboard import Clipboard
from kiosk.pages.faults import Faults
from kiosk.pages.keys import Action, Press, StrokeGuard
from kiosk.pages.layout import Sheet, Size, sheets
from kiosk.pages.page import Kind, Page
from kiosk.pages.requests import Answer, Requests, Send
from kiosk.pages.seat import Seat
from kiosk.pages.speech import Mouth, Speaker
from kiosk.pages.staff import Around, Staff
from kiosk.pages.visitor import BEAT_S, Outward, Visitor
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.voice import VoiceEvent

_HELP_KEYS = {"1": Key.WITHOUT_CARD, "2": Key.CALL_STAFF}


class Front:
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
        self.book = Phrasebook.load(language)
        self.is_simulated = False
        self.preferences = Preferences()
        self.size = Size(40, 12)
        self._send = send
        self._now = now
        self._lines = lines
        self._mouth = Mouth(speaker)
        self._clipboard = Clipboard(terminal, now) if terminal else None
        self._guard = StrokeGuard(now)
        self._requests = Requests(send)
        self._condition: Condition | None = None
        self._notices: tuple[Utterance, ...] = ()
        self._faults = Faults()
        self._visitor = self._nobody()
        self._help: Page | None = None
        self._staff: Staff | None = None
        self._seat = Seat(self._requests, now, lambda: self.book, self._seated)
        self._beat_at_s = 0.0
        self._sheet = 0

    @property
    def page(self) -> Page:
        """What is shown now."""
        if self._seat.page:
            return self._seat.page
        if self._help:
            return self._help
        return self._staff.page if self._staff else self._visitor.page or self._idle()

    @property
    def sheet(self) -> Sheet:
        """The rows of the terminal."""
        every = self._sheets()
        return every[self._sheet % len(every)]

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
        )
        return min((each for each in times if each is not None), default=None)

    def _idle(self) -> Page:
        fault = self._faults.words(self.book)
        return view.idle(self._condition, self._notices, self.book, fault=fault)

    def _sheets(self) -> tuple[Sheet, ...]:
        return sheets(self.page, self.size, self.book, is_simulated=self.is_simulated)

    @property
    def _has_more(self) -> bool:
        is_cut = self._lines is None and not self.page.is_one_sheet
        return is_cut and len(self._sheets()) > 1

    def connected(self) -> None:
        """A line to a core is there."""
        self._send(Hello(VERSION, "screen"))

    def lost(self) -> None:
        """The core has gone, and whatever it told of a visitor with it."""
        self.leave_staff()
        self._requests.drop()
        self._condition = self._help = None
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
                self._condition = message
            case Session():
                self._session(message)
            case Reply() | Failed():
                self._answered(message)

    def _session(self, session: Session) -> None:
        if self._staff:
            self._staff.session(session)
            self._close_staff_if_over()

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
            if self._staff.tick_on():
                self._help = None
            self._close_staff_if_over()

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
        self.preferences = preferences
        self._mouth.tune(preferences)
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
            self._visit(self._visitor.ask_numbers)
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
        self._help = None
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
        self._mouth.speaker.hush()
        if self._seat.page:
            self._press_blocked(press)
        elif self._visitor.is_warned:
            # A key after "are you still there?" says yes, and is no digit of a PIN.
            self._visitor.stay()
        elif press.action is Action.REPEAT:
            self._stay()
            self._say_all()
        elif press.action is Action.HELP:
            self._stay()
            self._toggle_help()
        elif press.action is Action.ENTER and self._has_more:
            self._stay()
            self._turn_sheet()
        else:
            self._press(press)

    def _press(self, press: Press) -> None:
        if self._help:
            self._press_help(press, self._help)
        elif self._staff:
            self._staff.press(press)
            self._sheet = 0
            self._close_staff_if_over()
        elif self._visitor.has_begun:
            self._visitor.press(press)
        elif press.action is Action.BACK:
            self._say(self.page.said)
        else:
            self._send(Pressed(Key.ANY))

    def _press_blocked(self, press: Press) -> None:
        if self._seat.claims_at_s is not None and press.action is not Action.REPEAT:
            self._seat.claim()
        self._say_all()

    def _press_help(self, press: Press, page: Page) -> None:
        self._stay()
        if press.digit == "0" and "0" in page.digits:
            self._help = None
            self._staff = Staff(self._around())
        elif press.digit in _HELP_KEYS and press.digit in page.digits:
            self._help = None
            self._send(Pressed(_HELP_KEYS[press.digit]))
        elif press.action in {Action.BACK, Action.ENTER}:
            self._toggle_help()
        elif press.action is Action.DIGIT:
            self._say((self.book.say(Phrase.SCREEN_NO_CHOICE),))
        else:
            self._say(page.said)

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
            room=lambda: self.size if self._lines is None else None,
        )

    def _toggle_help(self) -> None:
        """Help, or back to where it was asked for."""
        self._sheet = 0
        if self._help:
            self._help = None
            self._say(self.page.said)
            return
        is_resting = not self._visitor.has_begun and self._staff is None
        here = self.page.help
        self._help = view.help_page(self.book, has_staff_login=is_resting, here=here)
        self._say(self._help.said, is_new_page=True)

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

    def _turn_sheet(self) -> None:
        count = len(self._sheets())
        self._sheet = (self._sheet + 1) % count
        self._say((self.book.say(Phrase.SCREEN_MORE, sheet=self._sheet + 1, sheets=count),))

    def _stay(self) -> None:
        self._visitor.stay()
        if self._staff:
            self._staff.stay()

    def _say_all(self) -> None:
        """Everything on the screen, in full (EN 301 549 5.1.3.4, 5.1.3.16)."""
        whole = view.whole(self.page, self.book, has_keys=self._lines is None)
        self._say(whole, is_new_page=True)

    def _say(self, utterances: tuple[Utterance, ...], *, is_new_page: bool = False) -> None:
        if self._lines is not None:
            self._lines(utterances)
        self._mouth.say(utterances, self.book, is_new_page=is_new_page)
