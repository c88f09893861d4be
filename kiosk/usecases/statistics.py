"""Statistics without patient data: per month and day how many checks, by what, and how they waited.

The share of visits by マイナ保険証 is what the plan of the 協力金 asks clinics to raise
(``kiosk.domain.adoption_rules``, "reward").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, groupby
from typing import Any

from kiosk.domain.dates import Month
from kiosk.domain.presentation import Presented
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.ports.counts import CheckFact, Tally
from kiosk.ports.records import Records


@dataclass(frozen=True, slots=True)
class Outage:
    """Checks one after another that had to wait: as the reception saw the line or the service.

    Args:
        since: when the first of them was opened, aware UTC.
        until: when the first check after them went through at once; None = none has yet.
        checks: how many waited.
    """

    since: datetime
    until: datetime | None
    checks: int


def card_share(tally: Tally) -> int | None:
    """Per cent of checks by card, of those whose way is known, half up; None where none is."""
    known = tally.by_card + tally.by_hand
    return (200 * tally.by_card + known) // (2 * known) if known else None


def outages(facts: Iterable[CheckFact]) -> list[Outage]:
    """Spells of checks that had to wait, in the order in which they were opened."""
    spells = [
        (had_to_wait, list(group))
        for had_to_wait, group in groupby(
            sorted(facts, key=lambda each: each.opened_at), key=lambda each: each.had_to_wait
        )
    ]
    begins = (group[0].opened_at for _, group in spells[1:])
    return [
        Outage(group[0].opened_at, end, len(group))
        for (had_to_wait, group), end in zip(spells, chain(begins, (None,)), strict=False)
        if had_to_wait
    ]


def longest_wait(facts: Iterable[CheckFact], now: datetime) -> timedelta | None:
    """The longest a deferred check waited, or waits; None where none was deferred."""
    waits = ((each.settled_at or now) - each.opened_at for each in facts if each.had_to_wait)
    return max((max(each, timedelta()) for each in waits), default=None)


def statistics_document(records: Records, now: datetime, *, is_simulated: bool) -> dict[str, Any]:
    """Every month, oldest first; of a month that was purged its counts alone.

    Args:
        records: where checks are kept.
        now: for what waits still, aware.
        is_simulated: everything is to be marked 模擬.
    """
    return {
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
        "months": [
            _month(month, tally, records.facts(month), now)
            for month, tally in records.tallies().items()
        ],
    }


def _month(month: Month, tally: Tally, facts: Sequence[CheckFact], now: datetime) -> dict[str, Any]:
    longest = longest_wait(facts, now)
    return {
        "month": str(month),
        "checked": tally.checked,
        "answered": tally.answered,
        "refused": tally.refused,
        "deferred": tally.deferred,
        "by_card": tally.by_card,
        "by_hand": tally.by_hand,
        "card_percent": card_share(tally),
        "longest_wait_seconds": longest and round(longest.total_seconds(), 1),
        "outages": [
            {
                "since": each.since.isoformat(),
                "until": each.until and each.until.isoformat(),
                "checks": each.checks,
            }
            for each in outages(facts)
        ],
        "days": _days(facts),
    }


def _days(facts: Iterable[CheckFact]) -> list[dict[str, Any]]:
    """Days with checks, in order."""

    def day_of(fact: CheckFact) -> date:
        return fact.treated_on

    found = []
    for day, group in groupby(sorted(facts, key=day_of), key=day_of):
        of_day = list(group)
        found.append(
            {
                "day": day.isoformat(),
                "checked": len(of_day),
                "by_card": sum(each.presented is Presented.CARD for each in of_day),
                "had_to_wait": sum(each.had_to_wait for each in of_day),
            }
        )
    return found
