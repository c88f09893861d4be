"""What differs between two answers about one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.changes import Change, changes, since
from kiosk.domain.check import Answer, Eligibility

THEN, NOW = date(2026, 10, 3), date(2026, 11, 21)
TARO = Eligibility(
    insurer_number="06139992",
    symbol="１２３",
    number="456",
    branch_number="01",
    birth_date=date(1980, 4, 12),
)


def answer(eligibility: Eligibility, validity: str = "1") -> Answer:
    return Answer(
        validity_code=validity, confirmed_on=None, eligibilities=(eligibility,), is_simulated=True
    )


def test_width_and_spaces_are_no_change() -> None:
    assert changes(answer(TARO), THEN, answer(replace(TARO, symbol="1 2 3")), NOW) == ()


def test_each_number_is_named() -> None:
    other = replace(TARO, insurer_number="01139997", symbol="9", number="9", branch_number="02")
    assert changes(answer(TARO), THEN, answer(other), NOW) == (
        Change.INSURER,
        Change.SYMBOL,
        Change.NUMBER,
        Change.BRANCH,
    )


def test_a_share_that_is_not_known_is_no_change_and_one_that_is_is() -> None:
    elder = replace(TARO, birth_date=date(1950, 1, 1))
    with_ratio = replace(elder, elderly_ratio="020")
    assert changes(answer(elder), THEN, answer(with_ratio), NOW) == ()
    dearer = replace(elder, elderly_ratio="030")
    assert changes(answer(with_ratio), THEN, answer(dearer), NOW) == (Change.SHARE,)


def test_validity_alone_where_nobody_is_registered_any_more() -> None:
    none = Answer(validity_code="4", confirmed_on=None, eligibilities=(), is_simulated=True)
    assert changes(answer(TARO), THEN, none, NOW) == (Change.VALIDITY,)
    assert since(none, NOW, none, NOW).is_today


@given(st.sampled_from("123456"), st.sampled_from("123456"))
def test_the_same_answer_has_not_changed_and_order_does_not_matter(one: str, other: str) -> None:
    first, second = answer(TARO, one), answer(TARO, other)
    assert changes(first, NOW, first, NOW) == ()
    assert changes(first, NOW, second, NOW) == changes(second, NOW, first, NOW)
