"""The checklist: what is done, what comes next, and what never counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.adoption import Clinic
from kiosk.domain.adoption_rules import PAPERS, Kind
from kiosk.domain.adoption_steps import (
    SEEN_BY_THE_KIOSK,
    Item,
    Progress,
    Step,
    checklist,
    next_step,
)

DAY = date(2026, 11, 21)
JUDO = Clinic(Kind.JUDO)


def items(
    done: dict[Step, date],
    *,
    clinic: Clinic = JUDO,
    day: date = DAY,
    real: bool = True,
    seen: dict[Step, date] | None = None,
) -> dict[Step, Item]:
    found = checklist(clinic, done, day, seen=seen, is_set_up_for_real=real)
    return {each.step: each for each in found}


def test_it_begins_with_the_terminal_and_goes_on_in_order() -> None:
    done: dict[Step, date] = {}
    seen: dict[Step, date] = {}
    told = []
    while (step := next_step(list(items(done, seen=seen).values()))) is not None:
        told.append(step)
        (seen if step in SEEN_BY_THE_KIOSK else done)[step] = DAY
    by_itself_or_too_late = {Step.KIOSK_SET_UP, Step.SUBSIDY_PAPERS, Step.SUBSIDY, Step.ATTACHED}
    assert told == [each for each in Step if each not in by_itself_or_too_late]


def test_simulated_results_tick_nothing() -> None:
    by_hand = dict.fromkeys(SEEN_BY_THE_KIOSK, DAY)
    seen = {Step.FIRST_CHECK: DAY, Step.PRACTICE: DAY}
    simulated = items(by_hand, real=False, seen=seen)
    real, hand_alone = items({}, seen=seen), items(by_hand)
    for step in SEEN_BY_THE_KIOSK:
        assert simulated[step].progress is Progress.OPEN
        assert real[step].progress is Progress.SEEN
    assert hand_alone[Step.FIRST_CHECK].progress is Progress.OPEN
    assert real[Step.FIRST_CHECK].on == DAY


def test_a_day_to_come_is_not_done_yet() -> None:
    done = {Step.ACCOUNT: date(2026, 11, 22)}
    assert items(done)[Step.ACCOUNT].progress is Progress.OPEN
    assert items(done, day=date(2026, 11, 22))[Step.ACCOUNT].progress is Progress.DONE


@pytest.mark.parametrize(
    ("day", "how"),
    [
        (date(2025, 2, 1), Progress.OPEN),
        (date(2025, 2, 2), Progress.OPEN),
        (date(2026, 3, 31), Progress.OPEN),
        (date(2026, 4, 1), Progress.TOO_LATE),
    ],
)
def test_the_subsidy_says_when_it_is_too_late(day: date, how: Progress) -> None:
    assert items({}, day=day)[Step.SUBSIDY].progress is how
    applied = items({Step.SUBSIDY: date(2025, 1, 31)}, day=day)[Step.SUBSIDY]
    assert applied.progress is Progress.DONE
    assert applied.papers == PAPERS


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_steps(kind: Kind) -> None:
    plain = set(Step) - {Step.ATTACHED}
    without = {
        Kind.CHECKUP: {Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
        Kind.MIDWIFE: {Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
        Kind.MEDICAL: {Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
        Kind.PHARMACY: {Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
    }
    clinic = Clinic(kind, measure=6)
    assert set(items({}, clinic=clinic)) == plain - without.get(kind, set())
    attached = items({}, clinic=replace(clinic, is_attached=True))
    assert (Step.ATTACHED in attached) is (kind in {Kind.JUDO, Kind.AHAKI})


@pytest.mark.parametrize(
    ("kind", "day", "until"),
    [
        (Kind.JUDO, date(2024, 12, 31), date(2025, 2, 1)),
        (Kind.AHAKI, date(2025, 2, 2), date(2026, 3, 31)),
        (Kind.JUDO, date(2028, 2, 29), date(2026, 3, 31)),
        (Kind.PHARMACY, date(2026, 11, 21), date(2025, 2, 1)),
        (Kind.MIDWIFE, date(2026, 11, 21), None),
    ],
)
def test_the_subsidy_has_the_last_day_of_its_notice(
    kind: Kind, day: date, until: date | None
) -> None:
    found = items({}, clinic=Clinic(kind, measure=2), day=day)
    assert found[Step.SUBSIDY].until == until
    assert found[Step.SUBSIDY_PAPERS].papers == PAPERS
    if until is None:
        assert found[Step.SUBSIDY].progress is Progress.OPEN
