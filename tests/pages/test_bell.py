"""A call for the staff is sounded until they come, and never for ever."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.messages import Ask, Key, Pressed
from kiosk.domain.patience import Patience
from kiosk.pages.bell import RING_S
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.ports.voice import Earcon, Urgency
from tests.support.screen import Desk
from tests.support.screen_script import GOOD, PASSCODE

CALLED = replace(GOOD, called=True)
RING = (Earcon.CALL, Urgency.NORMAL, False)


def rings(desk: Desk) -> int:
    return desk.voice.chimes.count(RING)


def test_it_is_heard_at_once_and_again_until_it_is_answered(desk: Desk) -> None:
    desk.hear(CALLED)
    said = desk.front.book.say(Phrase.RECEPTION_CALLED).heard
    assert (rings(desk), desk.voice.news()) == (1, [said])
    assert said in [each.heard for each in desk.front.page.state], "seen as well"
    desk.wait(RING_S)
    assert (rings(desk), desk.voice.news()) == (2, [said])
    desk.hear(GOOD)
    desk.wait(RING_S)
    assert rings(desk) == 2


def test_it_falls_silent_in_the_end_and_stays_on_the_screen(desk: Desk) -> None:
    desk.hear(CALLED)
    for _ in range(60):
        desk.wait(RING_S)
    assert rings(desk) == Patience().call_s // RING_S + 1
    assert desk.front.wakes_at_s is None
    desk.hear(replace(CALLED, waiting=1))
    assert rings(desk) == Patience().call_s // RING_S + 1, "no news of the call"
    desk.keys("助2")
    assert rings(desk) == Patience().call_s // RING_S + 2, "who calls once more is heard"


def test_the_settings_say_how_long(desk: Desk) -> None:
    desk.core.manner = replace(desk.core.manner, patience=Patience(call_s=30.0))
    desk.connect()
    desk.hear(CALLED)
    for _ in range(10):
        desk.wait(RING_S)
    assert rings(desk) == 4


def test_any_key_of_who_is_logged_in_answers_it(desk: Desk) -> None:
    desk.keys(f"助0{PASSCODE}決")
    desk.hear(CALLED)
    desk.keys("他")
    asked = [each.query for each in desk.sent(Ask) if isinstance(each, Ask)]
    assert asked.count("answer_call") == 1


def test_a_visitor_does_not_answer_it(desk: Desk) -> None:
    desk.hear(CALLED)
    desk.keys("5")
    assert not desk.sent(Ask)


def test_one_key_does_not_silence_a_call_and_two_do(desk: Desk) -> None:
    desk.hear(CALLED)
    desk.keys("助5")
    assert "職員が来ましたか" in desk.text
    assert sent(desk) == []
    desk.keys("4戻助5助助5")
    assert sent(desk) == [], "not one key, and then another"
    desk.keys("5")
    assert sent(desk) == [Key.CALL_OVER]


def test_where_nobody_calls_there_is_no_call_to_end(desk: Desk) -> None:
    desk.keys("助55")
    assert sent(desk) == []
    assert desk.shows(Kind.HELP)


def sent(desk: Desk) -> list[str]:
    return [each.key for each in desk.core.heard if isinstance(each, Pressed)]
