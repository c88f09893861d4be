"""The back-off of one check and the pace of a queue, by hand-set clocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.backoff import BASE_SECONDS, CAP_SECONDS, Pace, between_tries, retry_delay


def half() -> float:
    return 0.5


@given(st.integers(1, 1000), st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 86400))
def test_a_wish_of_the_service_is_a_floor_and_the_jitter_is_capped(
    attempts: int, drawn: float, wish: float | None
) -> None:
    delay = retry_delay(attempts, lambda: drawn, retry_after_s=wish)
    assert (wish or 0.0) <= delay <= (wish or 0.0) + CAP_SECONDS


def test_a_queue_may_ask_at_once_until_something_is_wrong() -> None:
    pace = Pace(half)
    assert (pace.wait_s(0.0), pace.is_held_up) == (0.0, False)


def test_the_longer_nobody_was_heard_the_longer_between_tries() -> None:
    pace = Pace(half)
    pace.heard(0.0)
    waits = []
    for now in (10.0, 600.0, 3600.0, 86400.0):
        pace.unreachable(now)
        waits.append(pace.wait_s(now))
    # First missed 10 s after it was last heard: it went away about 5 s after that.
    assert waits == pytest.approx([5.0, between_tries(595.0), between_tries(3595.0), 300.0])
    assert 13.5 < waits[1] < 14 < waits[2] < 54
    assert pace.is_held_up


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_the_time_between_tries_never_shrinks_and_is_bounded(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert BASE_SECONDS <= between_tries(shorter) <= between_tries(longer) <= CAP_SECONDS


def test_who_never_heard_the_service_counts_from_the_first_try() -> None:
    pace = Pace(half)
    pace.unreachable(1000.0)
    assert pace.wait_s(1000.0) == 5.0
    pace.unreachable(1000.0 + 4800)
    assert pace.wait_s(5800.0) == pytest.approx(between_tries(4800.0))


def test_an_answer_ends_the_wait() -> None:
    pace = Pace(half)
    pace.unreachable(0.0)
    pace.answered(1.0)
    assert (pace.wait_s(1.0), pace.is_held_up) == (0.0, False)


def test_a_probe_that_finds_the_service_ends_an_outage_but_no_wish_of_the_service() -> None:
    pace = Pace(half)
    pace.unreachable(0.0)
    pace.heard(1.0)
    assert pace.wait_s(1.0) == 0.0
    pace.refused(2.0, 30.0)
    pace.heard(3.0)
    assert pace.wait_s(3.0) > 29.0


def test_lanes_refused_together_count_as_one_refusal() -> None:
    alone, together = Pace(half), Pace(half)
    alone.refused(0.0, None)
    for _ in range(4):
        together.refused(0.0, None)
    assert together.wait_s(0.0) == alone.wait_s(0.0) == 2.5
    together.refused(2.5, None)
    assert together.wait_s(2.5) == 5.0


def test_a_pause_is_kept_between_questions_however_many_lanes_wait() -> None:
    pace = Pace(half)
    pace.answered(0.0, 10.0)
    assert pace.wait_s(0.0) == 10.5
    pace.begun(10.5)
    assert pace.wait_s(10.5) == 10.5
    pace.answered(11.0)
    assert pace.wait_s(11.0) == 0.0
