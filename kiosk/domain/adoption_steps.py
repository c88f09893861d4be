"""The checklist from choosing a terminal to the last report, as the guide has it.

Source: 導入に向けた準備作業の手引き (sections 1 to 3), the ministry's table of 運用開始日, and the
plan of the 協力金 (``adoption_rules``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.adoption import Clinic, When, may_use, subsidies
from kiosk.domain.adoption_rules import CLINICS, PAPERS, Kind


class Step(StrEnum):
    """One line of the checklist, in the order in which it is done."""

    TERMINAL_CHOSEN = "terminal_chosen"
    TERMINAL_BOUGHT = "terminal_bought"
    RECEIPT_KEPT = "receipt_kept"
    ACCOUNT = "account"
    APPLICATION = "application"
    REGISTRATION = "registration"
    SHEET = "sheet"
    KIOSK_SET_UP = "kiosk_set_up"
    PRACTICE = "practice"
    ROUTINE = "routine"
    OPERATION_START = "operation_start"
    FIRST_CHECK = "first_check"
    SUBSIDY_PAPERS = "subsidy_papers"
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


SEEN_BY_THE_KIOSK = frozenset({Step.KIOSK_SET_UP, Step.PRACTICE, Step.FIRST_CHECK})
"""Nobody ticks these by hand, and nothing that is simulated ticks them."""
BY_HAND = tuple(each for each in Step if each not in SEEN_BY_THE_KIOSK)
"""What the staff tick."""
_KINDS: Mapping[Step, frozenset[Kind]] = {
    Step.REWARD_ACCOUNT: CLINICS,
    Step.REWARD_REPORT: CLINICS,
    Step.ATTACHED: CLINICS,
}
_PAPERS: Mapping[Step, tuple[str, ...]] = {
    Step.RECEIPT_KEPT: PAPERS[:1],
    Step.SHEET: ("マイナ資格確認アプリユーザ設定情報",),
    Step.SUBSIDY_PAPERS: PAPERS,
    Step.SUBSIDY: PAPERS,
}
_SUBSIDISED = frozenset({Step.SUBSIDY_PAPERS, Step.SUBSIDY})


@dataclass(frozen=True, slots=True)
class Item:
    """A step as it stands.

    Args:
        step: which.
        progress: how.
        on: day it was done; None = not said.
        papers: what it needs.
        until: last day the notices give for it; None = they give none.
    """

    step: Step
    progress: Progress
    on: date | None
    papers: tuple[str, ...]
    until: date | None = None


def checklist(
    clinic: Clinic,
    done: Mapping[Step, date],
    day: date,
    *,
    seen: Mapping[Step, date] | None = None,
    is_set_up_for_real: bool,
) -> list[Item]:
    """Every step that concerns the clinic; none where the limited type is not open to it.

    While that is not known, nothing of a subsidy, which hangs on it, is among them.

    Args:
        clinic: what it says of itself.
        done: what the staff ticked, with the day.
        day: today in Japan.
        seen: what the kiosk saw for itself, with the day.
        is_set_up_for_real: this kiosk is registered with a service that is not simulated; what it
            saw before that does not count.
    """
    watched: Mapping[Step, date | None] = {Step.KIOSK_SET_UP: None, **(seen or {})}
    by_itself = watched if is_set_up_for_real else {}
    is_open = may_use(clinic)
    if is_open is False:
        return []
    return [
        _item(step, clinic, done, by_itself, day)
        for step in Step
        if clinic.kind in _KINDS.get(step, frozenset(Kind))
        and (step is not Step.ATTACHED or clinic.is_attached)
        and (is_open or step not in _SUBSIDISED)
    ]


def _item(
    step: Step,
    clinic: Clinic,
    done: Mapping[Step, date],
    seen: Mapping[Step, date | None],
    day: date,
) -> Item:
    papers = _PAPERS.get(step, ())
    if step in SEEN_BY_THE_KIOSK:
        how = Progress.SEEN if step in seen else Progress.OPEN
        return Item(step, how, seen.get(step), papers)
    until, is_late = _deadline(clinic, day) if step in _SUBSIDISED else (None, False)
    if step in done and done[step] <= day:
        return Item(step, Progress.DONE, done[step], papers, until)
    return Item(step, Progress.TOO_LATE if is_late else Progress.OPEN, None, papers, until)


def _deadline(clinic: Clinic, day: date) -> tuple[date | None, bool]:
    """Last day to apply, and whether it is over.

    The guide asks 健診実施機関 and 助産所 to apply as well, but no notice of ours says until when:
    of them there is no last day, and none is over.
    """
    known = subsidies(clinic, day)
    ends = [each.rule.to_day for each, how in known if how is not When.PAST]
    if not ends:
        ends = [each.rule.to_day for each, _ in known[-1:]]
    is_late = bool(known) and all(how is When.PAST for _, how in known)
    return (ends[0] if ends else None), is_late


def next_step(items: Sequence[Item]) -> Step | None:
    """The first that can still be done; None when nothing is left."""
    return next((each.step for each in items if each.progress is Progress.OPEN), None)
