"""Every state with every step."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.domain.check import Answer, Answered, Deferred, Outcome, Refused
from kiosk.domain.lifecycle import TRANSITIONS, WAITING, WITHDRAWN, State, Step, advance, step_of

ALLOWED = {
    ("sending", "claimed"): "sending",
    ("sending", "answered"): "answered",
    ("sending", "refused"): "refused",
    ("sending", "deferred"): "queued",
    ("sending", "set_aside"): "set_aside",
    ("sending", "released"): "queued",
    ("queued", "claimed"): "sending",
    ("set_aside", "retried"): "queued",
    ("queued", "annulled"): "annulled",
    ("set_aside", "annulled"): "annulled",
    ("answered", "annulled"): "annulled",
    ("refused", "annulled"): "annulled",
    ("answered", "corrected"): "corrected",
    ("refused", "corrected"): "corrected",
}


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_a_step_leads_where_the_table_says_or_nowhere(state: State, step: Step) -> None:
    leads_to = ALLOWED.get((state.value, step.value))
    if leads_to:
        assert advance(state, step) is State(leads_to)
    else:
        with pytest.raises(ValueError, match=f"{state} cannot be {step}"):
            advance(state, step)


def test_what_is_settled_is_withdrawn_or_never_changes() -> None:
    for state in set(State) - WAITING:
        leads_to = {to for (of, _), to in TRANSITIONS.items() if of is state}
        assert leads_to == (set() if state in WITHDRAWN else set(WITHDRAWN))


def test_every_waiting_state_has_a_way_to_an_answer() -> None:
    for start in WAITING:
        reached = {start}
        while new := {to for (of, _), to in TRANSITIONS.items() if of in reached} - reached:
            reached |= new
        assert State.ANSWERED in reached


ANSWER = Answer(validity_code="1", confirmed_on=None, eligibilities=(), is_simulated=True)


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        (Answered(ANSWER), Step.ANSWERED),
        (Refused("K231", is_simulated=True), Step.REFUSED),
        (Deferred("K201"), Step.DEFERRED),
        (Deferred("K223", needs_staff=True), Step.SET_ASIDE),
    ],
)
def test_an_outcome_is_a_step(outcome: Outcome, step: Step) -> None:
    assert step_of(outcome) is step
