"""A PIN is never to be seen."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from kiosk.domain.identity import Pin

DIGITS = "4821"


def test_a_pin_shows_itself_nowhere() -> None:
    pin = Pin(DIGITS)
    for shown in (repr(pin), str(pin), f"{pin}", f"{[pin]}", "%s" % pin):  # noqa: UP031 - the form is under test
        assert DIGITS not in shown
    assert not hasattr(pin, "__dict__")


def test_a_pin_cannot_be_written_or_copied() -> None:
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not written"):
            way(Pin(DIGITS))


def test_a_pin_is_not_compared() -> None:
    assert Pin(DIGITS) != Pin(DIGITS)


def test_a_pin_is_for_the_card_alone() -> None:
    assert Pin(DIGITS).reveal() == b"4821"
    assert Pin("４８２１").reveal() == b"4821"


@pytest.mark.parametrize("typed", ["", "482", "48210", "48 1", "abcd", "-482", "٤٨٢١", "48２"])
def test_what_is_no_pin_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(ValueError, match="4 digits") as refused:
        Pin(typed)
    assert not typed or typed not in str(refused.value)


def read_and_fail(pin: Pin) -> None:
    raise RuntimeError(f"reading with {pin}")


def test_a_traceback_holds_no_digit_of_it_not_even_among_the_locals() -> None:
    with pytest.raises(RuntimeError) as failed:
        read_and_fail(Pin(DIGITS))
    told = traceback.TracebackException.from_exception(failed.value, capture_locals=True)
    assert "Pin(****)" in "".join(told.format())
    assert DIGITS not in "".join(told.format())
