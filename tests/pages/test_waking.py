"""Between a key and the page it opens: no digit is lost, and nothing is sent unseen."""

from __future__ import annotations

import pytest

from kiosk.desk.messages import Chosen, Condition, Key, Pressed, Typed
from kiosk.domain.visit import AskChoice, AskPin, Forget
from kiosk.pages.page import Kind
from kiosk.pages.waking import KEPT_S, SLOW_S
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from tests.support.screen import Desk
from tests.support.screen_script import PIN, ScriptedCore

WAIT = "お待ちください。"


@pytest.fixture
def slow() -> Desk:
    """At rest, before a core that hears and does not answer yet."""
    desk = Desk(ScriptedCore())
    desk.connect()
    desk.voice.news()
    desk.is_busy = True
    return desk


def pins(desk: Desk) -> list[str]:
    return [each.pin for each in desk.sent(Typed) if isinstance(each, Typed)]


@pytest.mark.parametrize("before", range(5))
def test_digits_struck_before_the_page_is_there_are_typed_on_it(slow: Desk, before: int) -> None:
    slow.keys("5" + PIN[:before])
    assert slow.shows(Kind.IDLE)
    slow.catch_up()
    assert slow.text.count("●") == before
    slow.keys(PIN[before:] + "決")
    assert pins(slow) == [PIN]
    assert slow.sent(Pressed)[0] == Pressed(Key.ANY)


def test_a_digit_between_the_first_word_of_the_page_and_its_question_is_typed_too(
    slow: Desk,
) -> None:
    slow.keys("52")
    slow.hear_next()
    slow.keys("5")
    slow.catch_up()
    slow.keys("80決")
    assert pins(slow) == [PIN]


def test_what_was_struck_is_heard_at_once_and_counted_on_the_page(slow: Desk) -> None:
    slow.keys("525")
    assert slow.voice.log.count("tick") == 2
    slow.catch_up()
    assert slow.voice.said[-1] == "ニケタ。"


def test_enter_on_a_page_that_nobody_has_seen_sends_nothing(slow: Desk) -> None:
    slow.keys(f"5{PIN}決")
    slow.catch_up()
    assert not pins(slow)
    assert slow.voice.said[-1] == "ヨンケタです。決定を押してください。"
    slow.keys("決")
    assert pins(slow) == [PIN]


def test_back_takes_the_last_digit_and_not_the_visit(slow: Desk) -> None:
    slow.keys("529戻戻戻")
    slow.catch_up()
    assert slow.shows(Kind.PIN)
    assert "●" not in slow.text
    assert not slow.sent(Pressed)[1:]


def test_digits_choose_nothing_on_a_page_that_is_not_for_a_pin(slow: Desk) -> None:
    slow.keys("511")
    slow.answers = slow.core.tells(AskChoice(Phrase.RECEPTION_IS_IT_THEM, 3))
    slow.catch_up()
    assert slow.shows(Kind.QUESTION)
    slow.tell(tell(Phrase.RECEPTION_PIN_AGAIN), AskPin())
    assert "●" not in slow.text


def test_one_question_takes_one_answer_and_the_next_is_seen_first(slow: Desk) -> None:
    slow.core.is_visited = True
    slow.catch_up()
    slow.tell(AskChoice(Phrase.FALLBACK_CERTIFICATE, 2))
    slow.keys("2")
    slow.tell(tell(Phrase.RECEPTION_CALLING))
    slow.voice.news()
    slow.keys("22")
    assert slow.voice.news() == [WAIT, WAIT]
    assert slow.sent(Chosen) == [Chosen(2)]
    slow.tell(AskChoice(Phrase.FALLBACK_PORTAL, 2))
    slow.keys("1")
    assert slow.sent(Chosen) == [Chosen(2), Chosen(1)]


def test_what_is_forgotten_of_whoever_was_before_is_not_what_was_struck_since(
    slow: Desk,
) -> None:
    slow.keys("52")
    slow.answers = [*slow.core.tells(Forget()), *slow.answers]
    slow.catch_up()
    slow.keys("580決")
    assert pins(slow) == [PIN]


def test_the_thanks_to_who_has_gone_take_the_next_ones_digits(slow: Desk) -> None:
    slow.hear(*slow.core.take_card())
    slow.catch_up()
    assert slow.shows(Kind.THANKS)
    slow.is_busy = True
    slow.keys("52")
    slow.catch_up()
    slow.keys("580決")
    assert pins(slow) == [PIN]


def test_a_slow_core_is_told_of_once_and_shown(slow: Desk) -> None:
    slow.keys("5")
    slow.wait(SLOW_S)
    assert slow.voice.news() == [WAIT]
    assert WAIT in slow.text
    slow.wait(SLOW_S)
    assert slow.voice.news() == []
    slow.keys("2")
    slow.catch_up()
    assert slow.text.count("●") == 1


def test_an_answer_that_does_not_come_leaves_nothing_behind(slow: Desk) -> None:
    slow.keys("525")
    slow.wait(SLOW_S)
    slow.voice.news()
    slow.wait(KEPT_S)
    assert WAIT not in slow.text
    assert slow.voice.news()[0] == "受付できます。"
    assert slow.front.wakes_at_s is None
    slow.catch_up()
    assert "●" not in slow.text


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_core_that_has_gone_or_closes_leaves_nothing_behind(slow: Desk, *, is_lost: bool) -> None:
    slow.keys("525")
    slow.answers.clear()
    if is_lost:
        slow.front.lost()
        slow.core.forget()
        slow.is_busy = False
        slow.connect()
    else:
        slow.is_busy = False
        slow.hear(Condition(line=True, reader=False, waiting=0, clock=True))
        slow.hear(Condition(line=True, reader=True, waiting=0, clock=True))
        slow.core.forget()
    slow.keys("5")
    assert slow.shows(Kind.PIN)
    assert "●" not in slow.text
