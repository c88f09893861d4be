"""What may be a passcode, and that it stays hidden."""

from __future__ import annotations

import pickle

import pytest

from kiosk.domain.passcode import Passcode


@pytest.mark.parametrize(
    "text", ["482915", "４８２９１５", " 482915 ", "0102030405", "730461829357"]
)
def test_fit_for_a_keypad(text: str) -> None:
    assert Passcode(text).is_fit_for_a_keypad
    assert Passcode(text).is_fit_for_a_keyboard


@pytest.mark.parametrize(
    "text", ["", "48291", "4829151234567", "000000", "123456", "987654", "48291a", "٤٨٢٩١٥"]
)
def test_unfit_for_a_keypad(text: str) -> None:
    assert not Passcode(text).is_fit_for_a_keypad


@pytest.mark.parametrize(
    ("text", "is_fit"),
    [
        *[("correct horse", True), ("short wor", False), ("aaaaaaaaaaaa", False)],
        *[("x" * 65, False), ("tab\tin the middle", False)],
    ],
)
def test_a_technician_has_a_keyboard(text: str, *, is_fit: bool) -> None:
    assert Passcode(text).is_fit_for_a_keyboard is is_fit


def test_it_is_shown_and_written_nowhere() -> None:
    code = Passcode("482915")
    assert "482915" not in f"{code!r} {code}"
    with pytest.raises(TypeError):
        pickle.dumps(code)
