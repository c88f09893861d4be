"""The keypad: what each key means, and when two strokes are one."""

from __future__ import annotations

import pytest

from kiosk.pages.keys import Action, Press, StrokeGuard, press_of

FIVE = Press(Action.DIGIT, "5")


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("key", ["{0}", "kp_{0}"])
def test_digits_of_both_blocks_of_a_keyboard(digit: str, key: str) -> None:
    assert press_of(key.format(digit), digit) == Press(Action.DIGIT, digit)


@pytest.mark.parametrize(("typed", "digit"), [("５", "5"), ("０", "0"), ("٥", "")])
def test_full_width_digits_are_digits_and_other_scripts_are_not(typed: str, digit: str) -> None:
    assert press_of("unknown", typed).digit == digit


@pytest.mark.parametrize(
    ("key", "character", "action"),
    [
        ("enter", "\r", Action.ENTER),
        ("kp_enter", None, Action.ENTER),
        ("backspace", "\x7f", Action.BACK),
        ("minus", "-", Action.BACK),
        ("kp_subtract", "-", Action.BACK),
        ("escape", "\x1b", Action.BACK),
        ("asterisk", "*", Action.REPEAT),
        ("kp_multiply", "*", Action.REPEAT),
        ("plus", "+", Action.REPEAT),
        ("slash", "/", Action.HELP),
        ("question_mark", "?", Action.HELP),
        ("kp_divide", "／", Action.HELP),
        ("x", "x", Action.OTHER),
        ("ctrl+c", "\x03", Action.OTHER),
        ("f5", None, Action.OTHER),
    ],
)
def test_four_more_keys_with_one_meaning_each(
    key: str, character: str | None, action: Action
) -> None:
    assert press_of(key, character) == Press(action)


def test_a_digit_is_not_in_the_repr() -> None:
    assert "5" not in repr(FIVE)


class Hand:
    """A finger and a clock."""

    def __init__(self) -> None:
        self.at_s = 0.0
        self.guard = StrokeGuard(lambda: self.at_s, within_s=0.2)

    def strike(self, press: Press, after_s: float) -> bool:
        self.at_s += after_s
        return self.guard.takes(press)


def test_a_double_strike_is_one_stroke() -> None:
    hand = Hand()
    assert hand.strike(FIVE, 1.0)
    assert not hand.strike(FIVE, 0.19)


def test_the_same_digit_twice_on_purpose_is_two_strokes() -> None:
    hand = Hand()
    assert [hand.strike(FIVE, 0.25) for _ in range(3)] == [True, True, True]


def test_strokes_that_are_come_to_late_count_from_when_they_were_struck() -> None:
    hand = Hand()
    hand.at_s = 9.0
    assert [hand.guard.takes(FIVE, at_s) for at_s in (1.0, 1.25, 1.4)] == [True, True, False]


def test_another_key_counts_at_once() -> None:
    hand = Hand()
    assert hand.strike(FIVE, 1.0)
    assert hand.strike(Press(Action.DIGIT, "6"), 0.01)
    assert hand.strike(FIVE, 0.01)


def test_a_held_key_is_one_stroke_however_long() -> None:
    hand = Hand()
    assert sum(hand.strike(FIVE, 0.04) for _ in range(200)) == 1
