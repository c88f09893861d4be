"""The checklist from choosing a terminal to the last report, as the guide has it.

Source: 導入に向けた準備作業の手引き (sections 1 to 3), the ministry's table of 運用開始日, and the
plan of the 協力金 (``adoption_rules``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.adoption import Clinic, When, subsidies
from kiosk.domain.adoption_rules import CLINICS, PAPERS, TRANSITIONAL, Kind


class Step(StrEnum):
    """One line of the checklist, in the order in which it is done."""

    TERMINAL_CHOSEN = "terminal_chosen"
    TERMINAL_BOUGHT = "terminal_bought"
    RECEIPT_KEPT = "receipt_kept"
    ACCOUNT = "account"
    APPLICATION = "application"
    SHEET = "sheet"
    KIOSK_SET_UP = "kiosk_set_up"
    FIRST_CHECK = "first_check"
    ROUTINE = "routine"
    OPERATION_START = "operation_start"
    SUBSIDY = "subsidy"
    REWARD_ACCOUNT = "reward_account"
    REWARD_REPORT = "reward_report"
    ATTACHED = "attached"


class Progress(StrEnum):
    """How a step stands."""

    DONE = "done"
    """The staff say so."""
    SEEN = "seen"
    """The kiosk sees it for itself."""
    OPEN = "open"
    TOO_LATE = "too_late"
    """What the notices give as the last day is over."""


SEEN_BY_THE_KIOSK = frozenset({Step.KIOSK_SET_UP})
"""Nobody ticks these by hand."""
ONLY_FOR_REAL = frozenset({Step.FIRST_CHECK})
"""Nobody ticks these before the kiosk is set up for real: what is simulated does not count."""
_KINDS: Mapping[Step, frozenset[Kind]] = {
    Step.SUBSIDY: CLINICS | TRANSITIONAL,
    Step.REWARD_ACCOUNT: CLINICS,
    Step.REWARD_REPORT: CLINICS,
    Step.ATTACHED: CLINICS,
}
_PAPERS: Mapping[Step, tuple[str, ...]] = {
    Step.RECEIPT_KEPT: PAPERS[:1],
    Step.SHEET: ("マイナ資格確認アプリユーザ設定情報",),
    Step.SUBSIDY: PAPERS,
}


@dataclass(frozen=True, slots=True)
class Item:
    """A step as it stands.

    Args:
        step: which.
        progress: how.
        on: day it was done; None = not said.
        papers: what it needs.
    """

    step: Step
    progress: Progress
    on: date | None
    papers: tuple[str, ...]


def checklist(
    clinic: Clinic, done: Mapping[Step, date], day: date, *, is_set_up_for_real: bool
) -> list[Item]:
    """Every step that concerns the clinic.

    Args:
        clinic: what it says of itself.
        done: what the staff ticked, with the day.
        day: today in Japan.
        is_set_up_for_real: this kiosk is registered with a service that is not simulated.
    """
    return [
        _item(step, clinic, done, day, is_set_up_for_real=is_set_up_for_real)
        for step in Step
        if clinic.kind in _KINDS.get(step, frozenset(Kind))
        and (step is not Step.ATTACHED or clinic.is_attached)
    ]


def _item(
    step: Step, clinic: Clinic, done: Mapping[Step, date], day: date, *, is_set_up_for_real: bool
) -> Item:
    papers = _PAPERS.get(step, ())
    if step in SEEN_BY_THE_KIOSK:
        return Item(step, Progress.SEEN if is_set_up_for_real else Progress.OPEN, None, papers)
    counts = step in done and (is_set_up_for_real or step not in ONLY_FOR_REAL)
    if counts and done[step] <= day:
        return Item(step, Progress.DONE, done[step], papers)
    is_late = step is Step.SUBSIDY and all(how is When.PAST for _, how in subsidies(clinic, day))
    return Item(step, Progress.TOO_LATE if is_late else Progress.OPEN, None, papers)


def next_step(items: Sequence[Item]) -> Step | None:
    """The first that can still be done; None when nothing is left."""
    return next((each.step for each in items if each.progress is Progress.OPEN), None)
