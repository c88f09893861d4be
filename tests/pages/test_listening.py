"""Volume and speed: steps, a floor, and whose choice is kept."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.pages.listening import SPEEDS, VOLUMES, Listeners, Listening


def test_a_step_is_a_step_and_the_default_is_as_recorded() -> None:
    default = Listening()
    assert default.speed == 1.0
    assert default.louder().volume > default.volume > default.louder(-1).volume
    assert default.faster().speed > default.speed > default.faster(-1).speed
    assert all(low < high for steps in (VOLUMES, SPEEDS) for low, high in pairwise(steps))


@given(st.lists(st.integers(-3, 3)))
def test_it_is_never_silent_and_never_too_fast_to_follow(steps: list[int]) -> None:
    listening = Listening()
    for each in steps:
        listening = listening.louder(each).faster(each)
        assert 0.3 <= listening.volume <= 1.0
        assert 0.5 <= listening.speed <= 2.5


def test_what_a_visitor_changed_is_gone_with_them() -> None:
    soft = Listeners().change(Listening().louder(-2))
    assert soft.now != Listening()
    assert soft.visitor_left().now == Listening()


def test_what_the_staff_changed_is_kept_and_no_visitor_hears_it() -> None:
    fast = Listening().faster(2)
    listeners = Listeners().staff_came().change(fast)
    assert listeners.now == fast
    assert listeners.staff_left().now == Listening()
    assert listeners.staff_left().visitor_left().staff_came().now == fast
