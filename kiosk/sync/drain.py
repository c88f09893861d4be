"""Drain the queue: oldest first, each check once a round, stop when the line is down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.check import Answered, Deferred, Outcome
from kiosk.ports import service as errors
from kiosk.ports.records import StoredCheck
from kiosk.usecases.verify import Asking, ask, mend_clock_faults

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
        errors.AccountStopped,
    )
)
"""Deferrals that the next check of the round would meet as well."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One check the round asked for."""

    check: StoredCheck
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did.

    Args:
        settled: in the order asked.
        remaining: how many checks still wait afterwards.
    """

    settled: tuple[Settled, ...]
    remaining: int

    @property
    def answered(self) -> tuple[Settled, ...]:
        """Those the service answered, whatever the validity."""
        return tuple(each for each in self.settled if isinstance(each.outcome, Answered))

    @property
    def set_aside(self) -> tuple[Settled, ...]:
        """Those that asking again by itself cannot help."""
        return tuple(
            each
            for each in self.settled
            if isinstance(each.outcome, Deferred) and each.outcome.needs_staff
        )

    @property
    def line_is_down(self) -> bool:
        """The round ended because asking on made no sense."""
        return bool(self.settled) and stops_the_round(self.settled[-1].outcome)

    @property
    def retry_after_s(self) -> float | None:
        """What the service asked for when it stopped the round."""
        outcome = self.settled[-1].outcome if self.settled else None
        return outcome.retry_after_s if isinstance(outcome, Deferred) else None


def drain(
    asking: Asking,
    *,
    due_only: bool,
    on_settled: Callable[[Settled], None] = lambda _: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> Round:
    """Ask for every waiting check once.

    Args:
        asking: store, service, clock.
        due_only: respect each check's ``next_attempt_at``; False when a person asked for it.
        on_settled: told after each check is durable.
        goes_on: asked before each check; False ends the round.
    """
    mend_clock_faults(asking.records, asking.clock)
    asking.records.start_round()
    settled: list[Settled] = []
    while goes_on() and (check := asking.records.claim(now=asking.clock.now(), due_only=due_only)):
        one = Settled(check, ask(check, asking))
        settled.append(one)
        on_settled(one)
        if stops_the_round(one.outcome):
            break
    return Round(tuple(settled), len(asking.records.waiting()))


def stops_the_round(outcome: Outcome) -> bool:
    """True for a deferral that the next check would meet as well."""
    return isinstance(outcome, Deferred) and outcome.code in LINE_IS_DOWN
