"""The core: use cases seated behind the desk."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self

from kiosk.core.adopting import ADOPTION_QUERIES, Adopting, Witness
from kiosk.core.answers import QUERIES, Answers
from kiosk.core.board import Board, Mouths
from kiosk.core.checking import Checker
from kiosk.core.enrolling import ENROLMENT_QUERIES, Enrolling
from kiosk.core.looking import Looker
from kiosk.core.orders import ORDERS, Deeds, Orders
from kiosk.core.parts import Parts
from kiosk.core.preferring import PREFERENCE_QUERIES, prefer
from kiosk.core.receipts import RECEIPT_QUERIES, Handing, Receipts, hands_over
from kiosk.core.staff import STAFF_ORDERS, Seats, StaffOrders
from kiosk.core.visits import Hands, VisitLoop, Work
from kiosk.core.ways import Ways
from kiosk.desk.counter import Counter
from kiosk.desk.manner import Manner
from kiosk.desk.peer import Enrolment
from kiosk.domain.backoff import BASE_SECONDS
from kiosk.domain.dates import day_in_japan
from kiosk.domain.preferences import Preferences
from kiosk.domain.reception import Reception
from kiosk.domain.visit import Event, NumbersTyped, OutcomeKnown, Phase
from kiosk.errors import StoreError
from kiosk.events import Event as Logged
from kiosk.log import record
from kiosk.ports.corrections import Reason
from kiosk.ports.records import StoredCheck
from kiosk.sync.care import care_jobs
from kiosk.sync.drain import Round, Settled, drain
from kiosk.sync.jobs import DRAIN, drain_job, log_purge, purge_job
from kiosk.sync.schedule import Job, Schedule, jobs_document
from kiosk.sync.turns import RightOfWay
from kiosk.usecases.access import Gate
from kiosk.usecases.by_hand import by_hand_of
from kiosk.usecases.matters import Agenda
from kiosk.usecases.practice import Rehearsal
from kiosk.usecases.purge import PurgeReport, foresee, purge

TEND_S = 5.0
"""How often sessions are looked after."""
DRAIN_LATE_S = 90.0
"""Longer than any question: a drain without a sign of life for so long is dead."""
EVERY_QUERY = {
    **QUERIES,
    **ORDERS,
    **STAFF_ORDERS,
    **RECEIPT_QUERIES,
    **PREFERENCE_QUERIES,
    **ADOPTION_QUERIES,
    **ENROLMENT_QUERIES,
}
"""What the desk can be asked, and told to do, by name: who may."""
_STIRRING = frozenset({"retry", "annul", "correct", "by_hand", "resolve", "exported", "export"})
"""What changes what is open or kept; what else does, the board hears of."""


class Core:
    """One kiosk at work; a context manager. Fronts come to ``counter``.

    Args:
        parts: what it is made of.
        tempo: see ``VisitLoop``.
    """

    def __init__(self, parts: Parts, *, tempo: float = 1.0) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._drained_at = time.monotonic()
        self._orders = Orders(self._deeds())
        self.counter = Counter(self, EVERY_QUERY, idle_s=parts.idle_s)
        self._witness = Witness(parts.navigator, self._ticked)
        counter = self.counter
        reception = self._reception()
        self._rehearsal = Rehearsal()
        self._visits = VisitLoop(
            Hands(
                tell=counter.happened,
                work=self._work,
                rehearse=self._rehearse,
                call=self._called,
                received=self._received,
                has_front=lambda: counter.has_claimant,
            ),
            reception=reception,
            tempo=tempo,
        )
        self._board = Board(parts.asking, self._mouths(), reception)
        self._way = RightOfWay()
        happen, settled = self._visits.happen, self._witness.settled
        self._checker = Checker(parts, happen, self._board, self._way, settled)
        self._looker = Looker(parts.watch, happen, lambda there: self._board.reader(is_there=there))
        self._staff = StaffOrders(
            Seats(parts, self._visits, self._checker, self._rehearsal, self._board.called)
        )
        self._schedule = Schedule(self._jobs(tempo))
        self._ways = Ways(parts.receipt_manner, parts.switches)
        self._answers = self._answering()
        self._receipts = Receipts(self._handing())
        self._adopting = Adopting(
            parts.navigator, self._answers.statistics, parts.about.facility.code
        )
        self._enrolling = Enrolling(parts.gate, parts.about.facility.code)

    def _reception(self) -> Reception:
        """As the staff chose it last, as patient as they want it."""
        parts = self._parts
        return self._patient(parts.book.chosen(parts.reception), parts.preferences.preferences())

    def _mouths(self) -> Mouths:
        return Mouths(
            condition=self.counter.condition,
            announce=self._visits.announce,
            interject=self.counter.happened,
            tell_staff=self.counter.tell_staff,
            hurry=lambda: self._schedule.wake(DRAIN),
        )

    # -- the house behind the desk -----------------------------------------------------------

    @property
    def is_simulated(self) -> bool:
        """As ``House``."""
        return self._parts.about.is_simulated

    @property
    def language(self) -> str:
        """As ``House``."""
        return self._parts.preferences.preferences().language or self._parts.language

    @property
    def manner(self) -> Manner:
        """As ``House``."""
        parts = self._parts
        return replace(parts.manner, preferences=parts.preferences.preferences())

    def happen(self, event: Event) -> None:
        """As ``House.happen``."""
        self._visits.happen(event)

    def enter(self, presentation: Mapping[str, Any]) -> None:
        """As ``House.enter``."""
        today = day_in_japan(self._parts.asking.clock.now())
        self._visits.happen(NumbersTyped(by_hand_of(presentation, today)))

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """As ``House.answer``."""
        document = self._answer(query, about)
        if query in _STIRRING:
            self._board.stirred()
        return document

    def _answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        if query in STAFF_ORDERS:
            return self._staff.carry_out(query, about)
        if query in ORDERS:
            return self._orders.carry_out(query, about)
        if query in PREFERENCE_QUERIES:
            return prefer(self._parts.preferences, query, about, chosen=self._preferred)
        if query in ADOPTION_QUERIES:
            return self._adopting.answer(query, about)
        if query in RECEIPT_QUERIES:
            return self._receipts.answer(query, about)
        return self._answers.answer(query, about)

    def enrol(self, enrolment: Enrolment, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """As ``House.enrol``."""
        return self._enrolling.answer(enrolment, query, about)

    def staff_came(self) -> None:
        """As ``House``."""
        if self._board.called(is_called=False):
            self._note_call(Logged.CALL_ANSWERED, "staff", "login")

    @property
    def gate(self) -> Gate:
        """As ``House``."""
        return self._parts.gate

    # -- its life ----------------------------------------------------------------------------

    def start(self) -> None:
        """Begin: say what waits, look for cards, serve, drain, purge."""
        self._board.open()
        self._visits.start()
        self._looker.start()
        self._schedule.start()

    def stop(self) -> None:
        """End in order; what was acknowledged is durable without it."""
        self._stopping.set()
        self._looker.stop()
        self._schedule.stop()
        self._checker.stop()
        self._visits.stop()
        self.counter.close()

    @property
    def failure(self) -> Exception | None:
        """The bug that ended one of the threads."""
        return self._visits.failure or self._looker.failure

    @property
    def is_well(self) -> bool:
        """Visit, watch and drain live: the watchdog may be fed."""
        late_s = min(-self._schedule.due_in(DRAIN), time.monotonic() - self._drained_at)
        return self._visits.is_alive and self._looker.is_alive and late_s < DRAIN_LATE_S

    @property
    def is_resting(self) -> bool:
        """Nobody is being served."""
        return self._visits.phase is Phase.RESTING

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # -- inside ------------------------------------------------------------------------------

    # Board and checker need the visit for what they say, so they are made after it.

    def _work(self, effect: Work) -> None:
        self._checker.work(effect)

    def _called(self, *, is_called: bool) -> None:
        if self._board.called(is_called=is_called):
            event = Logged.STAFF_CALLED if is_called else Logged.CALL_ANSWERED
            self._note_call(event, "reception", "key")

    def _note_call(self, event: Logged, who: str, where: str) -> None:
        try:
            self.gate.note(event, who, where)
        except StoreError as error:
            # A call is heard on a disk that takes nothing more as well.
            record(Logged.JOB_FAILED, job="call", code=error.code)

    def _received(self, reception: Reception) -> None:
        self._board.received(reception)

    def _patient(self, reception: Reception, preferences: Preferences) -> Reception:
        """How long is waited for people, as the settings say it and the staff stretch it."""
        patience = self._parts.reception.patience.stretched(int(preferences.waits))
        return replace(reception, patience=patience)

    def _preferred(self, preferences: Preferences) -> None:
        self._visits.change(self._patient(self._visits.reception, preferences))

    def _rehearse(self, effect: Work) -> None:
        today = day_in_japan(self._parts.asking.clock.now())
        for event in self._rehearsal.play(effect, today):
            self._visits.happen(event)
            if isinstance(event, OutcomeKnown):
                self._witness.practised()

    def _ticked(self, step: str) -> None:
        self.gate.note(Logged.CHECKLIST_CHANGED, "kioskd", "seen", what=f"{step}:done")

    def _jobs(self, tempo: float) -> list[Job]:
        # After a power cut of a whole town not every kiosk of it asks in the same second.
        first_s = random.random() * BASE_SECONDS * tempo  # noqa: S311 - it spreads load, no more
        return [
            drain_job(
                self._parts.asking,
                on_settled=self._settled,
                on_round=self._round_ended,
                is_line_back=self._board.takes_hurry,
                hold=self._hold,
                first_s=first_s,
            ),
            purge_job(self._parts.asking, on_purge=self._purged),
            Job("sessions", self._tend),
            *care_jobs(self._parts.asking, self._parts.care, on_line=self._board.probed),
        ]

    def _tend(self) -> float:
        self.counter.tend()
        self._staff.tend()
        return TEND_S

    def _purged(self, report: PurgeReport, *, by: str = "timer") -> None:
        for each in report.purged:
            what = f"{each.month}:{each.checks}"
            self.gate.note(Logged.MONTH_PURGED, "kioskd", by, what=what)
        self._board.purged(report)

    def _hold(self, seconds: float) -> bool:
        """Before each check of the queue: a visitor's own goes first."""
        self._drained_at = time.monotonic()
        self._way.give(self._parts.asking.patience_s)
        return not self._stopping.wait(seconds)

    def _answering(self) -> Answers:
        parts = self._parts
        return Answers(
            parts.about,
            parts.asking.records,
            parts.asking.clock,
            Agenda(
                parts.asking.records,
                parts.asking.clock,
                parts.following.open,
                lambda: hands_over(self._ways.manner(), parts.computers),
                parts.held.files,
            ),
            parts.gate,
            own=lambda: {
                "jobs": jobs_document(self._schedule.states()),
                "unkept": self._board.unkept,
                "online_only": self._board.disk,
                "visit": not self.is_resting,
            },
        )

    def _handing(self) -> Handing:
        parts = self._parts
        return Handing(
            parts.asking.records,
            parts.asking.clock,
            parts.gate,
            parts.computers,
            parts.held,
            parts.about.facility.code,
            parts.about.is_simulated,
            self._ways,
        )

    def _deeds(self) -> Deeds:
        asking = self._parts.asking
        return Deeds(
            ask_all=self._ask_all,
            retry=self._retry,
            annul=self._annul,
            correct=self._correct,
            purge=self._purge,
            foresee=lambda now: foresee(asking.records, asking.clock, as_of=now),
            held=self._parts.held,
            clock=asking.clock,
            is_simulated=self.is_simulated,
        )

    def _ask_all(self, told: Callable[[Settled], None]) -> Round:
        """A round that a person asked for, beside those of the timer."""

        def on_settled(settled: Settled) -> None:
            self._settled(settled)
            told(settled)

        finished = drain(self._parts.asking, due_only=False, on_settled=on_settled, hold=self._hold)
        self._round_ended(finished)
        return finished

    def _retry(self, check_id: str) -> StoredCheck:
        check = self._parts.asking.records.retry(check_id)
        self._schedule.wake(DRAIN)
        return check

    def _annul(self, check_id: str, reason: Reason) -> StoredCheck:
        return self._parts.putting_right.annul(check_id, reason)

    def _correct(self, check_id: str, treated_on: date, reason: Reason) -> StoredCheck:
        return self._parts.putting_right.correct(check_id, treated_on, reason)

    def _purge(self, now: datetime | None) -> PurgeReport:
        asking = self._parts.asking
        report = purge(asking.records, asking.clock, as_of=now)
        log_purge(report)
        self._purged(report, by="command")
        return report

    def _settled(self, settled: Settled) -> None:
        self._drained_at = time.monotonic()
        self._checker.settled_later(settled.check, settled.outcome)
        self._witness.settled(settled.check, settled.outcome)
        self._board.answered_later(settled)

    def _round_ended(self, finished: Round) -> None:
        self._drained_at = time.monotonic()
        self._board.round_ended(finished)
