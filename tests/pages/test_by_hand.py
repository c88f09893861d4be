"""A check by hand by ten keys: two papers, each sign said, all of it once more, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kiosk.desk.messages import Ask
from kiosk.domain.presentation import Paper
from kiosk.domain.visit import AskChoice, AskNumbers
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code
from tests.screens.staff_pages import BORN, LOGIN, NAME, NUMBERS
from tests.support.screen import Desk

FACE = NAME + BORN + "1決"
BY_HAND = LOGIN + "7"


def orders(desk: Desk, query: str) -> list[Mapping[str, Any]]:
    return [each.about for each in desk.sent(Ask) if isinstance(each, Ask) and each.query == query]


def said(desk: Desk, phrase: Phrase) -> bool:
    return desk.front.book.say(phrase) in desk.front.page.said


def answered(desk: Desk, **changed: object) -> None:
    desk.core.documents["by_hand"] |= changed


def test_each_kana_is_heard_and_all_of_it_before_it_is_sent(desk: Desk) -> None:
    desk.keys(BY_HAND + "2")
    desk.voice.news()
    desk.keys("8777")
    assert desk.voice.news() == ["〔私〕ヤ。", "〔私〕マ。", "〔私〕ミ。", "〔私〕ム。"]
    desk.keys("決")
    assert desk.voice.news() == ["〔私〕ヤム。"]
    desk.keys("戻戻")
    assert desk.voice.news()[0] == "〔私〕ヤ。"
    desk.keys(FACE + "7444448決決")
    assert orders(desk, "by_hand") == []
    assert "フリガナ ヤマダタロウ" in desk.text
    assert "昭和55年4月7日" in desk.text
    assert "性別 男" in desk.text
    heard = "".join(desk.voice.news())
    assert "住所。マトヤ。" in heard


def test_where_it_is_not_said_who_is_to_confirm_it_is_told_why(desk: Desk) -> None:
    why = desk.front.book.say(Phrase.SCREEN_NAMES_UNSAID).heard
    desk.keys(BY_HAND + "1" + NUMBERS[:-1])
    desk.voice.log.clear()
    desk.keys(NUMBERS[-1])
    assert desk.voice.audible[-2:] == ["これでよければイチ、直すならニ。", why]
    desk.voice.log.clear()
    desk.keys("2")
    assert why not in desk.voice.audible


def test_the_four_items_go_as_the_desk_takes_them(desk: Desk) -> None:
    desk.keys(BY_HAND + "2" + FACE + "決" + "1")
    (order,) = orders(desk, "by_hand")
    assert order["presentation"] == {
        "kind": "four_items",
        "name_kana": "ヤマダタロウ",
        "birth_date": "1980-04-07",
        "sex": "1",
        "address": "",
    }
    assert desk.shows(Kind.CHECKED)
    assert "有効" in desk.text


@pytest.mark.parametrize(
    ("keys", "code", "how"),
    [
        ("決", "K343", Phrase.FORM_KANA),
        (NAME + "1決", "K341", Phrase.FORM_BIRTH),
        (NAME + BORN + "3決", "K343", Phrase.FORM_SEX),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk: Desk, keys: str, code: str, how: Phrase) -> None:
    desk.keys(BY_HAND + "2" + keys)
    assert desk.front.page.code == code
    assert said(desk, how)


def test_back_leads_field_by_field_out_and_loses_nothing(desk: Desk) -> None:
    desk.keys(BY_HAND + "2" + NAME)
    desk.keys("戻")
    assert desk.front.page.entry is not None
    assert "ヤマダタロウ" in desk.text
    desk.keys("戻" * 6)
    assert desk.shows(Kind.NUMBERS)
    desk.keys("戻")
    assert desk.shows(Kind.BY_HAND)


def test_a_treatment_date_and_a_home_are_said_first_and_the_date_used_up(desk: Desk) -> None:
    desk.core.documents["reception"] |= {"treated_on": "2026-11-18", "place": "home"}
    desk.keys(BY_HAND)
    assert "令和8年11月18日" in desk.text
    assert said(desk, Phrase.RECEPTION_AT_HOME)
    desk.keys("1" + NUMBERS + "1")
    (order,) = orders(desk, "by_hand")
    assert (order["treated_on"], order["place"]) == ("2026-11-18", "home")
    assert orders(desk, "reception")[-1] == {"treated_on": None}


def test_offline_it_waits_and_says_no_share(desk: Desk) -> None:
    answered(desk, outcome="deferred", code="K201", validity=None, eligibility=None)
    desk.keys(BY_HAND + "1" + NUMBERS + "1")
    assert said(desk, Phrase.OUTCOME_DEFERRED)
    assert "有効" not in desk.text
    assert "3割" not in desk.text


def test_none_is_said(desk: Desk) -> None:
    answered(desk, validity="none", eligibility=None, eligibilities=[], unconfirmed=1)
    desk.keys(BY_HAND + "1" + NUMBERS + "1")
    assert said(desk, Phrase.RESULT_NONE)
    assert "未確認、1件。" in desk.text


def test_of_several_the_staff_choose_and_nothing_is_chosen_for_them(desk: Desk) -> None:
    both = desk.core.documents["by_hand"]["eligibilities"] * 2
    answered(desk, validity="several", eligibility=None, eligibilities=both)
    answered(desk, follow_up_id="f1", unconfirmed=1)
    desk.keys(BY_HAND + "1" + NUMBERS + "1")
    assert said(desk, Phrase.VALIDITY_SEVERAL)
    desk.keys("23" + "決" + "1")
    (order,) = orders(desk, "resolve")
    assert (order["follow_up_id"], order["resolution"], order["choice"]) == ("f1", "chosen", 0)
    assert desk.shows(Kind.CHECKED)
    assert desk.front.book.say(Phrase.RESOLVE_DONE) in desk.front.page.lines
    desk.keys("2")
    assert len(orders(desk, "resolve")) == 1


def test_of_several_that_were_not_sent_none_is_offered(desk: Desk) -> None:
    answered(desk, validity="several", eligibility=None, eligibilities=[], follow_up_id="f1")
    desk.keys(BY_HAND + "1" + NUMBERS + "1" + "2")
    assert said(desk, Phrase.RESOLVE_TITLE)
    assert desk.front.page.digits == "12"
    desk.keys("1" + "1")
    (order,) = orders(desk, "resolve")
    assert order["resolution"] == "asked"


def test_the_same_day_again_and_a_change_are_told(desk: Desk) -> None:
    answered(desk, checked_today=True, changes=["insurer"])
    desk.keys(BY_HAND + "1" + NUMBERS + "1")
    assert said(desk, Phrase.CHANGE_TODAY)
    assert said(desk, Phrase.CHANGE_INSURER)


def test_the_record_opens_and_coming_back_asks_nothing_anew(desk: Desk) -> None:
    desk.keys(BY_HAND + "1" + NUMBERS + "1" + "1")
    assert desk.shows(Kind.RECORD)
    desk.keys("戻")
    assert desk.shows(Kind.CHECKED)
    desk.keys("戻")
    assert desk.shows(Kind.BY_HAND)
    assert len(orders(desk, "by_hand")) == 1


def test_a_follow_up_is_asked_by_hand_from_the_list(desk: Desk) -> None:
    desk.keys(LOGIN + "28" + "1")
    assert desk.shows(Kind.BY_HAND)
    desk.keys("1" + NUMBERS + "1")
    (order,) = orders(desk, "by_hand")
    assert order["follow_up_id"] == "f1"


def test_it_is_reached_from_how_visits_are_received_too(desk: Desk) -> None:
    desk.keys(LOGIN + "35")
    assert desk.shows(Kind.BY_HAND)
    desk.keys("戻4")
    assert orders(desk, "reception")[-1] == {"place": "home"}
    desk.keys("4")
    assert orders(desk, "reception")[-1] == {"place": "clinic"}


def test_what_stands_in_a_field_is_said_where_it_opens_again(desk: Desk) -> None:
    desk.keys(BY_HAND + "1" + NUMBERS)
    desk.voice.news()
    desk.keys("2")
    first = "".join(desk.voice.news())
    assert "ハチもじ、入力済みです。" in first
    assert "ゼロロク、イチサン、キュウキュウ、キュウニ。" in first
    desk.voice.log.clear()
    desk.keys("7")
    assert desk.voice.log[0] == "hush"
    assert "tick" not in desk.voice.log
    assert desk.voice.said == [desk.front.book.say(Phrase.FORM_FULL).heard]


def test_a_visit_shows_what_to_copy_from_until_the_first_digit(desk: Desk) -> None:
    desk.core.is_visited = True
    desk.tell(tell(Phrase.RECEPTION_ASKING), tell(Phrase.FALLBACK_BY_NOTICE), AskNumbers())
    how = desk.front.book.say(Phrase.FALLBACK_BY_NOTICE)
    assert "".join(desk.voice.news()).count(how.heard) == 1
    desk.keys("再")
    assert how.heard in "".join(desk.voice.news())
    desk.keys("0")
    assert how not in desk.front.page.lines
    desk.keys("戻")
    assert how in desk.front.page.lines


def test_a_call_and_a_cut_line_leave_what_was_typed(desk: Desk) -> None:
    desk.core.is_visited = True
    desk.tell(tell(Phrase.FALLBACK_BY_PORTAL), AskNumbers())
    desk.keys("0613")
    for phrase in (Phrase.RECEPTION_CALLING, Phrase.OUTAGE_LINE_DOWN):
        desk.tell(tell(phrase))
        assert desk.shows(Kind.NUMBERS)
        assert said(desk, phrase)
        assert "0613" in desk.text
    desk.keys("9992決")
    assert said(desk, Phrase.FORM_SYMBOL)
    assert not said(desk, Phrase.OUTAGE_LINE_DOWN)


def test_a_form_that_is_left_leaves_nothing_of_itself_on_the_page(desk: Desk) -> None:
    desk.core.is_visited = True
    desk.tell(tell(Phrase.FALLBACK_BY_PORTAL), AskNumbers())
    desk.tell(tell(Phrase.FALLBACK_ON_PAPER), tell(Phrase.FOLLOW_UP_LEFT, unconfirmed=1))
    assert desk.shows(Kind.RESULT)
    assert desk.front.page.entry is None
    assert [each.read for each in desk.front.page.lines] == [
        "入力をやめました。紙に控えてください。",
        "未確認、1件。",
    ]


def test_a_visit_asks_for_the_face_of_the_card(desk: Desk) -> None:
    desk.core.is_visited = True
    desk.tell(AskNumbers(Paper.FACE))
    assert said(desk, Phrase.FORM_KANA)
    desk.voice.news()
    desk.keys("87")
    assert desk.voice.news() == ["〔私〕ヤ。", "〔私〕マ。"]
    assert desk.voice.log == []


def test_a_wrong_key_at_a_question_says_the_question_and_not_what_led_to_it(desk: Desk) -> None:
    desk.core.is_visited = True
    desk.tell(tell(Phrase.RECEPTION_ASKING), tell_code("K231"))
    desk.tell(AskChoice(Phrase.FALLBACK_PORTAL, 2))
    desk.voice.news()
    desk.keys("7")
    say = desk.front.book.say
    asked = [say(each).heard for each in (Phrase.SCREEN_NO_CHOICE, Phrase.FALLBACK_PORTAL)]
    assert desk.voice.news() == asked
