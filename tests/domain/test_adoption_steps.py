"""The checklist: what is done, what comes next, and what never counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.adoption import Clinic
from kiosk.domain.adoption_rules import PAPERS, Kind
from kiosk.domain.adoption_steps import Item, Progress, Step, checklist, next_step

DAY = date(2026, 11, 21)
JUDO = Clinic(Kind.JUDO)


def items(
    done: dict[Step, date], *, clinic: Clinic = JUDO, day: date = DAY, real: bool = True
) -> dict[Step, Item]:
    found = checklist(clinic, done, day, is_set_up_for_real=real)
    return {each.step: each for each in found}


def test_it_begins_with_the_terminal_and_goes_on_in_order() -> None:
    done: dict[Step, date] = {}
    told = []
    while (step := next_step(list(items(done).values()))) is not None:
        told.append(step)
        done[step] = DAY
    by_itself_or_too_late = {Step.KIOSK_SET_UP, Step.SUBSIDY, Step.ATTACHED}
    assert told == [each for each in Step if each not in by_itself_or_too_late]


def test_simulated_results_tick_nothing() -> None:
    done = {Step.FIRST_CHECK: DAY, Step.KIOSK_SET_UP: DAY}
    simulated, real = items(done, real=False), items(done)
    for step, how in ((Step.FIRST_CHECK, Progress.DONE), (Step.KIOSK_SET_UP, Progress.SEEN)):
        assert simulated[step].progress is Progress.OPEN
        assert real[step].progress is how


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
        Kind.CHECKUP: {Step.SUBSIDY, Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
        Kind.MIDWIFE: {Step.SUBSIDY, Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
        Kind.MEDICAL: {Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
        Kind.PHARMACY: {Step.REWARD_ACCOUNT, Step.REWARD_REPORT},
    }
    clinic = Clinic(kind, measure=6)
    assert set(items({}, clinic=clinic)) == plain - without.get(kind, set())
    attached = items({}, clinic=replace(clinic, is_attached=True))
    assert (Step.ATTACHED in attached) is (kind in {Kind.JUDO, Kind.AHAKI})
