"""The keypad as the reception's compositor takes it: the real libxkbcommon, the shipped files."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import pytest

CONFIG = Path(__file__).parents[2] / "config"
KEYPAD = (90, 87, 88, 89, 83, 84, 85, 79, 80, 81)
"""X11 key codes of 0 to 9: those of Linux, and 8 more."""
KP_0 = 0xFFB0
OF_A_KEYBOARD = range(9, 128)


@pytest.fixture
def xkb(monkeypatch: pytest.MonkeyPatch) -> ctypes.CDLL:
    """The library, in the environment of the reception."""
    name = find_library("xkbcommon")
    if name is None or not Path("/usr/share/X11/xkb/rules/evdev").exists():
        pytest.skip("libxkbcommon or xkb-data is not installed: nothing understands a keyboard")
    for line in (CONFIG / "reception.env").read_text("ascii").splitlines():
        key, _, value = line.partition("=")
        if key.startswith("XKB_"):
            monkeypatch.setenv(key, value.replace("/usr/share/madoguchi", str(CONFIG)))
    library = ctypes.CDLL(name)
    pointer, code = ctypes.c_void_p, ctypes.c_uint32
    for call, result, arguments in (
        ("xkb_context_new", pointer, [ctypes.c_int]),
        ("xkb_keymap_new_from_names", pointer, [pointer, pointer, ctypes.c_int]),
        ("xkb_keymap_key_repeats", ctypes.c_int, [pointer, code]),
        ("xkb_state_new", pointer, [pointer]),
        ("xkb_state_key_get_one_sym", code, [pointer, code]),
    ):
        function: Any = getattr(library, call)
        function.restype, function.argtypes = result, arguments
    return library


def layout(xkb: ctypes.CDLL) -> int:
    """As cage asks for it: every name out of the environment."""
    made: int | None = xkb.xkb_keymap_new_from_names(xkb.xkb_context_new(0), None, 0)
    assert made, "cage would have no keyboard"
    return made


def repeating(xkb: ctypes.CDLL) -> list[int]:
    keymap = layout(xkb)
    return [code for code in OF_A_KEYBOARD if xkb.xkb_keymap_key_repeats(keymap, code)]


def test_a_held_key_is_one_stroke(xkb: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repeating(xkb) == []
    monkeypatch.setenv("XKB_DEFAULT_OPTIONS", "numpad:mac")
    assert set(KEYPAD) < set(repeating(xkb))


def test_the_keypad_types_digits_without_numlock(xkb: ctypes.CDLL) -> None:
    state = xkb.xkb_state_new(layout(xkb))
    typed = [xkb.xkb_state_key_get_one_sym(state, code) - KP_0 for code in KEYPAD]
    assert typed == list(range(10))
