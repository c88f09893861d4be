"""The thread of the visit: events in, one at a time, effects out, one timer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.core.parts import AS_USUAL
from kiosk.domain.reception import Reception
from kiosk.domain.visit import (
    Announced,
    CallStaff,
    Effect,
    EndCall,
    Event,
    KeepWay,
    Phase,
    ReceptionChosen,
    SetTimer,
    Tell,
    Timer,
    TimeUp,
    VerifyByHand,
    VerifyCard,
    Visit,
)
from kiosk.usecases.reception import step

LOOK_S = 5.0
"""The loop turns at least this often, so that a watchdog can see that it does."""


Work = VerifyCard | VerifyByHand | KeepWay
"""Effects that take their time and end in an event."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What the loop does things with; none of them blocks.

    Args:
        tell: passes an effect to the front that has the visit.
        work: starts reading, asking, or writing down.
        rehearse: the same in practice: nothing is read, asked or written.
        call: the staff are wanted, or no longer.
        received: visits are received so now.
        has_front: somebody has the visit.
    """

    tell: Callable[[Effect], None]
    work: Callable[[Work], None]
    rehearse: Callable[[Work], None]
    call: Callable[..., None]
    received: Callable[[Reception], None]
    has_front: Callable[[], bool]


class VisitLoop:
    """Runs the machine of ``kiosk.usecases.reception``.

    Args:
        hands: how effects are carried out.
        reception: how visits are received.
        tempo: the seconds of every timer are multiplied by this; 1 but in tests.
    """

    def __init__(
        self, hands: Hands, *, reception: Reception = AS_USUAL, tempo: float = 1.0
    ) -> None:
        self._hands = hands
        self._tempo = tempo
        self._events: queue.SimpleQueue[Event | threading.Event | None] = queue.SimpleQueue()
        self._notices: dict[str, tuple[Tell, ...]] = {}
        self._guard = threading.Lock()
        self._visit = Visit(reception=reception)
        self._timer: tuple[float, TimeUp] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="visit")
        self.turned_at = time.monotonic()
        self.failure: Exception | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the events that came before."""
        self._stopping.set()
        self._events.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_alive(self) -> bool:
        """It turns."""
        return self._thread.is_alive() and time.monotonic() - self.turned_at < 3 * LOOK_S

    @property
    def phase(self) -> Phase:
        """Where the visit stands."""
        return self._visit.phase

    @property
    def reception(self) -> Reception:
        """How visits are received."""
        return self._visit.reception

    def happen(self, event: Event) -> None:
        """Take an event, from any thread."""
        self._events.put(event)

    def change(self, reception: Reception) -> None:
        """Receive visits so from now on; holds when this returns."""
        taken = threading.Event()
        self._events.put(ReceptionChosen(reception))
        self._events.put(taken)
        taken.wait(LOOK_S)

    def announce(self, about: str, *tells: Tell) -> None:
        """Say how the box is, once nobody is being served and a front is there.

        Args:
            about: a later notice about the same takes the place of one not said yet.
            tells: in order; none takes the notice back.
        """
        with self._guard:
            self._notices.pop(about, None)
            if tells:
                self._notices[about] = tells
        self._events.put(None)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._turn()
        except Exception as error:  # noqa: BLE001 - the top of this thread; the unit then ends
            self.failure = error

    def _turn(self) -> None:
        # Everything an event holds, a PIN above all, is let go when this returns.
        event = self._next()
        self.turned_at = time.monotonic()
        if isinstance(event, threading.Event):
            event.set()
        elif event is not None:
            self._take(event)
        is_thanking = self._timer is not None and self._timer[1].timer is Timer.THANKS
        if self._visit.phase is Phase.RESTING and self._hands.has_front() and not is_thanking:
            self._say_notices()

    def _next(self) -> Event | threading.Event | None:
        timer = self._timer
        left = LOOK_S if timer is None else max(0.0, timer[0] - time.monotonic())
        try:
            # Before the timer: a key struck in time is in time, also where this thread comes late.
            return self._events.get(timeout=min(left, LOOK_S))
        except queue.Empty:
            if timer is None or timer[0] > time.monotonic():
                return None
            self._timer = None
            return timer[1]

    def _take(self, event: Event) -> None:
        was = self._visit.reception
        self._visit, effects = step(self._visit, event)
        for effect in effects:
            self._carry_out(effect)
        if self._visit.reception != was:
            self._hands.received(self._visit.reception)

    def _carry_out(self, effect: Effect) -> None:
        hands = self._hands
        match effect:
            case SetTimer(seconds=seconds, timer=timer):
                at = time.monotonic() + seconds * self._tempo
                self._timer = (at, TimeUp(effect.visit, timer))
            case VerifyCard() | VerifyByHand() | KeepWay():
                is_practice = self._visit.reception.is_practice
                (hands.rehearse if is_practice else hands.work)(effect)
            case CallStaff():
                hands.call(is_called=True)
            case EndCall():
                hands.call(is_called=False)
            case _:
                hands.tell(effect)

    def _say_notices(self) -> None:
        with self._guard:
            notices = [tell for tells in self._notices.values() for tell in tells]
            self._notices.clear()
        if notices:
            self._take(Announced(tuple(notices)))
