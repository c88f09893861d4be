"""The end of a month: one list, from the 20th by a trusted clock, each with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.domain.check import Answered
from kiosk.domain.dates import Month
from kiosk.domain.month_end import is_month_end, next_visits_until
from kiosk.domain.presentation import Presented
from kiosk.pages.matter import matter_lines, next_action
from kiosk.phrasebook import Phrasebook
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


def test_what_goes_this_month_and_was_never_exported_is_told_from_the_20th(box: Box) -> None:
    store = box.store()
    for day in (date(2026, 10, 31), date(2026, 11, 1)):
        _seen(store, box, box.check(treated_on=day), answered())
    by_hand = Agenda(store.records, box.clock(store))
    fetched = Agenda(store.records, box.clock(store), hands_over=lambda: True)
    assert by_hand.matters(for_staff=False) == []
    assert tally(fetched.matters(for_staff=False))[Matter.UNEXPORTED] == 2
    box.wall = THE_20TH
    (found,) = by_hand.matters(for_staff=False)
    assert (found["kind"], found["month"], found["count"]) == ("unexported", "2026-10", 1)
    assert (found["last_day"], found["by_computer"]) == ("2026-11-30", False)
    said = " ".join(each.read for each in matter_lines(found, Phrasebook.load("ja")))
    assert said == "10月分、一度も書き出していない結果、1件。11月30日で消えます。"
    assert "書き出してください" in next_action(found, Phrasebook.load("ja")).read
    held = store.control.held
    written = Agenda(store.records, box.clock(store), written=held.files)
    assert written.matters(for_staff=False) == [found]
    held.hold(Month(2026, 10), box.state_dir / "october.csv")
    assert written.matters(for_staff=False) == []
    (check,) = store.records.history(Month(2026, 10))
    store.records.mark_exported(check.check_id, box.wall)
    assert by_hand.matters(for_staff=False) == []


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
