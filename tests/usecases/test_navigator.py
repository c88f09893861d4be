"""What the kiosk sees for itself ticks a step once, and nothing simulated ever does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.core.adopting import Adopting
from kiosk.desk.messages import BadMessage
from kiosk.domain.adoption_steps import Step
from kiosk.domain.check import Answer, Answered, Deferred, Outcome, Refused
from kiosk.ports.adoption import NotByHand, Progressed
from kiosk.usecases.promoting import promotion_document
from tests.support.adoption_script import HALF_WAY, STATISTICS, navigator_of
from tests.support.store import Box

REAL = Answered(Answer(validity_code="1", confirmed_on=None, eligibilities=(), is_simulated=False))
SIMULATED = Answered(replace(REAL.answer, is_simulated=True))
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("outcome", "of_check", "ticks"),
    [
        (REAL, False, True),
        (REAL, True, False),
        (SIMULATED, False, False),
        (Deferred("K201"), False, False),
        (Refused("K211", is_simulated=False), False, False),
    ],
)
def test_only_a_real_answer_is_the_first_check(
    box: Box, outcome: Outcome, *, of_check: bool, ticks: bool
) -> None:
    navigator = navigator_of(Progressed())
    check = replace(box.store().records.open(box.check()), is_simulated=of_check)
    assert navigator.settled(check, outcome) is ticks
    assert navigator.promotion().seen == ({Step.FIRST_CHECK: TODAY} if ticks else {})
    assert not navigator.settled(check, outcome)


@pytest.mark.parametrize(
    ("simulated", "registered", "ticks"),
    [(False, True, True), (True, True, False), (False, False, False)],
)
def test_practice_counts_on_a_kiosk_set_up_for_real(
    *, simulated: bool, registered: bool, ticks: bool
) -> None:
    navigator = navigator_of(Progressed(), is_simulated=simulated, is_registered=registered)
    assert navigator.practised() is ticks
    assert not navigator.practised()
    steps = {each["step"]: each for each in navigator.document({})["steps"]}
    assert steps["practice"]["state"] == ("seen" if ticks else "open")


@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("adoption", {"kind": "none"}),
        ("adoption", {"day": "yesterday"}),
        ("adoption", {"practitioners": [[70]]}),
        ("adoption_done", {}),
        ("adoption_done", {"step": "account", "on": "2026-11-22"}),
        ("adoption_done", {"step": "receipt_kept", "number": "1" * 41}),
        ("adoption_undo", {"step": "nothing"}),
        ("adoption_site", {"kind": "medical", "measure": 7}),
        ("promoted", {"deed": "poster", "count": "2"}),
        ("promoted", {"deed": "poster", "count": 10_000}),
        ("promoted", {"deed": "poster", "count": 1, "on": "2026-11-22"}),
        ("promotion", {"from": "2026-12", "to": "2026-11"}),
    ],
)
def test_what_is_not_of_its_form_changes_nothing(query: str, about: dict[str, object]) -> None:
    navigator = navigator_of(HALF_WAY)
    with pytest.raises(BadMessage):
        Adopting(navigator, lambda: STATISTICS, "1312345671").answer(query, about)
    assert navigator.promotion() == HALF_WAY


def test_what_the_kiosk_sees_is_not_ticked_over_the_desk() -> None:
    for query in ("adoption_done", "adoption_undo"):
        with pytest.raises(NotByHand):
            Adopting(navigator_of(HALF_WAY), dict, "").answer(query, {"step": "first_check"})


def test_the_report_has_sums_and_shares_of_its_months() -> None:
    document = promotion_document(navigator_of(HALF_WAY), STATISTICS, {}, "1312345671")
    assert (document["from"], document["to"]) == ("2026-11", "2026-11")
    counted = {each["deed"]: each["count"] for each in document["sums"]}
    assert counted == {"poster": 2, "asking": 7}
    assert [each["card_percent"] for each in document["shares"]] == [75]
    earlier = {"from": "2026-02", "to": "2026-02"}
    none = promotion_document(navigator_of(HALF_WAY), STATISTICS, earlier, "1312345671")
    assert (none["sums"], none["shares"]) == ([], [])
