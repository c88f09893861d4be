"""The reception as its front: what was told, what is typed, what is shown and said.

No terminal and no thread: the app feeds it messages, keys and time, and shows ``sheet``. Below lies
the resting screen or the page of the visit, above it perhaps help or the staff's pages, and over
all "getting ready" or "another screen has the visit".
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kiosk.desk.messages import (
    Ask,
    Key,
    Pressed,
)
from kiosk.pages.around import Around
from kiosk.pages.aside import Way
from kiosk.pages.helps import help_of
from kiosk.pages.keys import Action, Press
from kiosk.pages.led import Led
from kiosk.pages.page import Kind
from kiosk.pages.resting import begins_nothing
from kiosk.pages.told import ToldFront
from kiosk.pages.visitor import BEAT_S, Visitor
from kiosk.ports.voice import VoiceEvent

if TYPE_CHECKING:
    from kiosk.pages.staff import Staff

_PRESSED = {
    Way.WITHOUT_CARD: Key.WITHOUT_CARD,
    Way.CALL_STAFF: Key.CALL_STAFF,
    Way.CALL_OVER: Key.CALL_OVER,
}


class Front(ToldFront):
    """One screen of the reception, with its keys and its time; args as ``ToldFront``."""

    @property
    def wakes_at_s(self) -> float | None:
        """When ``tick`` has something to do, by the clock; None = nothing is waited for."""
        times = (
            self._seat.claims_at_s,
            self._beat_at_s if self._working else None,
            self._staff.wakes_at_s if self._staff else None,
            self._left_open.wakes_at_s,
            self._waking.wakes_at_s,
            self._bell.wakes_at_s,
        )
        return min((each for each in times if each is not None), default=None)

    @property
    def _working(self) -> Visitor | Led | None:
        """Who shows that the box is at work; None while it is not."""
        if self._led:
            return self._led if self._led.is_at_work else None
        return self._visitor if self._visitor.is_waiting else None

    def voice(self, event: VoiceEvent) -> None:
        """The voice is lost, or back: each fault is told once, at rest or to the staff."""
        if not self._faults.take(event):
            return
        if self._staff and self._staff.is_in:
            self._staff.news(self._faults.words(self.book))
            self._faults.told()
        elif self._led:
            self._led.news(self._faults.words(self.book))
            self._faults.told()
        elif self.page.kind is Kind.IDLE:
            self._say(self._faults.words(self.book))

    def tick(self) -> None:
        """Time has passed."""
        self._seat.tick()
        self._bell.tick()
        if (working := self._working) and self._now() >= self._beat_at_s:
            working.beat()
            self._beat_at_s = self._now() + BEAT_S
        if self._staff and self._now() >= self._staff.wakes_at_s:
            self._aside.forget_paused()
            if self._staff.tick_on():
                self._aside.close()
            self._close_staff_if_over()
        self._tick_waking()
        ends = self._left_open.tick()
        if ends is False:
            self._say(self._still_there)
        elif ends:
            self._aside.close()
            self._forget()
            if self._lines is not None:  # a line stays where it was written: say what counts now
                self._say((self.page.title,))

    def _tick_waking(self) -> None:
        match self._waking.tick():
            case False:
                self._say(self._please_wait)
            case True:
                self._say(self.page.said)

    def press(self, press: Press, *, at_s: float | None = None) -> None:
        """A key: it stops the speech, then does what it means (EN 301 549 5.1.3.5).

        Args:
            press: as ``press_of`` says.
            at_s: when it was struck, by the clock; None = now.
        """
        if not self._guard.takes(press, at_s):
            return
        if self._led and not (self._seat.page or self._aside.page):
            press = self._led.meant(press)
        was_left = self._left_open.pressed()
        if self._seat.page or self._visitor.is_warned or not self._aside.keeps_sound(press):
            self._mouth.speaker.hush()
        if self._seat.page:
            self._press_blocked(press)
        elif was_left:
            self._say(self.page.said)
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
        elif self._led:
            self._led.press(press)
            self._sheet, self._beat_at_s = 0, self._now() + BEAT_S
        elif self._staff:
            self._answer_call(self._staff)
            self._staff.press(press)
            self._sheet = 0
            self._close_staff_if_over()
        elif self._visitor.is_served:
            self._visitor.press(press)
        else:
            self._wake(press)

    def _wake(self, press: Press) -> None:
        """A key at rest, or on the thanks to who has gone: it begins a visit, and is no digit."""
        if self._waking.is_on:
            if self._waking.takes(press):
                self._mouth.speaker.tick()
            else:
                self._say(self._please_wait)
        elif press.action is Action.BACK or begins_nothing(self._condition):
            self._say(self.page.said)
        else:
            self._waking.begin()
            self._send(Pressed(Key.ANY))

    def _answer_call(self, staff: Staff) -> None:
        """Any key of whoever is logged in says that the call was heard."""
        if staff.is_in and self._condition and self._condition.called:
            self._requests.ask(partial(Ask, query="answer_call"), lambda _: None)

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
        if way is Way.CALL_STAFF and self._condition and self._condition.called:
            self._bell.begin()

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
            has_zoom=lambda: self.has_zoom,
        )

    def _toggle_help(self) -> None:
        """Help, or back to where it was asked for."""
        self._sheet = 0
        if self._aside.page:
            self._aside.close()
            self._say(self.page.said)
            return
        is_led = self._led is not None
        is_resting = not (self._visitor.is_served or self._staff or is_led)
        here = help_of(self.page, self.book)
        self._aside.open(
            here,
            has_staff_login=is_resting,
            can_call=not (is_led or self._hears_as_staff),
            is_called=self._condition is not None and self._condition.called,
            has_zoom=self.has_zoom,
        )

    def _stay(self) -> None:
        self._visitor.stay()
        if self._staff:
            self._staff.stay()
