"""What a reader says of itself, and what it may say wrongly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ports.card import CardBusy, CardUnreadable
from kiosk.reader.part10 import (
    GET_FEATURE_REQUEST,
    ReaderProperties,
    parse_properties,
    read_properties,
)

# As libccid answers for a reader with extended APDUs: features, then properties.
FEATURES = "120442330012" + "130442000001"
CODE = 0x42330012
EXTENDED = "070119" + "090100" + "0b024c05" + "0c02c90d" + "0a0400000100"


class Reader:
    """Answers control codes by a table of hex."""

    def __init__(self, answers: dict[int, str]) -> None:
        self._answers = answers

    def control(self, code: int, data: bytes) -> bytes:
        assert data == b""
        if code not in self._answers:
            raise CardUnreadable(f"control 0x{code:08X}: 0x8010001F")
        return bytes.fromhex(self._answers[code])


def test_a_reader_with_extended_apdus() -> None:
    reader = Reader({GET_FEATURE_REQUEST: FEATURES, CODE: EXTENDED})
    properties = read_properties(reader.control)
    assert properties == ReaderProperties(65536, "054c:0dc9")
    assert properties.takes_extended is True


@pytest.mark.parametrize(
    ("answers", "takes_extended"),
    [
        ({}, None),
        ({GET_FEATURE_REQUEST: ""}, None),
        ({GET_FEATURE_REQUEST: "060442000001"}, None),
        ({GET_FEATURE_REQUEST: FEATURES}, None),
        ({GET_FEATURE_REQUEST: "120342330012"}, None),
        ({GET_FEATURE_REQUEST: FEATURES, CODE: ""}, None),
        ({GET_FEATURE_REQUEST: FEATURES, CODE: "0b024c05"}, None),
        ({GET_FEATURE_REQUEST: FEATURES, CODE: "0a0400000000"}, False),
        ({GET_FEATURE_REQUEST: FEATURES, CODE: "0a04ff000000"}, False),
        ({GET_FEATURE_REQUEST: FEATURES, CODE: "0a0400000100"}, True),
    ],
)
def test_who_says_less(answers: dict[int, str], *, takes_extended: bool | None) -> None:
    assert read_properties(Reader(answers).control).takes_extended is takes_extended


def test_a_reader_in_use_has_told_nothing() -> None:
    def control(_code: int, _data: bytes) -> bytes:
        raise CardBusy

    assert read_properties(control) == ReaderProperties()


@given(st.binary(max_size=80))
def test_any_answer_is_understood_or_left_out(answer: bytes) -> None:
    properties = parse_properties(answer)
    assert properties.takes_extended in (True, False, None)


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_any_reader(features: bytes, answer: bytes) -> None:
    answers = iter((features, answer))
    read_properties(lambda _code, _data: next(answers))
