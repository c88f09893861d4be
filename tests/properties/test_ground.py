"""What holds for every number, month, delay and answer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.backoff import BASE_SECONDS, CAP_SECONDS, retry_delay
from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.dates import Month, day_in_japan, wareki, wareki_year
from kiosk.domain.insurance import InsurerNumber, insurer_check_digit, preschool_until
from kiosk.domain.retention import is_past_retention, purge_due_at, readable_through
from kiosk.formats.answer_json import answer_json, from_record, to_record

BODIES = st.sampled_from([5, 7]).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
FRACTIONS = st.floats(0, 1, exclude_max=True)


@given(body=BODIES, place=st.integers(0, 7), other=st.integers(1, 9))
def test_one_wrong_digit_in_an_insurer_number_is_found(body: str, place: int, other: int) -> None:
    digits = f"{body}{insurer_check_digit(body)}"
    assert InsurerNumber(digits).digits == digits
    at = place % len(digits)
    wrong = f"{digits[:at]}{(int(digits[at]) + other) % 10}{digits[at + 1 :]}"
    with pytest.raises(ValueError, match="check digit"):
        InsurerNumber(wrong)


@given(BODIES)
def test_an_insurer_number_may_be_typed_in_full_width(body: str) -> None:
    digits = f"{body}{insurer_check_digit(body)}"
    wide = digits.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert InsurerNumber.parse(wide) == InsurerNumber(digits)


@given(st.integers(1, 9998), st.integers(1, 12), st.integers(-24, 24))
def test_months_go_there_and_back(year: int, month: int, steps: int) -> None:
    start = Month(year + 24, month) if year < 9900 else Month(9900, month)
    assert start.plus(steps).plus(-steps) == start
    assert Month.parse(str(start)) == start
    assert start.last_day + timedelta(days=1) == start.plus(1).first_day


@given(DAYS)
def test_a_check_is_kept_one_to_two_months_and_gone_the_second_after(treated_on: date) -> None:
    through = readable_through(treated_on)
    assert 28 <= (through - treated_on).days <= 61
    month = Month.of(treated_on)
    due = purge_due_at(month)
    assert is_past_retention(month, due)
    assert not is_past_retention(month, due - timedelta(microseconds=1))
    assert day_in_japan(due - timedelta(microseconds=1)) == through
    assert day_in_japan(due) == through + timedelta(days=1)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001 - strategies take bounds without a zone
def test_japan_is_nine_hours_ahead_all_year(naive: datetime) -> None:
    instant = naive.replace(tzinfo=UTC)
    assert day_in_japan(instant) == (naive + timedelta(hours=9)).date()


@given(DAYS)
def test_preschool_ends_at_six_and_always_in_march(born: date) -> None:
    until = preschool_until(born)
    assert (until.month, until.day) == (3, 31)
    assert 2190 <= (until - born).days <= 2557


@given(st.dates(min_value=date(1868, 1, 25), max_value=date(2100, 1, 1)))
def test_every_modern_day_has_an_era_and_a_year_above_zero(day: date) -> None:
    era, year = wareki_year(day)
    assert era
    assert 1 <= year <= 82
    assert wareki(day).startswith(era)


@given(attempts=st.integers(-3, 10_000), fraction=FRACTIONS)
def test_a_delay_stays_between_nothing_and_its_ceiling(attempts: int, fraction: float) -> None:
    delay = retry_delay(attempts, lambda: fraction)
    assert 0 <= delay < CAP_SECONDS or delay == pytest.approx(CAP_SECONDS)
    if attempts <= 1:
        assert delay <= BASE_SECONDS


@given(attempts=st.integers(1, 100), asked=st.floats(0, 86_400), fraction=FRACTIONS)
def test_retry_after_is_a_floor_with_jitter_on_top(
    attempts: int, asked: float, fraction: float
) -> None:
    delay = retry_delay(attempts, lambda: fraction, retry_after_s=asked)
    assert delay >= asked
    assert delay == pytest.approx(asked + retry_delay(attempts, lambda: fraction))


def test_the_ceiling_doubles_up_to_the_cap() -> None:
    ceilings = [retry_delay(attempts, lambda: 1.0) for attempts in range(1, 9)]
    assert ceilings == [5, 10, 20, 40, 80, 160, 300, 300]


def _text() -> st.SearchStrategy[str | None]:
    return st.none() | st.text()


ELIGIBILITIES = st.builds(
    Eligibility,
    card_classification=_text(),
    insurer_number=_text(),
    symbol=_text(),
    number=_text(),
    branch_number=_text(),
    name=_text(),
    name_kana=_text(),
    sex=st.sampled_from([None, "1", "2", "3", "9"]),
    birth_date=st.none() | DAYS,
    valid_from=st.none() | DAYS,
    valid_to=st.none() | DAYS,
    disqualified_on=st.none() | DAYS,
    late_elderly_ratio=st.sampled_from([None, "010", "020", "030", "x"]),
    elderly_issued_on=st.none() | DAYS,
    preschool=st.sampled_from([None, "1", "0"]),
    unknown=st.dictionaries(st.text(min_size=1), st.text(), max_size=3),
)
ANSWERS = st.builds(
    Answer,
    validity_code=st.sampled_from(["1", "2", "3", "4", "5", "6", "7", ""]),
    confirmed_on=st.none() | DAYS,
    eligibilities=st.lists(ELIGIBILITIES, max_size=3).map(tuple),
    is_simulated=st.booleans(),
    warning_code=_text(),
    warning=_text(),
)


@given(ANSWERS)
def test_an_answer_survives_the_record_without_loss(answer: Answer) -> None:
    assert from_record(json.loads(json.dumps(to_record(answer)))) == answer


@given(answer=ANSWERS, on=DAYS)
def test_an_answer_can_always_be_written_as_json(answer: Answer, on: date) -> None:
    document = answer_json(answer, on)
    assert json.loads(json.dumps(document)) == document
    assert len(document["eligibilities"]) == len(answer.eligibilities)
    if answer.validity_code == "5":
        assert document["eligibility"] is None


@given(eligibility=ELIGIBILITIES, on=DAYS)
def test_a_share_is_one_that_exists_or_unknown(eligibility: Eligibility, on: date) -> None:
    assert eligibility.copayment_percent(on) in {None, 10, 20, 30, 100}
