"""APDUs: the seven encodings, and what a status word says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.apdu import SW, Command, Response, describe
from kiosk.simulator.command import parse_command


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (Command(0, 0x20, 0, 0x98), "00200098"),
        (Command(0, 0xB0, 0x8A, 0, le=256), "00b08a0000"),
        (Command(0, 0xB0, 1, 0, le=4), "00b0010004"),
        (Command(0, 0xB0, 0x8A, 0, le=65536, is_extended=True), "00b08a00000000"),
        (Command(0, 0x20, 0, 0x98, b"1234"), "002000980431323334"),
        (Command(0x80, 0x2A, 2, 0x97, b"ab", 256), "802a029702616200"),
        (Command(0, 0x20, 0, 0x98, is_extended=True), "00200098"),
        (Command(0, 0xD6, 0, 0, b"ab", is_extended=True), "00d600000000026162"),
        (Command(0x80, 0x2A, 2, 0x97, b"ab", 512, is_extended=True), "802a029700000261620200"),
    ],
)
def test_encoding(command: Command, encoded: str) -> None:
    assert command.encode().hex() == encoded


@pytest.mark.parametrize(
    ("data", "le", "is_extended"),
    [(bytes(256), None, False), (b"", 257, False), (b"", 0, False), (b"", 65537, True)],
)
def test_lengths_that_do_not_fit(data: bytes, le: int | None, *, is_extended: bool) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Command(0, 0, 0, 0, data, le, is_extended)


@given(
    header=st.tuples(*[st.integers(0, 255)] * 4),
    data=st.binary(max_size=600),
    le=st.none() | st.integers(1, 65536),
)
def test_what_is_encoded_is_what_a_card_parses(
    header: tuple[int, int, int, int], data: bytes, le: int | None
) -> None:
    is_extended = len(data) > 255 or (le or 0) > 256
    command = Command(*header, data, le, is_extended)
    assert parse_command(command.encode()) == command


def test_a_pin_is_not_in_the_repr() -> None:
    assert "1234" not in repr(Command(0, 0x20, 0, 0x98, b"1234"))


def test_a_status_word_is_named() -> None:
    assert describe(SW.FILE_NOT_FOUND) == "6A82 FILE_NOT_FOUND"
    assert describe(0x63C2) == "63C2"


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_a_response_has_a_status_word(raw: bytes) -> None:
    with pytest.raises(ValueError, match="status word"):
        Response.decode(raw)


@pytest.mark.parametrize(
    ("status", "more", "right_le", "tries_left"),
    [
        (0x9000, None, None, None),
        (0x6100, 256, None, None),
        (0x6110, 16, None, None),
        (0x6C00, None, 256, None),
        (0x6C80, None, 128, None),
        (0x63C0, None, None, 0),
        (0x63C3, None, None, 3),
        (0x6300, None, None, None),
    ],
)
def test_what_a_status_word_says(
    status: int, more: int | None, right_le: int | None, tries_left: int | None
) -> None:
    response = Response(b"", status)
    assert (response.more, response.right_le, response.tries_left) == (more, right_le, tries_left)
