"""The condition of the box in lines: all of it at first, then what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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


def test_how_visits_are_received_and_that_somebody_calls_is_told_as_on_the_screen() -> None:
    home = replace(GOOD, place="home", treated_on="2026-11-20")
    calls = replace(home, called=True)
    practice = replace(calls, practice=True)
    at_home = [JA.say(Phrase.RECEPTION_AT_HOME)]
    treated = JA.say(Phrase.RECEPTION_TREATED_ON, day=date(2026, 11, 20))
    called, practised = JA.say(Phrase.RECEPTION_CALLED), JA.say(Phrase.PRACTICE_MARK)
    assert condition_lines(home, None, JA) == [*at_home, treated]
    assert condition_lines(calls, home, JA) == [called]
    assert condition_lines(practice, calls, JA) == [practised]
    assert condition_lines(practice, None, JA) == [practised, called, *at_home, treated]
    assert condition_lines(GOOD, practice, JA) == []
