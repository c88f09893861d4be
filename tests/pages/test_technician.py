"""The technician's pages: the box and nothing of any patient, and how the reception looks then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.desk.messages import Ask, Claim, Hello, Login, Logout, Pressed, Session
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from tests.screens.staff_pages import LOGIN
from tests.support.screen import Desk
from tests.support.screen_script import GOOD, SECRETS, TARO


@pytest.fixture
def technician(open_desk: Callable[..., Desk]) -> Desk:
    desk = open_desk()
    desk.core.heard.clear()
    desk.become_technician()
    desk.voice.news()
    return desk


def test_it_never_wants_the_visit_nor_logs_in_again(technician: Desk) -> None:
    assert technician.shows(Kind.TECHNICIAN)
    technician.keys("1戻2戻3戻4戻")
    assert technician.shows(Kind.TECHNICIAN)
    assert not technician.sent(Claim)
    assert not technician.sent(Login)
    assert len(technician.sent(Hello)) == 1
    queries = {each.query for each in technician.sent(Ask) if isinstance(each, Ask)}
    assert queries == {"findings", "status"}


def test_what_becomes_of_visits_is_not_looked_at(technician: Desk) -> None:
    for keys in ("", "1", "戻2", "戻3"):
        technician.keys(keys)
        technician.tell(tell(Phrase.RESULT_VALID_LATER, name=TARO, share=30))
        technician.tell(tell(Phrase.RESULT_VALID, name=TARO, share=30))
        technician.hear(*technician.core.begin())
        assert not any(secret in technician.text for secret in SECRETS)
    assert not any(secret in said for secret in SECRETS for said in technician.voice.said)


def test_findings_come_the_worst_first_with_who_mends_them(technician: Desk) -> None:
    technician.keys("1")
    said = "".join(technician.voice.news())
    assert said.index("直さないと使えません。") < said.index("読み取り機")
    assert "職員が直せます。" in said
    technician.keys("8")
    assert technician.voice.news()[0].startswith("異常ありません。")
    technician.keys("8")
    assert technician.voice.news() == ["これよりあとはありません。"]
    technician.keys("5")
    assert "その番号はありません。" in technician.text


def test_jobs_say_what_became_of_them_and_when_they_run_again(technician: Desk) -> None:
    technician.keys("3")
    assert "回線が切れています。" in technician.text
    assert "ゴフンあとです。" in "".join(technician.voice.news())
    technician.keys("88")
    said = technician.voice.news()
    assert "そのほかの仕事。" in said
    assert "前回は、失敗しました。" in said


def test_the_state_is_as_it_was_last_told(technician: Desk) -> None:
    technician.keys("2")
    technician.hear(replace(GOOD, line=False, waiting=3))
    technician.keys("再")
    assert any("確認待ち、サンケン" in each for each in technician.voice.said)


def test_closing_and_opening_are_ordered_and_said(technician: Desk) -> None:
    technician.keys("5")
    technician.hear(technician.core.condition)
    assert "受付は止まっています。" in technician.text
    assert any(each.startswith("サンジュップン") for each in technician.voice.news())
    technician.keys("6")
    technician.hear(technician.core.condition)
    assert "受付は止まっています。" not in technician.text
    orders = [each.about for each in technician.sent(Ask) if isinstance(each, Ask)]
    assert orders == [{"closed": True}, {"closed": False}]


def test_back_from_the_menu_logs_out_and_is_the_end(technician: Desk) -> None:
    technician.keys("戻")
    assert technician.front.is_done
    assert len(technician.sent(Logout)) == 1
    assert "ログアウトしました。" in technician.voice.said


def test_the_core_ends_the_session(technician: Desk) -> None:
    technician.hear(Session("visitor", 20))
    assert "まもなく、ログアウトします。" in technician.text
    technician.hear(Session("visitor", 0))
    assert technician.front.is_done


def test_the_end_of_the_core_is_the_end(technician: Desk) -> None:
    technician.front.lost()
    assert technician.front.is_done
    assert technician.shows(Kind.GONE)


def test_help_offers_neither_login_nor_staff(technician: Desk) -> None:
    technician.keys("助")
    assert technician.shows(Kind.HELP)
    assert "職員を呼" not in technician.text
    technician.keys("2")
    assert not technician.sent(Pressed)
    technician.keys("戻")
    assert technician.shows(Kind.TECHNICIAN)


def test_a_doctor_that_cannot_look_says_so(technician: Desk) -> None:
    technician.core.documents["findings"] = {"findings": [{"state": "of tomorrow"}]}
    technician.keys("1")
    assert technician.shows(Kind.TECHNICIAN)
    assert technician.front.book.message("K314") in technician.front.page.lines


def test_the_reception_says_that_it_is_closed_to_every_key(desk: Desk) -> None:
    desk.core.condition = replace(GOOD, closed=True)
    desk.hear(desk.core.condition)
    for key in ("5", "決"):
        desk.voice.news()
        desk.keys(key)
        assert any(each.startswith("ただいま、点検中です。") for each in desk.voice.news())
        assert desk.shows(Kind.IDLE)
    assert "点検中です" in desk.text


def test_staff_open_it_from_their_menu(desk: Desk) -> None:
    desk.keys(LOGIN)
    assert "点検を終えて" not in desk.text
    desk.keys("戻")
    desk.core.condition = replace(GOOD, closed=True)
    desk.hear(desk.core.condition)
    desk.keys(LOGIN + "7")
    orders = [each for each in desk.sent(Ask) if isinstance(each, Ask) and each.query == "upkeep"]
    assert [each.about for each in orders] == [{"closed": False}]
    assert "点検が終わりました。" in desk.text
