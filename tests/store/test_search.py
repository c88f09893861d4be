"""Looking for checks in both live months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.check import Answered, Eligibility
from kiosk.domain.dates import Month
from kiosk.ports.records import Search
from kiosk.store.opening import Store
from kiosk.store.searching import condition, search_columns
from tests.support.store import Box, answered

TODAY = date(2026, 11, 15)
LAST_MONTH = date(2026, 10, 30)
TARO = Eligibility(
    name="試験　太郎", name_kana="ｼｹﾝ ﾀﾛｳ", birth_date=date(1950, 4, 1), number="１２３"
)
JIRO = replace(TARO, name="試験　次郎", name_kana="ｼｹﾝ ｼﾞﾛｳ", number="1234", birth_date=None)
GIN = replace(TARO, name="吉田　銀", name_kana="ﾖｼﾀﾞ ｷﾞﾝ", number=None)


def of(*eligibilities: Eligibility) -> Answered:
    return Answered(replace(answered().answer, eligibilities=eligibilities))


def keep(box: Box, store: Store, outcome: Answered | None, day: date = TODAY) -> int:
    check = store.records.open(box.check(treated_on=day))
    if outcome is not None:
        store.records.settle(check.check_id, outcome, at=box.wall, next_attempt_at=None)
    return check.sequence


def found(store: Store, wanted: Search) -> list[int]:
    return [each.sequence for each in store.records.search(wanted)]


@pytest.fixture
def store(box: Box) -> Store:
    opened = box.store()
    assert [keep(box, opened, of(each)) for each in (TARO, JIRO, GIN)] == [1, 2, 3]
    assert keep(box, opened, of(TARO), LAST_MONTH) == 4
    assert keep(box, opened, None) == 5
    return opened


@pytest.mark.parametrize(
    ("wanted", "sequences"),
    [
        (Search(kana="シケン"), [4, 2, 1]),
        (Search(kana="しけん たろう"), [4, 1]),
        (Search(kana="ｼｹﾝｼﾞ"), [2]),
        (Search(kana="ケン"), []),
        (Search(born=date(1950, 4, 1)), [4, 3, 1]),
        (Search(number="123"), [4, 1]),
        (Search(number="１２３４"), [2]),
        (Search(number="23"), []),
        (Search(day=TODAY), [5, 3, 2, 1]),
        (Search(day=LAST_MONTH), [4]),
        (Search(kana="シ", day=TODAY), [2, 1]),
        (Search(kana="シ", number="123", born=date(1950, 4, 1), day=LAST_MONTH), [4]),
    ],
)
def test_found_latest_first(store: Store, wanted: Search, sequences: list[int]) -> None:
    assert found(store, wanted) == sequences


def test_of_several_eligibilities_each_number_is_found(box: Box, store: Store) -> None:
    both = keep(box, store, of(replace(TARO, number="777"), replace(TARO, number="888")))
    assert found(store, Search(number="777")) == [both]
    assert found(store, Search(number="888")) == [both]


def test_a_purged_month_is_found_no_more(store: Store) -> None:
    store.records.purge(Month.of(LAST_MONTH))
    assert found(store, Search(kana="シケンタロウ")) == [1]


def test_kept_under_a_wrong_clock_it_is_found_where_it_belongs(box: Box) -> None:
    store = box.store()
    check = store.records.open(box.check(is_trusted=False))
    store.records.settle(check.check_id, of(TARO), at=box.wall, next_attempt_at=None)
    assert found(store, Search(kana="シケン")) == [check.sequence]
    store.records.adopt_provisional(box.stamp())
    assert found(store, Search(kana="シケン", day=TODAY)) == [check.sequence]


def test_nothing_to_look_for_is_no_search() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Search()


@given(st.text(max_size=8), st.text(max_size=8))
def test_whatever_is_typed_is_a_value_and_never_sql(kana: str, number: str) -> None:
    if not (kana or number):
        return
    where, values = condition(Search(kana=kana or None, number=number or None))
    assert where.count("?") == len(values)
    assert set(where) <= set("kanborumtedy_ins(,)<>=?AND ")


def test_the_columns_follow_the_answer() -> None:
    row = search_columns(of(TARO, JIRO).answer)
    assert row == {"kana": "シケンタロウ", "born": "1950-04-01", "number": " 123 1234 "}
    assert search_columns(of().answer) == {"kana": None, "born": None, "number": None}
