"""Reading the card and asking the service, on threads of their own: both block."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from kiosk.core.afterwards import Afterwards
from kiosk.core.board import Board
from kiosk.core.parts import Parts
from kiosk.core.visits import Work
from kiosk.desk.counter import UNKNOWN
from kiosk.domain.changes import Since
from kiosk.domain.check import Deferred, Outcome, Refused
from kiosk.domain.presentation import ByHand
from kiosk.domain.treatment import Treatment
from kiosk.domain.visit import (
    CardRead,
    Event,
    KeepWay,
    OutcomeKnown,
    ReadingFailed,
    VerifyByHand,
    VerifyCard,
)
from kiosk.errors import KioskError
from kiosk.events import Event as Logged
from kiosk.log import record
from kiosk.ports.records import StoredCheck
from kiosk.sync.turns import RightOfWay
from kiosk.usecases.by_hand import store_by_hand, treated_on_of
from kiosk.usecases.comparing import since_last
from kiosk.usecases.follow_up import Standing
from kiosk.usecases.verify import (
    Received,
    ask_before_them,
    ask_unkept,
    open_check,
    read_and_store,
)

WORKERS = 4
"""A check whose visitor has gone may still be asked about while the next card is read."""


class Checker:
    """Carries out the work of a visit and says how it went as its events.

    Args:
        parts: reader, store, service, clock.
        happen: takes the events.
        board: hears of every outcome.
        way: taken while the visitor's check is asked about, so that the queue gives way.
        witness: hears of every check that was answered at once.
    """

    def __init__(
        self,
        parts: Parts,
        happen: Callable[[Event], None],
        board: Board,
        way: RightOfWay,
        witness: Callable[[StoredCheck, Outcome], None],
    ) -> None:
        self._way = way
        self._witness = witness
        self._parts = parts
        self._happen = happen
        self._board = board
        self._afterwards = Afterwards(parts)
        self._workers = ThreadPoolExecutor(WORKERS, "check")

    def work(self, effect: Work) -> None:
        """Begin; returns at once. How it went comes as an event of the visit."""
        match effect:
            case VerifyCard():
                self._workers.submit(self._verify, effect)
            case VerifyByHand():
                self._workers.submit(self._verify_by_hand, effect)
            case KeepWay():
                self._workers.submit(lambda: self._happen(self._afterwards.keep(effect)))

    def settled_later(self, check: StoredCheck, outcome: Outcome) -> None:
        """A check of an earlier visit was asked about."""
        self._afterwards.later(check, outcome)

    def by_hand(
        self, presentation: ByHand, treatment: Treatment, follow_up_id: str
    ) -> tuple[StoredCheck, Outcome, Since | None, Standing]:
        """Check by what the staff typed, beside any visit; waits for the answer.

        Args:
            presentation: what was typed.
            treatment: when and where.
            follow_up_id: the matter it is to settle; "" = none.

        Returns:
            The check, its outcome, what changed, and where the patient stands now.

        Raises:
            TreatmentDateWrong, NothingToResolve: nothing was stored.
            StoreError: the check could not be stored.
        """
        if follow_up_id:
            self._parts.following.matter(follow_up_id)
        received = self._store_by_hand(presentation, treatment)
        outcome = self._outcome(received)
        standing = self._afterwards.by_hand(received.stored, outcome, follow_up_id)
        return received.stored, outcome, self._since(received.stored, outcome), standing

    def stop(self) -> None:
        """Wait for what is under way: each is bounded by the patience of a question."""
        self._workers.shutdown(wait=True)

    def _verify(self, effect: VerifyCard) -> None:
        received = self._read(effect)
        if received is not None:
            self._happen(CardRead(effect.visit))
            self._conclude(effect.visit, received)

    def _verify_by_hand(self, effect: VerifyByHand) -> None:
        received = self._guarded(
            effect.visit, lambda: self._store_by_hand(effect.presentation, effect.treatment)
        )
        if received is not None:
            self._conclude(effect.visit, received)

    def _conclude(self, visit: int, received: Received) -> None:
        stored, outcome = received.stored, self._outcome(received)
        if received.disk is not None:
            self._happen(OutcomeKnown(visit, outcome, stored.treated_on))
            return
        unconfirmed = self._afterwards.known(visit, stored, outcome)
        since = self._since(stored, outcome)
        self._happen(OutcomeKnown(visit, outcome, stored.treated_on, unconfirmed, since))

    def _outcome(self, received: Received) -> Outcome:
        if received.disk is not None:
            return self._ask_unkept(received)
        return replace(self._ask(received.stored), certificate=received.certificate)

    def _since(self, stored: StoredCheck, outcome: Outcome) -> Since | None:
        """A comparison that cannot be made holds no result back."""
        try:
            return since_last(self._parts.asking.records, stored, outcome)
        except Exception as error:  # noqa: BLE001 - the top of this thread; the visitor waits
            record(Logged.COMPARING_FAILED, code=getattr(error, "code", type(error).__name__))
            return None

    def _store_by_hand(self, presentation: ByHand, treatment: Treatment) -> Received:
        parts = self._parts
        is_simulated = parts.about.is_simulated
        received = store_by_hand(
            presentation, treatment, parts.about.facility, parts.asking, is_simulated=is_simulated
        )
        _log_stored(received)
        return received

    def _read(self, effect: VerifyCard) -> Received | None:
        return self._guarded(effect.visit, lambda: self._read_card(effect))

    def _read_card(self, effect: VerifyCard) -> Received:
        parts, asking = self._parts, self._parts.asking
        treated_on = treated_on_of(effect.treatment, asking.clock)
        received = read_and_store(
            open_check(parts.about.facility, asking.clock, treated_on),
            effect.pin,
            parts.card,
            asking,
            is_simulated=parts.about.is_simulated,
            is_warned=effect.is_warned,
            place=effect.treatment.place,
        )
        _log_stored(received)
        return received

    def _guarded(self, visit: int, store: Callable[[], Received]) -> Received | None:
        """None when there is nothing to ask: the visitor is told why."""
        try:
            return store()
        except KioskError as error:
            record(Logged.READING_FAILED, code=error.code)
            tries_left = getattr(error, "tries_left", None)
            self._afterwards.failed(visit, error.code)
            self._happen(ReadingFailed(visit, error.code, tries_left))
        except Exception as error:  # noqa: BLE001 - the top of this thread; the visitor is told
            record(Logged.READING_FAILED, code=type(error).__name__)
            self._happen(ReadingFailed(visit, UNKNOWN))
        return None

    def _ask_unkept(self, received: Received) -> Outcome:
        code = received.disk.code if received.disk else UNKNOWN
        outcome: Outcome
        try:
            with self._way.live():
                outcome = ask_unkept(received, self._parts.asking)
        except Exception as error:  # noqa: BLE001 - the top of this thread; the visitor is told
            record(Logged.SETTLING_FAILED, code=type(error).__name__)
            outcome = Refused(code, is_simulated=received.stored.is_simulated)
        self._board.not_kept(code, checks=1)
        return replace(outcome, certificate=received.certificate)

    def _ask(self, stored: StoredCheck) -> Outcome:
        try:
            with self._way.live():
                outcome, disk = ask_before_them(stored, self._parts.asking)
            self._board.answered_live(outcome)
            self._witness(stored, outcome)
            if disk is None:
                self._board.kept()
            else:
                record(Logged.SETTLING_FAILED, check_id=stored.check_id, code=disk.code)
                self._board.not_kept(disk.code)
        except KioskError as error:
            outcome = self._not_settled(stored, error.code)
        except Exception as error:  # noqa: BLE001 - as above; the check is stored all the same
            outcome = self._not_settled(stored, type(error).__name__)
        record(Logged.CHECK_ANSWERED, check_id=stored.check_id, outcome=type(outcome).__name__)
        return outcome

    def _not_settled(self, stored: StoredCheck, code: str) -> Outcome:
        """Its answer could not be kept: when the lease ends it is asked about again."""
        record(Logged.SETTLING_FAILED, check_id=stored.check_id, code=code)
        return Deferred(UNKNOWN)


def _log_stored(received: Received) -> None:
    if received.disk is None:
        record(Logged.CHECK_STORED, check_id=received.stored.check_id)
    else:
        record(Logged.CHECK_NOT_KEPT, code=received.disk.code)
