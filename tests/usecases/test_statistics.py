"""Statistics: counted from columns alone, and the counts outlive the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.check import Deferred
from kiosk.domain.dates import Month
from kiosk.domain.presentation import Presented
from kiosk.ports.counts import CheckFact, Tally
from kiosk.store.opening import Store
from kiosk.usecases.statistics import Outage, card_share, longest_wait, outages, statistics_document
from tests.support.store import NOON, Box, answered

MINUTE = timedelta(minutes=1)


def _fact(minute: int, waited: int | None) -> CheckFact:
    opened = NOON + minute * MINUTE
    settled = opened if waited is None else opened + waited * MINUTE
    return CheckFact(NOON.date(), opened, settled, waited is not None, Presented.CARD)


def _check(store: Store, box: Box, presented: Presented | None, *, waits: bool = False) -> None:
    box.wait(60)
    check_id = store.records.open(replace(box.check(), presented=presented)).check_id
    if waits:
        store.records.settle(check_id, Deferred("K201"), at=box.wall, next_attempt_at=box.wall)
        box.wait(600)
    else:
        store.records.settle(check_id, answered(), at=box.wall, next_attempt_at=None)


@pytest.mark.parametrize(
    ("card", "hand", "share"), [(0, 0, None), (1, 0, 100), (2, 1, 67), (1, 1, 50), (0, 3, 0)]
)
def test_the_share_is_of_what_is_known(card: int, hand: int, share: int | None) -> None:
    assert card_share(Tally(checked=9, by_card=card, by_hand=hand)) == share


def test_checks_that_wait_one_after_another_are_one_outage() -> None:
    facts = [_fact(0, None), _fact(1, 9), _fact(2, 8), _fact(5, None), _fact(7, 30)]
    assert outages(facts) == [
        Outage(NOON + MINUTE, NOON + 5 * MINUTE, 2),
        Outage(NOON + 7 * MINUTE, None, 1),
    ]
    assert longest_wait(facts, NOON) == 30 * MINUTE
    assert longest_wait(facts[:1], NOON) is None


def test_a_month_is_told_by_day_and_only_its_counts_outlive_it(box: Box) -> None:
    store = box.store()
    for presented in (Presented.CARD, Presented.CARD, Presented.NUMBERS, None):
        _check(store, box, presented)
    _check(store, box, Presented.CARD, waits=True)
    (month,) = statistics_document(store.records, box.wall, is_simulated=False)["months"]
    assert month["days"] == [{"day": "2026-11-15", "checked": 5, "by_card": 3, "had_to_wait": 1}]
    assert (month["card_percent"], month["by_hand"], month["deferred"]) == (75, 1, 1)
    assert month["longest_wait_seconds"] == 600
    assert [each["checks"] for each in month["outages"]] == [1]
    store.records.purge(Month(2026, 11))
    (gone,) = statistics_document(store.records, box.wall, is_simulated=True)["months"]
    assert gone["card_percent"] == 75
    assert gone["days"] == gone["outages"] == []
