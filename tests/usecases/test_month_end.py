"""The end of a month: one list, from the 20th by a trusted clock, each with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.domain.check import Answered
from kiosk.domain.month_end import is_month_end, next_visits_until
from kiosk.domain.presentation import Presented
from kiosk.ports.records import NewCheck
from kiosk.store.opening import Store
from kiosk.usecases.matters import Agenda, Matter, tally
from tests.support.store import Box, answered

THE_20TH = datetime(2026, 11, 20, 3, tzinfo=UTC)


def _card(box: Box, ends_on: date, person: str) -> NewCheck:
    return replace(box.check(person=person), presented=Presented.CARD, card_ends_on=ends_on)


def _of(person: str, kana: str) -> Answered:
    outcome = answered(person)
    (eligibility,) = outcome.answer.eligibilities
    named = replace(outcome.answer, eligibilities=(replace(eligibility, name_kana=kana),))
    return Answered(named)


def _seen(store: Store, box: Box, check: NewCheck, outcome: Answered) -> str:
    check_id = store.records.open(check).check_id
    store.records.settle(check_id, outcome, at=box.wall, next_attempt_at=None)
    return check_id


@pytest.mark.parametrize(
    ("day", "is_so"),
    [
        (date(2026, 11, 19), False),
        (date(2026, 11, 20), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
        (date(2028, 2, 29), True),
    ],
)
def test_it_begins_on_the_20th_and_ends_with_the_month(day: date, *, is_so: bool) -> None:
    assert is_month_end(day) is is_so


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2028, 1, 20), date(2028, 2, 29)),
        (date(2026, 1, 31), date(2026, 2, 28)),
    ],
)
def test_the_next_visit_is_by_the_end_of_the_next_month(day: date, until: date) -> None:
    assert next_visits_until(day) == until


def test_a_card_that_ends_before_the_next_visit_is_told_of_once(box: Box) -> None:
    store = box.store()
    box.wall = THE_20TH
    _seen(store, box, _card(box, date(2026, 12, 31), "a"), _of("試験 太郎", "ｼｹﾝ ﾀﾛｳ"))
    latest = _seen(store, box, _card(box, date(2026, 12, 31), "a"), _of("試験 太郎", "ｼｹﾝ ﾀﾛｳ"))
    _seen(store, box, _card(box, date(2027, 1, 1), "b"), _of("試験 花子", "ｼｹﾝ ﾊﾅｺ"))
    agenda = Agenda(store.records, box.clock(store))
    (found,) = agenda.matters(for_staff=True)
    assert (found["kind"], found["check_id"]) == ("card_ends", latest)
    assert (found["expires_on"], found["usable_until"]) == ("2026-12-31", "2027-03-31")
    assert found["patient"]["name_kana"] == "ｼｹﾝ ﾀﾛｳ"
    assert agenda.matters(for_staff=False)[0]["patient"] is None


def test_a_card_that_was_renewed_is_told_of_no_more(box: Box) -> None:
    store = box.store()
    box.wall = THE_20TH
    _seen(store, box, _card(box, date(2026, 12, 1), "old"), _of("試験 太郎", "ｼｹﾝ ﾀﾛｳ"))
    agenda = Agenda(store.records, box.clock(store))
    assert tally(agenda.matters(for_staff=False))[Matter.CARD_ENDS] == 1
    _seen(store, box, _card(box, date(2031, 12, 1), "new"), _of("試験 太郎", "ｼｹﾝ ﾀﾛｳ"))
    assert agenda.matters(for_staff=False) == []


def test_before_the_20th_and_by_a_wrong_clock_nothing_is_told(box: Box) -> None:
    store = box.store()
    _seen(store, box, _card(box, date(2026, 12, 1), "a"), _of("試験 太郎", "ｼｹﾝ ﾀﾛｳ"))
    agenda = Agenda(store.records, box.clock(store))
    assert not agenda.is_month_end()
    assert agenda.matters(for_staff=False) == []
    box.wall = THE_20TH
    assert agenda.is_month_end()
    box.is_synchronised = False
    box.reboot()
    untrusting = Agenda(store.records, box.clock(store))
    assert not untrusting.is_month_end()
    assert untrusting.matters(for_staff=False) == []
