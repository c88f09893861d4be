"""A wait, looked at whenever there is time: its warning is whole, its end is kept."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.patience import WARNING_S, Turn, Wait

LASTS_S = 300.0
STEPS = st.lists(st.floats(0.1, 400.0), min_size=1, max_size=60)


def turns(wait: Wait, steps: list[float]) -> list[tuple[float, Turn]]:
    """What was told, and when, from a beginning at 0."""
    wait.begin(0.0)
    now_s, told = 0.0, []
    for each in steps:
        now_s += each
        if turn := wait.look(now_s):
            told.append((now_s, turn))
    return told


@given(STEPS)
def test_it_never_ends_before_its_time_nor_with_less_than_the_whole_warning(
    steps: list[float],
) -> None:
    told = turns(Wait(LASTS_S), steps)
    assert [turn for _, turn in told] == [Turn.WARNS, Turn.ENDS][: len(told)]
    assert all(at_s >= LASTS_S - WARNING_S for at_s, _ in told)
    for (warned_s, _), (ended_s, _) in pairwise(told):
        assert ended_s >= max(LASTS_S, warned_s + WARNING_S)


@given(STEPS)
def test_a_sharp_one_is_over_at_the_first_look_past_its_time(steps: list[float]) -> None:
    wait = Wait(LASTS_S, is_sharp=True)
    told = turns(wait, steps)
    if sum(steps) >= LASTS_S:
        assert told[-1][1] is Turn.ENDS
        assert wait.turns_at_s is None
    assert all(turn is Turn.WARNS for at_s, turn in told if at_s < LASTS_S)


def test_begun_anew_it_has_all_of_its_time_and_stopped_it_tells_nothing() -> None:
    wait = Wait(LASTS_S)
    wait.begin(0.0)
    assert wait.look(LASTS_S - WARNING_S) is Turn.WARNS
    wait.begin(LASTS_S - 1)
    assert not wait.is_warned
    assert wait.turns_at_s == 2 * LASTS_S - 1 - WARNING_S
    wait.stop()
    assert wait.look(10 * LASTS_S) is None
