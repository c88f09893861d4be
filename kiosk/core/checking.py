"""Reading the card and asking the service, on threads of their own: both block."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from kiosk.core.afterwards import Afterwards
from kiosk.core.board import Board
from kiosk.core.parts import Parts
from kiosk.desk.counter import UNKNOWN
from kiosk.domain.check import Deferred, Outcome, Refused
from kiosk.domain.visit import (
    CardRead,
    Event,
    KeepWay,
    OutcomeKnown,
    ReadingFailed,
    VerifyCard,
)
from kiosk.errors import KioskError
from kiosk.events import Event as Logged
from kiosk.log import record
from kiosk.ports.records import StoredCheck
from kiosk.sync.turns import RightOfWay
from kiosk.usecases.verify import Received, ask, ask_unkept, open_check, read_and_store

WORKERS = 4
"""A check whose visitor has gone may still be asked about while the next card is read."""


class Checker:
    """Carries out ``VerifyCard`` and says how it went as events of the visit.

    Args:
        parts: reader, store, service, clock.
        happen: takes the events.
        board: hears of every outcome.
        way: taken while the visitor's check is asked about, so that the queue gives way.
    """

    def __init__(
        self, parts: Parts, happen: Callable[[Event], None], board: Board, way: RightOfWay
    ) -> None:
        self._way = way
        self._parts = parts
        self._happen = happen
        self._board = board
        self._afterwards = Afterwards(parts)
        self._workers = ThreadPoolExecutor(WORKERS, "check")

    def verify(self, effect: VerifyCard) -> None:
        """Begin; returns at once."""
        self._workers.submit(self._verify, effect)

    def keep_way(self, effect: KeepWay) -> None:
        """Begin to write down how a patient is served instead; returns at once."""
        self._workers.submit(lambda: self._happen(self._afterwards.keep(effect)))

    def settled_later(self, check: StoredCheck, outcome: Outcome) -> None:
        """A check of an earlier visit was asked about."""
        self._afterwards.later(check, outcome)

    def stop(self) -> None:
        """Wait for what is under way: each is bounded by the patience of a question."""
        self._workers.shutdown(wait=True)

    def _verify(self, effect: VerifyCard) -> None:
        received = self._read(effect)
        if received is not None:
            self._happen(CardRead(effect.visit))
            stored = received.stored
            if received.disk is not None:
                outcome = self._ask_unkept(received)
                self._happen(OutcomeKnown(effect.visit, outcome, stored.treated_on))
                return
            outcome = replace(self._ask(stored), certificate=received.certificate)
            unconfirmed = self._afterwards.known(effect.visit, stored, outcome)
            self._happen(OutcomeKnown(effect.visit, outcome, stored.treated_on, unconfirmed))

    def _read(self, effect: VerifyCard) -> Received | None:
        """None when there is nothing to ask: the visitor is told why."""
        parts, asking = self._parts, self._parts.asking
        is_simulated = parts.about.is_simulated
        try:
            opening = open_check(parts.about.facility, asking.clock)
            received = read_and_store(
                opening,
                effect.pin,
                parts.card,
                asking,
                is_simulated=is_simulated,
                is_warned=effect.is_warned,
            )
        except KioskError as error:
            record(Logged.READING_FAILED, code=error.code)
            tries_left = getattr(error, "tries_left", None)
            self._afterwards.failed(effect.visit, error.code)
            self._happen(ReadingFailed(effect.visit, error.code, tries_left))
            return None
        except Exception as error:  # noqa: BLE001 - the top of this thread; the visitor is told
            record(Logged.READING_FAILED, code=type(error).__name__)
            self._happen(ReadingFailed(effect.visit, UNKNOWN))
            return None
        if received.disk is None:
            record(Logged.CHECK_STORED, check_id=received.stored.check_id)
        else:
            record(Logged.CHECK_NOT_KEPT, code=received.disk.code)
        return received

    def _ask_unkept(self, received: Received) -> Outcome:
        code = received.disk.code if received.disk else UNKNOWN
        outcome: Outcome
        try:
            with self._way.live():
                outcome = ask_unkept(received, self._parts.asking)
        except Exception as error:  # noqa: BLE001 - the top of this thread; the visitor is told
            record(Logged.SETTLING_FAILED, code=type(error).__name__)
            outcome = Refused(code, is_simulated=received.stored.is_simulated)
        self._board.not_kept(code)
        return replace(outcome, certificate=received.certificate)

    def _ask(self, stored: StoredCheck) -> Outcome:
        try:
            with self._way.live():
                outcome = ask(stored, self._parts.asking)
            self._board.answered_live(outcome)
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
