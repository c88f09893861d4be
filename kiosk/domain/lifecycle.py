"""The states of a stored check and the one table of how they change."""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain.check import Answered, Deferred, Outcome, Refused


class State(StrEnum):
    """Where a check stands. ``SENDING`` is always under a lease."""

    SENDING = "sending"
    QUEUED = "queued"
    SET_ASIDE = "set_aside"
    ANSWERED = "answered"
    REFUSED = "refused"
    CORRECTED = "corrected"
    ANNULLED = "annulled"


class Step(StrEnum):
    """What can happen to a check."""

    CLAIMED = "claimed"
    ANSWERED = "answered"
    REFUSED = "refused"
    DEFERRED = "deferred"
    RELEASED = "released"
    SET_ASIDE = "set_aside"
    RETRIED = "retried"
    CORRECTED = "corrected"
    ANNULLED = "annulled"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.SENDING, Step.CLAIMED): State.SENDING,  # the lease of a dead owner, taken over
    (State.SENDING, Step.ANSWERED): State.ANSWERED,
    (State.SENDING, Step.REFUSED): State.REFUSED,
    (State.SENDING, Step.DEFERRED): State.QUEUED,
    (State.SENDING, Step.RELEASED): State.QUEUED,  # claimed, and not asked about after all
    (State.SENDING, Step.SET_ASIDE): State.SET_ASIDE,
    (State.QUEUED, Step.CLAIMED): State.SENDING,
    (State.SET_ASIDE, Step.RETRIED): State.QUEUED,
    # What is being asked cannot be taken back; what waits is never corrected, for the body of a
    # question never changes.
    (State.QUEUED, Step.ANNULLED): State.ANNULLED,
    (State.SET_ASIDE, Step.ANNULLED): State.ANNULLED,
    (State.ANSWERED, Step.ANNULLED): State.ANNULLED,
    (State.REFUSED, Step.ANNULLED): State.ANNULLED,
    (State.ANSWERED, Step.CORRECTED): State.CORRECTED,
    (State.REFUSED, Step.CORRECTED): State.CORRECTED,
}

WAITING = frozenset({State.SENDING, State.QUEUED, State.SET_ASIDE})
"""Not answered yet; shown as 確認待ち with number and age."""
WITHDRAWN = frozenset({State.CORRECTED, State.ANNULLED})
"""Counts no more: another version stands for it, or none. Kept until the purge all the same."""


def advance(state: State, step: Step) -> State:
    """The state after a step; ValueError for a step the table does not have."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise ValueError(f"a check that is {state} cannot be {step}") from None


def step_of(outcome: Outcome) -> Step:
    """The step an outcome takes a check through."""
    match outcome:
        case Answered():
            return Step.ANSWERED
        case Refused():
            return Step.REFUSED
        case Deferred(needs_staff=True):
            return Step.SET_ASIDE
        case Deferred():
            return Step.DEFERRED
