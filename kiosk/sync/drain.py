"""Drain the queue: oldest first, a few at a time, each check once a round, stop when stuck."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kiosk.domain.check import Answered, Deferred, Outcome
from kiosk.ports import service as errors
from kiosk.ports.records import StoredCheck
from kiosk.usecases.verify import Asking, ask_and_settle, mend_clock_faults

LANES = 4
"""Questions of the queue under way at once."""
LINE_IS_DOWN = frozenset(
    each.code
    for each in (
        errors.NoNetwork,
        errors.NameNotResolved,
        errors.ServerNotTrusted,
        errors.ServiceTimedOut,
        errors.AnswerLost,
        errors.Maintenance,
        errors.ServiceFault,
        errors.TooManyRequests,
        errors.ClockRefused,
        errors.ClientCertificateRefused,
        errors.ClientCertificateRevoked,
        errors.AccountStopped,
        errors.AccountNotInForce,
    )
)
"""Deferrals that the next check of the round would meet as well."""
_LONGEST_HOLD_S = 15.0
"""A pause is waited out in steps, so that whoever watches over the drain sees it live."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One check the round asked for."""

    check: StoredCheck
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did.

    Args:
        asked: how many checks were asked about.
        answered: how many of them the service answered, whatever the validity.
        set_aside: how many of them asking again by itself cannot help.
        remaining: how many checks still wait afterwards.
        last: what ended the round, else its last outcome; None when nothing was asked.
    """

    asked: int
    answered: int
    set_aside: int
    remaining: int
    last: Outcome | None

    @property
    def line_is_down(self) -> bool:
        """The round ended because asking on made no sense."""
        return self.last is not None and stops_the_round(self.last)


def wait(seconds: float) -> bool:
    """``hold`` of a drain that nobody stops."""
    time.sleep(seconds)
    return True


def drain(
    asking: Asking,
    *,
    due_only: bool,
    on_settled: Callable[[Settled], None] = lambda _: None,
    hold: Callable[[float], bool] = wait,
    lanes: int = LANES,
) -> Round:
    """Ask for every waiting check once.

    One goes ahead; only when it came through do the others follow, ``lanes`` at a time: a service
    that is down, or coming back, meets one question a kiosk.

    Args:
        asking: store, service, clock, pace.
        due_only: respect each check's ``next_attempt_at``; False when a person asked for it, or
            when all wait for the same line.
        on_settled: told after each check is durable, by one thread at a time.
        hold: asked before each check: waits so many seconds, mostly 0; False ends the round.
        lanes: how many questions may be under way at once.

    Raises:
        StoreError: something could not be read or kept; the other lanes have ended.
    """
    mend_clock_faults(asking.records, asking.clock)
    asking.records.start_round()
    asking.pace.waiting = asking.records.backlog().waiting
    work = _Work(asking, on_settled, hold, due_only=due_only)
    if work.ask_one() and lanes > 1:
        with ThreadPoolExecutor(lanes, "drain") as pool:
            for lane in [pool.submit(work.ask_all) for _ in range(lanes)]:
                lane.result()
    else:
        work.ask_all()
    # The first answer after a start may be what vouches for the clock.
    mend_clock_faults(asking.records, asking.clock)
    return work.finished()


class _Work:
    """One round, shared by its lanes."""

    def __init__(
        self,
        asking: Asking,
        on_settled: Callable[[Settled], None],
        hold: Callable[[float], bool],
        *,
        due_only: bool,
    ) -> None:
        self._asking = asking
        self._on_settled = on_settled
        self._hold = hold
        self._due_only = due_only
        self._lock = threading.Lock()
        self._gate = threading.Lock()
        self._is_over = False
        self._asked = self._answered = self._set_aside = 0
        self._last: Outcome | None = None

    def ask_all(self) -> None:
        """Until nothing waits or the round is over."""
        while self.ask_one():
            pass

    def ask_one(self) -> bool:
        """Ask for the oldest; False when there is none, or the round is over."""
        try:
            if not self._may_go_on():
                return False
            asking = self._asking
            check = asking.records.claim(now=asking.clock.now(), due_only=self._due_only)
            if check is None:
                return False
            with self._lock:
                # One that was queued since the round began is not in the count.
                asking.pace.waiting = max(0, asking.pace.waiting - 1)
            self._note(Settled(check, ask_and_settle(check, asking)))
        except BaseException:
            self._is_over = True
            raise
        return not self._is_over

    def _may_go_on(self) -> bool:
        """Wait for one's turn: of the lanes, one at a time waits out a pause."""
        pace = self._asking.pace
        with self._gate:
            while not self._is_over:
                # The first of a round is let go by whoever began it.
                pause = pace.wait_s(time.monotonic()) if self._asked else 0.0
                if not self._hold(min(pause, _LONGEST_HOLD_S)):
                    self._is_over = True
                elif pause <= _LONGEST_HOLD_S:
                    pace.begun(time.monotonic())
                    return not self._is_over
        return False

    def _note(self, settled: Settled) -> None:
        outcome = settled.outcome
        with self._lock:
            self._asked += 1
            self._asking.pace.waiting += isinstance(outcome, Deferred)
            self._answered += isinstance(outcome, Answered)
            self._set_aside += isinstance(outcome, Deferred) and outcome.needs_staff
            if not self._is_over:
                # What is heard after the end of the round does not hide what ended it.
                self._last = outcome
            self._is_over |= stops_the_round(outcome)
            self._on_settled(settled)

    def finished(self) -> Round:
        """What was done."""
        remaining = self._asking.pace.waiting = self._asking.records.backlog().waiting
        return Round(self._asked, self._answered, self._set_aside, remaining, self._last)


def stops_the_round(outcome: Outcome) -> bool:
    """True for a deferral that the next check would meet as well."""
    return isinstance(outcome, Deferred) and outcome.code in LINE_IS_DOWN
