"""A paste types nothing, and takes no key with it for good where its end was lost."""

from __future__ import annotations

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

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
