"""A paste presses no key, and holds none for good; how many strokes are in what is read at once."""

from __future__ import annotations

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

from kiosk.pages.keys import StrokeGuard, press_of
from kiosk.tui.terminal import PASTE_S, Typing
from tests.support.screen import Clock

BEGIN, END = b"\x1b[200~", b"\x1b[201~"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def typing(clock: Clock) -> Typing:
    return Typing(XTermParser(), clock)


def keys(typing: Typing, typed: bytes) -> list[str]:
    return [each.key for each in typing.read(typed) if isinstance(each, Key)]


def test_a_paste_presses_no_key_and_the_keys_behind_it_do(typing: Typing) -> None:
    assert keys(typing, BEGIN + b"1234\r" + END) == []
    assert keys(typing, b"5") == ["5"]


def test_a_paste_without_an_end_holds_the_keys_no_longer_than_that(
    typing: Typing, clock: Clock
) -> None:
    assert keys(typing, BEGIN + b"1234") == []
    clock.at_s += PASTE_S - 0.1
    assert list(typing.tick()) == []
    assert keys(typing, b"5") == []
    clock.at_s += PASTE_S
    assert all(isinstance(each, Paste) for each in typing.tick())
    assert keys(typing, b"5") == ["5"]


def test_where_nothing_is_pasted_a_rest_says_nothing(typing: Typing, clock: Clock) -> None:
    assert keys(typing, b"5") == ["5"]
    clock.at_s += PASTE_S
    assert list(typing.tick()) == []
    # Half of a sign came before the rest, the other half after it.
    assert keys(typing, "７".encode()[:1]) == []
    clock.at_s += PASTE_S
    assert list(typing.tick()) == []
    assert keys(typing, "７".encode()[1:]) == ["７"]


@pytest.mark.parametrize(
    ("read", "strokes"),
    [
        ([(1.0, 0.0, b"12")], 2),
        ([(1.0, 0.0, b"11")], 1),
        ([(1.0, 0.0, b"1"), (0.19, 0.0, b"1")], 1),
        ([(1.0, 0.0, b"1"), (0.21, 0.0, b"1")], 2),
        ([(1.0, 0.5, b"11")], 2),
        ([(1.0, 1.0, b"1123")], 4),
        ([(1.0, 0.5, b"1"), (0.01, 0.0, b"1")], 2),
        ([(1.0, 1.0, b"1111111111"), (0.04, 0.0, b"1"), (0.04, 0.0, b"1")], 1),
    ],
)
def test_what_is_read_late_was_struck_since_the_last_look(
    typing: Typing, clock: Clock, read: list[tuple[float, float, bytes]], strokes: int
) -> None:
    guard, taken = StrokeGuard(clock), 0
    for after_s, held_up_s, typed in read:
        clock.at_s += after_s
        list(typing.tick())
        clock.at_s += held_up_s
        for each in typing.read(typed):
            assert isinstance(each, Key)
            taken += guard.takes(press_of(each.key, each.character), each.time)
    assert taken == strokes
