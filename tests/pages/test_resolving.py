"""From the list of what is open: the record behind a matter, and the end of a follow-up."""

from __future__ import annotations

import pytest

from kiosk.desk.messages import Ask
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from tests.screens.staff_pages import LOGIN
from tests.support.screen import Desk
from tests.support.screen_script import MATTERS


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """At the follow-up, the second of the list."""
    desk.keys(LOGIN + "28")
    desk.voice.news()
    return desk


def orders(desk: Desk, query: str) -> list[dict[str, object]]:
    return [each.about for each in desk.sent(Ask) if isinstance(each, Ask) and each.query == query]


def test_the_record_is_opened_and_left_to_the_same_place(listed: Desk) -> None:
    listed.keys("決")
    assert listed.shows(Kind.RECORD)
    assert orders(listed, "record") == [{"check_id": "s1"}]
    listed.keys("戻")
    assert listed.shows(Kind.QUEUE)
    assert "4件のうち、2件目。" in listed.text


@pytest.mark.parametrize(("key", "word"), [("1", "asked"), ("2", "not_needed")])
def test_it_is_closed_with_a_reason_and_asked_first(listed: Desk, key: str, word: str) -> None:
    listed.keys("3" + key)
    assert listed.shows(Kind.CONFIRM)
    assert orders(listed, "resolve") == []
    listed.voice.news()
    listed.keys("1")
    assert orders(listed, "resolve") == [
        {"follow_up_id": "f1", "check_id": "s1", "resolution": word}
    ]
    assert listed.shows(Kind.QUEUE)
    # Before the list, whose first key cuts off the rest.
    assert listed.voice.news()[:2] == ["確認待ちと期限。", "済みにしました。"]
    assert listed.front.book.say(Phrase.RESOLVE_DONE) in listed.front.page.lines


def test_one_of_several_is_looked_at_and_chosen(listed: Desk) -> None:
    listed.keys("33")
    assert "06139992" in listed.text
    listed.keys("8")
    assert listed.front.book.say(Phrase.SEARCH_LAST) in listed.front.page.lines
    listed.keys("決")
    assert "06139992" in listed.text
    listed.keys("1")
    (order,) = orders(listed, "resolve")
    assert (order["resolution"], order["choice"]) == ("chosen", 0)


def test_the_only_eligibility_of_an_answer_is_none_to_choose(desk: Desk) -> None:
    """It is one that is not valid: to choose it would close the matter with a lost insurance."""
    follow_up = {**MATTERS["matters"][1], "choices": 1}
    desk.core.documents["matters_named"] = {"month_end": False, "matters": [follow_up]}
    desk.keys(LOGIN + "23")
    assert desk.shows(Kind.RESOLVE)
    assert desk.front.book.say(Phrase.RESOLVE_CHOSEN).read not in desk.text
    desk.keys("3")
    assert orders(desk, "record") == []


def test_no_leaves_it_open(listed: Desk) -> None:
    listed.keys("312")
    assert listed.shows(Kind.RESOLVE)
    listed.keys("戻")
    assert listed.shows(Kind.QUEUE)
    assert orders(listed, "resolve") == []


def test_where_there_is_no_record_nothing_opens(listed: Desk) -> None:
    listed.keys("88決")
    assert listed.shows(Kind.QUEUE)
    assert orders(listed, "record") == []
    listed.keys("3")
    assert listed.front.book.say(Phrase.SCREEN_NO_CHOICE) in listed.front.page.lines
