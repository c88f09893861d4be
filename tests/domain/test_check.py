"""The challenge's layout, and which eligibility counts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.domain.check import Answer, Eligibility, Opening, Stamp
from kiosk.domain.codes import Sex, Validity
from kiosk.domain.facility import Facility

AT = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
OPENING = Opening(
    check_id="3f2b8c1e-5d4a-4e6b-9a7c-0d1e2f3a4b5c",
    facility=Facility("1312345678", "W0000001"),
    treated_at=AT,
    nonce=bytes(range(16)),
    stamp=Stamp(wall=AT, boot_id="boot", boot_seconds=12.5, is_trusted=True),
)


def test_the_challenge_is_the_vector_of_the_protocol() -> None:
    assert (
        OPENING.challenge
        == hashlib.sha256(
            b"\x00\x0bmadoguchi-1"
            b"\x00\x243f2b8c1e-5d4a-4e6b-9a7c-0d1e2f3a4b5c"
            b"\x00\x0a1312345678"
            b"\x00\x08W0000001"
            b"\x00\x192026-11-21T15:30:00+00:00"
            b"\x00\x20000102030405060708090a0b0c0d0e0f"
        ).digest()
    )
    assert OPENING.challenge.hex() == CHALLENGE_VECTOR


CHALLENGE_VECTOR = "8ae4896d6343899d8de538427918a131d951a03dafb9e9c9f9eafda5315a23ea"


@pytest.mark.parametrize(
    "other",
    [
        replace(OPENING, check_id="3f2b8c1e-5d4a-4e6b-9a7c-0d1e2f3a4b5d"),
        replace(OPENING, facility=Facility("1312345679", "W0000001")),
        replace(OPENING, facility=Facility("1312345678", "W0000002")),
        replace(OPENING, treated_at=datetime(2026, 11, 21, 15, 30, 1, tzinfo=UTC)),
        replace(OPENING, nonce=bytes(16)),
    ],
)
def test_every_part_is_in_the_challenge(other: Opening) -> None:
    assert other.challenge != OPENING.challenge


def test_the_stamp_is_not_in_the_challenge_so_a_mended_clock_changes_nothing() -> None:
    stamp = replace(OPENING.stamp, boot_seconds=99.0, is_trusted=False)
    assert replace(OPENING, stamp=stamp).challenge == OPENING.challenge


def test_the_treatment_date_is_japans() -> None:
    assert OPENING.treated_on == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "terminal"),
    [
        ("123456789", "W0000001"),
        ("12345678901", "W0000001"),
        ("１２３４５６７８９０", "W0000001"),
        ("1234567890", "w0000001"),
        ("1234567890", "W000001"),
        ("1234567890", "W0000001\n"),
    ],
)
def test_a_malformed_facility_is_refused(code: str, terminal: str) -> None:
    with pytest.raises(ValueError, match=r"facility code|terminal id"):
        Facility(code, terminal)


TODAY = date(2026, 11, 21)
OLD = Eligibility(number="1", valid_to=date(2026, 10, 31))
NEW = Eligibility(number="2", valid_from=date(2026, 11, 1))


def answer(code: str, *eligibilities: Eligibility) -> Answer:
    return Answer(
        validity_code=code, confirmed_on=TODAY, eligibilities=eligibilities, is_simulated=True
    )


def test_one_alone_counts_even_when_it_is_over() -> None:
    assert answer("2", OLD).the_one_that_counts(TODAY) is OLD


def test_of_two_the_one_in_force_on_the_treatment_date_counts() -> None:
    assert answer("3", OLD, NEW).the_one_that_counts(TODAY) is NEW
    assert answer("3", OLD, NEW).the_one_that_counts(date(2026, 10, 31)) is OLD


def test_none_is_chosen_silently() -> None:
    assert answer("5", OLD, NEW).the_one_that_counts(TODAY) is None
    assert answer("5", NEW).the_one_that_counts(TODAY) is None
    assert answer("1", NEW, NEW).the_one_that_counts(TODAY) is None
    assert answer("1", OLD, OLD).the_one_that_counts(TODAY) is None
    assert answer("1").the_one_that_counts(TODAY) is None


def test_none_registered_is_an_eligibility_without_fields() -> None:
    assert answer("4").the_one_that_counts(TODAY) == Eligibility()
    assert answer("4", NEW).the_one_that_counts(TODAY) == Eligibility()


def test_an_eligibility_is_over_on_the_day_it_was_lost() -> None:
    lost = Eligibility(disqualified_on=TODAY)
    assert not lost.is_in_force(TODAY)
    assert lost.is_in_force(date(2026, 11, 20))
    bounds = Eligibility(valid_from=TODAY, valid_to=TODAY)
    assert bounds.is_in_force(TODAY)
    assert not bounds.is_in_force(date(2026, 11, 20))
    assert not bounds.is_in_force(date(2026, 11, 22))


def test_a_validity_of_tomorrow_is_kept_as_it_came() -> None:
    assert answer("7").validity is None
    assert answer("7").validity_code == "7"


def test_words_of_the_json_and_codes_of_the_tree_are_one_table() -> None:
    words = ["valid", "invalid", "superseded", "none", "several", "unregistered"]
    assert [each.word for each in Validity] == words
    assert [Validity.from_word(word).value for word in words] == ["1", "2", "3", "4", "5", "6"]
    assert [each.word for each in Sex] == ["male", "female", "unset"]
