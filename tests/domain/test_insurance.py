"""Insurer numbers and what the patient pays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.domain.check import Eligibility
from kiosk.domain.insurance import (
    InsurerNumber,
    elderly_recipient_from,
    insurer_check_digit,
    is_late_elderly,
    preschool_until,
)

TRUE_NUMBERS = [
    "33120015",
    "01130012",
    "138016",
    "39131016",
    "273128",
    "06139992",
    "39139993",
    "139998",
    "01139997",
]
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("digits", TRUE_NUMBERS)
def test_numbers_known_to_be_true(digits: str) -> None:
    assert InsurerNumber(digits).digits == digits
    assert insurer_check_digit(digits[:-1]) == int(digits[-1])


@pytest.mark.parametrize(
    "text",
    ["", "1", "1390002", "013900023", "06139993", "0613999x", "０６１３９９９２", "06139992 "],
)
def test_what_is_no_insurer_number_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="insurer number") as refused:
        InsurerNumber(text)
    assert not text or text not in str(refused.value)


def test_full_width_digits_are_understood() -> None:
    assert InsurerNumber.parse(" ０６１３９９９２　").digits == "06139992"
    assert InsurerNumber.parse("０６１３９９９２").law == "06"
    assert InsurerNumber.parse("139998").law == ""


def test_late_elderly_is_law_39_of_eight_digits() -> None:
    assert is_late_elderly("39139993")
    assert is_late_elderly("３９１３９９９３")
    assert not is_late_elderly("390001")
    assert not is_late_elderly("06139992")


@pytest.mark.parametrize(
    ("born", "until"),
    [
        (date(2020, 4, 1), date(2026, 3, 31)),
        (date(2020, 4, 2), date(2027, 3, 31)),
        (date(2020, 1, 1), date(2026, 3, 31)),
        (date(2020, 12, 31), date(2027, 3, 31)),
        (date(2020, 2, 29), date(2026, 3, 31)),
        (date(2020, 3, 31), date(2026, 3, 31)),
    ],
)
def test_preschool_ends_on_31_march_after_the_sixth_birthday(born: date, until: date) -> None:
    assert preschool_until(born) == until


@pytest.mark.parametrize(
    ("born", "first"),
    [
        (date(1956, 11, 1), date(2026, 11, 1)),
        (date(1956, 11, 2), date(2026, 12, 1)),
        (date(1956, 12, 31), date(2027, 1, 1)),
        (date(1956, 2, 29), date(2026, 3, 1)),
    ],
)
def test_elderly_from_the_first_of_a_month(born: date, first: date) -> None:
    assert elderly_recipient_from(born) == first


SHARES = [
    ("an employee", {"birth_date": date(1980, 4, 7), "insurer_number": "06139992"}, 30),
    ("class 05, whatever the age", {"card_classification": "05"}, 100),
    ("class 05 in full width", {"card_classification": "０５"}, 100),
    ("class 05 with a ratio", {"card_classification": "05", "elderly_ratio": "020"}, 100),
    ("assistance", {"card_classification": "A1", "birth_date": date(1980, 4, 7)}, None),
    ("assistance, preschool", {"card_classification": "A1", "preschool": "1"}, None),
    ("self-defence", {"card_classification": "07", "birth_date": date(1990, 1, 2)}, 30),
    ("late elderly 10", {"insurer_number": "39139993", "late_elderly_ratio": "010"}, 10),
    ("late elderly 20", {"insurer_number": "39139993", "late_elderly_ratio": "020"}, 20),
    ("late elderly 30", {"insurer_number": "39139993", "late_elderly_ratio": "030"}, 30),
    ("late elderly, full width", {"late_elderly_ratio": "０１０"}, 10),
    (
        "late elderly without ratio",
        {"insurer_number": "39139993", "birth_date": date(1940, 1, 2)},
        None,
    ),
    (
        "late elderly under 70 by disability, without ratio",
        {"insurer_number": "３９１３９９９３", "birth_date": date(1960, 1, 2)},
        None,
    ),
    ("a ratio nobody knows", {"late_elderly_ratio": "015", "birth_date": date(1980, 1, 2)}, None),
    ("70-74 with 20", {"elderly_ratio": "020", "birth_date": date(1954, 1, 2)}, 20),
    ("70-74 with 30", {"elderly_ratio": "030", "birth_date": date(1954, 1, 2)}, 30),
    ("70-74 without ratio", {"birth_date": date(1954, 1, 2)}, None),
    ("75 and over without ratio", {"birth_date": date(1940, 1, 2)}, None),
    ("70 on the 1st of this month", {"birth_date": date(1956, 11, 1)}, None),
    ("70 on the 2nd of this month: from the next", {"birth_date": date(1956, 11, 2)}, 30),
    ("70 tomorrow", {"birth_date": date(1956, 11, 22)}, 30),
    ("preschool by its mark", {"preschool": "1"}, 20),
    ("preschool by its mark in full width", {"preschool": "１"}, 20),
    ("preschool by age", {"birth_date": date(2020, 4, 2)}, 20),
    ("left preschool, born on 1 April", {"birth_date": date(2020, 4, 1)}, 30),
    ("born today", {"birth_date": TODAY}, 20),
    ("unknown birth date", {"insurer_number": "06139992"}, None),
    ("nothing known", {}, None),
    ("born tomorrow", {"birth_date": date(2026, 11, 22)}, None),
    ("born at the end of the calendar", {"birth_date": date(9999, 12, 31)}, None),
]


@pytest.mark.parametrize(("who", "known", "percent"), SHARES)
def test_the_share_of(who: str, known: dict[str, object], percent: int | None) -> None:
    assert who
    # mypy cannot match a table of fields with the constructor's keywords.
    assert Eligibility(**known).copayment_percent(TODAY) == percent  # type: ignore[arg-type]


def test_the_share_changes_on_the_day_and_not_before() -> None:
    child = Eligibility(birth_date=date(2020, 4, 2))
    last = date(2027, 3, 31)
    assert (child.copayment_percent(last), child.copayment_percent(last + timedelta(days=1))) == (
        20,
        30,
    )
    elder = Eligibility(birth_date=date(1956, 11, 2))
    first = date(2026, 12, 1)
    assert elder.copayment_percent(first - timedelta(days=1)) == 30
    assert elder.copayment_percent(first) is None
