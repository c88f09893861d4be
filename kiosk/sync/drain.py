"""Drain the queue: oldest first, a few at a time, each check once a round, stop when stuck."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue

from kiosk.domain.check import Answered, Deferred, Outcome
from kiosk.errors import StoreError
from kiosk.ports import service as errors
from kiosk.ports.records import StoredCheck
from kiosk.ports.service import Reply
from kiosk.usecases.verify import Asking, heard, mend_clock_faults, settlement

LANES = 4
"""Questions of the queue under way at once."""
TOGETHER, TOGETHER_S = 32, 0.1
"""So many answers are made durable by one flush, and none waits for others for longer."""
AHEAD, AHEAD_S = 32, 5.0
"""So many checks are claimed at once while the line is open; those not begun by then go back."""
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
class _Question:
    """One check that is under way."""

    check: StoredCheck
    reply: Future[Reply]


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
    if seconds:
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

    The answers that have come while others were made durable are made durable together: a flush
    is the dearest part of settling. A kill forgets those that are not, and their checks are asked
    about again (answers are idempotent by check id).

    Args:
        asking: store, service, clock, pace.
        due_only: respect each check's ``next_attempt_at``; False when a person asked for it, or
            when all wait for the same line.
        on_settled: told after each check is durable, by the thread that called.
        hold: asked before each check: waits so many seconds, mostly 0; False ends the round.
        lanes: how many questions may be under way at once.

    Raises:
        StoreError: something could not be read or kept; nothing is under way any more.
    """
    mend_clock_faults(asking.records, asking.clock)
    asking.records.start_round()
    asking.pace.waiting = asking.records.backlog()
    work = _Work(asking, on_settled, hold, due_only=due_only)
    try:
        work.ask_all(lanes)
    finally:
        work.wait_for_the_rest()
    # The first answer after a start may be what vouches for the clock.
    mend_clock_faults(asking.records, asking.clock)
    return work.finished()


class _Work:
    """One round."""

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
        self._came: SimpleQueue[_Question] = SimpleQueue()
        self._heard: list[Settled] = []
        self._settle_at = 0.0
        self._ahead: deque[StoredCheck] = deque()
        self._ahead_until = 0.0
        self._under_way = 0
        self._is_over = False
        self._begun = self._asked = self._answered = self._set_aside = 0
        self._last: Outcome | None = None

    def ask_all(self, lanes: int) -> None:
        """Until nothing waits or the round is over."""
        self._begin(1)
        while self._under_way:
            if self._is_over:
                self._give_back()
            self._heard += [self._hear(each) for each in self._arrived()]
            # Before they are made durable: the service need not wait for this disk.
            self._begin(lanes - self._under_way)
            if not self._under_way or self._is_time_to_settle():
                self._settle()

    def wait_for_the_rest(self) -> None:
        """After a failure: what is under way comes back, and is asked about again later."""
        self._heard.clear()
        while self._under_way:
            self._arrived()
        # A lease that cannot be given back ends by itself.
        with contextlib.suppress(StoreError):
            self._give_back()

    def _begin(self, most: int) -> None:
        """Ask for the oldest, so many at most."""
        room = 0
        while room < most and self._may_go_on(is_alone=not (room or self._under_way)):
            room += 1
        if not room:
            return
        asking = self._asking
        for check in self._next(room):
            # One that was queued since the round began is not in the count.
            asking.pace.waiting = max(0, asking.pace.waiting - 1)
            self._begun += 1
            reply = asking.service.begin(
                check.check_id, check.request, patience_s=asking.patience_s
            )
            self._under_way += 1
            question = _Question(check, reply)
            reply.add_done_callback(lambda _, question=question: self._came.put(question))  # type: ignore[misc]

    def _next(self, room: int) -> list[StoredCheck]:
        """The oldest, so many at most; a claim costs as much as a question, so it takes several.

        Not the one that goes ahead, nor while a pause is asked for: nothing is held for long.
        """
        asking, now_s = self._asking, time.monotonic()
        if now_s >= self._ahead_until:
            self._give_back()
        if not self._ahead:
            is_open = self._asked > 0 and not asking.pace.is_slowed
            self._ahead_until = now_s + AHEAD_S
            self._ahead += asking.records.claim(
                now=asking.clock.now(), due_only=self._due_only, most=AHEAD if is_open else room
            )
        return [self._ahead.popleft() for _ in range(min(room, len(self._ahead)))]

    def _give_back(self) -> None:
        """What was claimed and is not asked about now waits as it did."""
        left = [each.check_id for each in self._ahead]
        self._ahead.clear()
        if left:
            self._asking.records.release(left)

    def _may_go_on(self, *, is_alone: bool) -> bool:
        """Wait for one's turn; a pause is waited out with nothing under way."""
        pace = self._asking.pace
        while not self._is_over:
            # The first of a round is let go by whoever began it.
            pause = pace.wait_s(time.monotonic()) if self._begun else 0.0
            if pause and not is_alone:
                return False
            if not self._hold(min(pause, _LONGEST_HOLD_S)):
                self._is_over = True
            elif pause <= _LONGEST_HOLD_S:
                pace.begun(time.monotonic())
                return True
        return False

    def _arrived(self) -> list[_Question]:
        """What has come back; nothing when it is time to settle what came before."""
        came: list[_Question] = []
        with contextlib.suppress(Empty):
            came.append(self._came.get(timeout=self._patience_s()))
            while True:
                came.append(self._came.get_nowait())
        self._under_way -= len(came)
        return came

    def _patience_s(self) -> float | None:
        if not self._heard:
            return None
        return max(0.0, self._settle_at - time.monotonic())

    def _is_time_to_settle(self) -> bool:
        return len(self._heard) >= TOGETHER or (
            bool(self._heard) and time.monotonic() >= self._settle_at
        )

    def _hear(self, question: _Question) -> Settled:
        if not self._heard:
            self._settle_at = time.monotonic() + TOGETHER_S
        outcome = heard(question.reply.result, self._asking)
        self._asked += 1
        self._asking.pace.waiting += isinstance(outcome, Deferred)
        self._answered += isinstance(outcome, Answered)
        self._set_aside += isinstance(outcome, Deferred) and outcome.needs_staff
        if not self._is_over:
            # What is heard after the end of the round does not hide what ended it.
            self._last = outcome
        self._is_over |= stops_the_round(outcome)
        return Settled(question.check, outcome)

    def _settle(self) -> None:
        """Month by month, each in one transaction, so that what is durable is told."""
        came, self._heard = self._heard, []
        for _, group in groupby(came, key=lambda each: each.check.month):
            together = list(group)
            self._asking.records.settle_all(
                [settlement(each.check, each.outcome, self._asking) for each in together]
            )
            for each in together:
                self._on_settled(each)

    def finished(self) -> Round:
        """What was done."""
        remaining = self._asking.pace.waiting = self._asking.records.backlog()
        return Round(self._asked, self._answered, self._set_aside, remaining, self._last)


def stops_the_round(outcome: Outcome) -> bool:
    """True for a deferral that the next check would meet as well."""
    return isinstance(outcome, Deferred) and outcome.code in LINE_IS_DOWN
