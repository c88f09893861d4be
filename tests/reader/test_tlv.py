"""The length of a certificate with filler behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.tlv import sequence_length
from tests.support.cards import CardMaker


@pytest.mark.parametrize(
    ("head", "length"),
    [("3000", 2), ("307f", 129), ("308180", 131), ("30820578", 1404), ("3083010000", 65541)],
)
def test_length(head: str, length: int) -> None:
    assert sequence_length(bytes.fromhex(head)) == length


@pytest.mark.parametrize(
    "head",
    [
        "",
        "30",
        "3180",
        "0000",
        "ffff",
        "3080",
        "3081",
        "30817f",
        "3082",
        "308200ff",
        "308500000001",
    ],
)
def test_what_is_no_length(head: str) -> None:
    with pytest.raises(ValueError, match="DER"):
        sequence_length(bytes.fromhex(head))


@given(filler=st.binary(max_size=20))
def test_filler_does_not_matter(cards: CardMaker, filler: bytes) -> None:
    assert sequence_length(cards.certificate + filler) == len(cards.certificate)
