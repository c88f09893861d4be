"""The condition of the box in lines: all of it at first, then what has changed."""

from __future__ import annotations

from dataclasses import replace

from kiosk.line.status import condition_lines
from kiosk.phrasebook import Phrase, Phrasebook
from tests.support.screen_script import GOOD

JA = Phrasebook.load("ja")
CLOSED = replace(GOOD, closed=True)


def test_a_reception_that_is_closed_for_work_says_so_and_that_it_is_open_again() -> None:
    closed, ready = [JA.say(Phrase.UPKEEP_CLOSED)], [JA.say(Phrase.FRONT_IDLE)]
    assert condition_lines(GOOD, None, JA) == []
    assert condition_lines(CLOSED, None, JA) == closed
    assert condition_lines(CLOSED, GOOD, JA) == closed
    assert condition_lines(CLOSED, CLOSED, JA) == []
    assert condition_lines(GOOD, CLOSED, JA) == ready
    assert condition_lines(GOOD, GOOD, JA) == []
