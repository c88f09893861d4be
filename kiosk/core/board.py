"""What is known of the line, the queue, the reader and the clock, and what is said of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.desk.messages import Condition
from kiosk.domain.check import Answered, Deferred, Outcome
from kiosk.domain.reception import Reception
from kiosk.domain.visit import Tell
from kiosk.errors import StoreError
from kiosk.events import Event
from kiosk.log import record
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code, told_later
from kiosk.ports import service
from kiosk.ports.damage import ControlDamaged
from kiosk.ports.records import OnlineOnly, PartLost, StoredCheck
from kiosk.sync.drain import Round, Settled
from kiosk.usecases.purge import PurgeReport
from kiosk.usecases.verify import Asking

LINE_IS_CUT = frozenset(
    each.code
    for each in (
        service.NoNetwork,
        service.NameNotResolved,
        service.ServiceTimedOut,
        service.AnswerLost,
    )
)
"""Deferrals that people call a line that is down; any other means that the service was reached."""
LINE, RESTART, LOSS, DISK = "line", "restart", "loss", "disk"


@dataclass(frozen=True, slots=True)
class Mouths:
    """Where the board says things.

    Args:
        condition: to every front, when it changed.
        announce: at rest, to the front that has the visit: what about, and the sentences.
        interject: to that front, at once.
        tell_staff: to staff sessions alone.
        hurry: the line is back: let everything that waits be asked for.
    """

    condition: Callable[[Condition], None]
    announce: Callable[..., None]
    interject: Callable[[Tell], None]
    tell_staff: Callable[[Tell], None]
    hurry: Callable[[], None]


class Board:
    """Keeps the condition; called from any thread.

    Args:
        asking: store and clock.
        mouths: where it says things.
        reception: how visits are received at first.
    """

    def __init__(self, asking: Asking, mouths: Mouths, reception: Reception) -> None:
        self._asking = asking
        self._mouths = mouths
        self._lock = threading.RLock()
        self._line: bool | None = None
        self._has_reader = False
        self._was_cut = False
        self._is_told_cut = False
        self._is_hurried = False
        self._asks_all = False
        self._confirmed = 0
        self._hits: dict[str, int] = {}
        self._waiting = 0
        self._is_trusted = False
        self._is_called = False
        self._stirred = 0
        self._reception = reception
        self.unkept = 0
        """Checks since the start that the disk could not take."""
        self.disk: str | None = None
        """Why nothing is kept at present: K303 or K304."""

    def open(self) -> None:
        """Say what still waits from before (JOURNEYS B3)."""
        try:
            self._asking.records.salvage()
        except StoreError as error:
            # Reception opens all the same; what is damaged says so when it is read.
            record(Event.SALVAGE_FAILED, code=error.code)
        with self._lock:
            # The line was down when the power went: that it is back is worth saying (B4).
            self._was_cut = any(each.code in LINE_IS_CUT for each in self._left_waiting())
        waiting = self.refresh()
        if waiting:
            self._mouths.announce(RESTART, tell(Phrase.OUTAGE_RESTARTED, waiting=waiting))
        disk = self._asking.records.takes_nothing()
        if disk is not None:
            self.not_kept(disk.code)

    def _left_waiting(self) -> list[StoredCheck]:
        try:
            return self._asking.records.waiting()
        except StoreError as error:
            record(Event.SALVAGE_FAILED, code=error.code)
            return []

    def refresh(self) -> int:
        """Look at queue and clock anew and push the condition; how many checks wait.

        As far as it was known where a damage cannot be mended now (a worn card that turned
        read-only): that holds up nobody who can be answered.
        """
        waiting = self._waiting
        try:
            waiting = self._asking.records.backlog()
            self._tell_hits(PartLost.code, len(self._asking.records.losses()))
            self._tell_hits(ControlDamaged.code, len(self._asking.records.damages()))
        except StoreError as error:
            record(Event.SALVAGE_FAILED, code=error.code)
        is_trusted = self._asking.clock.stamp().is_trusted
        with self._lock:
            self._waiting, self._is_trusted = waiting, is_trusted
        self._push()
        return waiting

    def stirred(self) -> None:
        """Something of what is open or kept is another now: lists that stand open are old."""
        with self._lock:
            self._stirred += 1
        self.refresh()

    def received(self, reception: Reception) -> None:
        """Visits are received so now."""
        with self._lock:
            self._reception = reception
        self._push()

    def called(self, *, is_called: bool) -> bool:
        """Somebody at the reception wants the staff, or no longer; True where that is news."""
        with self._lock:
            was_called, self._is_called = self._is_called, is_called
        if is_called and not was_called:
            self._mouths.tell_staff(tell(Phrase.RECEPTION_CALLED))
        if is_called is not was_called:
            self._push()
        return is_called is not was_called

    def _push(self) -> None:
        with self._lock:
            reception = self._reception
            treated_on = reception.treatment.on
            self._mouths.condition(
                Condition(
                    self._line,
                    self._has_reader,
                    self._waiting,
                    self._is_trusted,
                    called=self._is_called,
                    practice=reception.is_practice,
                    attendance=reception.attendance.value,
                    identify=reception.identify.value,
                    place=reception.treatment.place.value,
                    treated_on=treated_on.isoformat() if treated_on else "",
                    closed=reception.is_closed,
                    keeps=self.disk is None,
                    stirred=self._stirred,
                )
            )

    def _tell_hits(self, code: str, hits: int) -> None:
        """A place on the disk went bad, now or before this start: staff must know of it."""
        with self._lock:
            is_news = hits > self._hits.get(code, 0)
            self._hits[code] = hits
        if is_news:
            self._mouths.announce(f"{LOSS}-{code}", tell_code(code))

    def not_kept(self, code: str, *, checks: int = 0) -> None:
        """The disk takes nothing: found at the start, or by a check or its answer.

        Staff hear of it each time, until it does.

        Args:
            code: K303 or K304.
            checks: that nothing is left of; 0 where only the answer must be fetched again.
        """
        with self._lock:
            self.unkept += checks
            self.disk = code
        self._mouths.announce(DISK, tell_code(OnlineOnly.code))
        self._push()

    def kept(self) -> None:
        """The disk took a check with its answer."""
        with self._lock:
            is_news, self.disk = self.disk is not None, None
        if is_news:
            self._mouths.announce(DISK, tell(Phrase.STATUS_KEEPS_AGAIN))
            self._push()

    def reader(self, *, is_there: bool) -> None:
        """A reader has come, or the last one has gone."""
        with self._lock:
            self._has_reader = is_there
        self.refresh()

    def answered_live(self, outcome: Outcome) -> None:
        """The visitor's own check was asked about just now."""
        is_cut = _is_cut(outcome)
        with self._lock:
            # A probe may have known of it before anybody was there to be told (JOURNEYS B1).
            is_news = is_cut and not self._is_told_cut
            is_back = not is_cut and self._was_cut
            self._note_line(is_cut=is_cut)
            self._is_told_cut |= is_cut
            self._is_hurried |= is_back
            self._stirred += 1
        if is_news:
            # Before the outcome it explains (JOURNEYS B1, B2).
            self._mouths.interject(tell(Phrase.OUTAGE_LINE_DOWN))
        if is_back or is_cut:
            self._mouths.hurry()
        self.refresh()

    def probed(self, code: str | None) -> None:
        """The service was looked for while nothing was asked: reached, or the code of why not."""
        is_cut = code in LINE_IS_CUT
        with self._lock:
            is_back = not is_cut and self._line is False
            self._note_line(is_cut=is_cut)
            self._is_hurried |= is_back
        if is_back:
            self._mouths.hurry()
        self.refresh()

    def takes_hurry(self) -> bool:
        """True once after the line came back: every waiting check is due."""
        with self._lock:
            is_hurried, self._is_hurried = self._is_hurried, False
            self._asks_all |= is_hurried
        return is_hurried

    def answered_later(self, settled: Settled) -> None:
        """A check of the queue was asked about; its result is nobody's but the staff's."""
        if isinstance(settled.outcome, Deferred):
            return
        for each in told_later(settled.outcome, settled.check.treated_on):
            self._mouths.tell_staff(each)
        with self._lock:
            self._stirred += 1
            self._confirmed += isinstance(settled.outcome, Answered)

    def round_ended(self, finished: Round) -> None:
        """A round of the queue is over (JOURNEYS B4)."""
        with self._lock:
            if finished.last is not None:
                self._note_line(is_cut=_is_cut(finished.last))
            if self._line is not False:
                self._after_an_outage(finished.remaining)
        self.refresh()

    def purged(self, report: PurgeReport) -> None:
        """Months have gone (JOURNEYS C5)."""
        for each in report.purged:
            self._mouths.tell_staff(tell(Phrase.PURGE_DONE, month=each.month))
        self.stirred()

    def _note_line(self, *, is_cut: bool) -> None:
        self._line = not is_cut
        self._was_cut |= is_cut
        if is_cut:
            self._asks_all = False
        else:
            self._is_told_cut = False

    def _after_an_outage(self, remaining: int) -> None:
        """Ask for everything first, whatever its back-off, then say it once."""
        if self._was_cut and self._confirmed and remaining and not self._asks_all:
            self._is_hurried = True
            self._mouths.hurry()
            return
        self._asks_all = False
        if self._confirmed:
            phrase = Phrase.OUTAGE_LINE_BACK if self._was_cut else Phrase.SYNC_DONE
            said = tell(phrase, confirmed=self._confirmed, left=remaining)
            self._was_cut, self._confirmed = False, 0
            self._mouths.announce(RESTART)
            self._mouths.announce(LINE, said)


def _is_cut(outcome: Outcome) -> bool:
    return isinstance(outcome, Deferred) and outcome.code in LINE_IS_CUT
