"""While a passcode is checked: what is struck meanwhile is kept, and nothing is chosen unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.desk.messages import Failed, Login, Logout, Prove, Reply
from kiosk.domain.passcode import SHORTEST
from kiosk.pages.page import Kind
from kiosk.pages.waking import KEPT_S, SLOW_S
from tests.support.screen import Desk
from tests.support.screen_script import MATTERS, PASSCODE, ScriptedCore

WAIT = "お待ちください。"


@pytest.fixture
def checked(open_desk: Callable[..., Desk]) -> Desk:
    """The passcode is sent, and the core is at it."""
    desk = open_desk(ScriptedCore(documents={"matters_named": MATTERS}))
    desk.keys("助0")
    desk.is_busy = True
    desk.keys(f"{PASSCODE}決")
    desk.voice.news()
    return desk


def owes(desk: Desk, step: str) -> None:
    """The core asks for a second step."""
    (login,) = desk.sent(Login)
    assert isinstance(login, Login)
    desk.answers = [Reply(login.id, {"second": step})]
    desk.catch_up()


@pytest.mark.parametrize(("struck", "kind"), [("2", Kind.QUEUE), ("12", Kind.OUTPUT)])
def test_what_the_menu_is_to_do_is_typed_before_it_is_there(
    checked: Desk, struck: str, kind: Kind
) -> None:
    checked.keys(struck)
    assert checked.voice.log.count("tick") == len(struck)
    assert checked.shows(Kind.LOGIN)
    checked.catch_up()
    assert checked.shows(kind)


def test_it_is_shown_at_once_and_said_once_that_it_takes_its_time(checked: Desk) -> None:
    assert WAIT in checked.text
    assert checked.voice.news() == []
    checked.wait(SLOW_S)
    assert checked.voice.news() == [WAIT]
    checked.wait(SLOW_S)
    assert checked.voice.news() == []
    checked.catch_up()
    assert checked.shows(Kind.STAFF)


def test_enter_sends_nothing_again_and_back_takes_a_digit_first(checked: Desk) -> None:
    checked.keys("決12戻戻")
    assert checked.voice.news() == [WAIT] * 3
    checked.catch_up()
    assert checked.shows(Kind.STAFF)
    assert len(checked.sent(Login)) == 1


def test_back_leaves_and_the_session_it_opens_does_not_stay(checked: Desk) -> None:
    checked.keys("1戻戻")
    assert checked.shows(Kind.IDLE)
    checked.catch_up()
    assert checked.shows(Kind.IDLE)
    assert checked.sent(Logout)


def test_a_passcode_that_is_typed_again_chooses_nothing(checked: Desk) -> None:
    checked.keys("1" * SHORTEST)
    checked.catch_up()
    assert checked.shows(Kind.STAFF)


def test_what_was_struck_long_ago_chooses_nothing(checked: Desk) -> None:
    checked.keys("2")
    checked.wait(KEPT_S + 1)
    checked.catch_up()
    assert checked.shows(Kind.STAFF)


def test_a_refused_passcode_takes_nothing_of_what_followed(checked: Desk) -> None:
    checked.keys("2")
    (login,) = checked.sent(Login)
    assert isinstance(login, Login)
    checked.answers = [Failed(login.id, "K321")]
    checked.catch_up()
    assert checked.shows(Kind.LOGIN)
    assert WAIT not in checked.text
    assert "●" not in checked.text


def test_the_code_of_the_minute_may_have_begun(checked: Desk) -> None:
    checked.keys("12")
    owes(checked, "totp")
    assert checked.text.count("●") == 2
    checked.keys("3456決")
    (proof,) = checked.sent(Prove)
    assert isinstance(proof, Prove)
    assert proof.code == "123456"


def test_a_touch_has_no_digits(checked: Desk) -> None:
    checked.keys("12")
    owes(checked, "fido2")
    checked.keys("決決")
    (proof,) = checked.sent(Prove)
    assert isinstance(proof, Prove)
    assert proof.code == ""
