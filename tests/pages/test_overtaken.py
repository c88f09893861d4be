"""A page that stands open while what it shows changes: right when looked at, silent meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from kiosk.pages.page import Kind
from tests.support.box_documents import STATUS
from tests.support.screen import Desk
from tests.support.screen_script import MATTERS, PASSCODE, SEARCH, ScriptedCore

Opened = Callable[..., Desk]
LOGIN = f"助0{PASSCODE}決"
CHANGED, SHOWN = "いちらんが変わりました。", "一覧が変わりました。"


def documents(*matters: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    named = {**MATTERS, "matters": list(matters)}
    return {"matters_named": named, "search": deepcopy(SEARCH), "status": STATUS}


@pytest.fixture
def desk(open_desk: Opened) -> Desk:
    """Logged in."""
    opened = open_desk(ScriptedCore(documents=documents(*MATTERS["matters"])))
    opened.keys(LOGIN)
    return opened


def stir(desk: Desk, *matters: Mapping[str, Any], checks: Sequence[object] = ()) -> None:
    """It is so now, and the core says that something has changed; all said before is forgotten."""
    desk.core.documents |= documents(*matters)
    desk.core.documents["search"] = {"count": len(checks), "checks": list(checks)}
    desk.core.condition = replace(desk.core.condition, stirred=desk.core.condition.stirred + 1)
    desk.voice.news()
    desk.hear(desk.core.condition)


def test_the_matter_that_is_looked_at_stays_and_its_place_is_told_anew(desk: Desk) -> None:
    aside, follow_up, unexported, goes = MATTERS["matters"]
    desk.keys("28")
    assert "4件のうち、2件目。" in desk.text
    stir(desk, {**follow_up, "age_seconds": 500060.0}, unexported, goes)
    assert desk.voice.news() == []
    assert "hush" not in desk.voice.log
    assert "3件のうち、1件目。" in desk.text
    desk.keys("再")
    assert "〔私〕ヤマダタロウサマ。" in desk.voice.news()
    stir(desk, aside, follow_up, unexported, goes)
    assert "4件のうち、2件目。" in desk.text


def test_a_matter_that_is_settled_meanwhile_is_told_behind_what_is_being_said(desk: Desk) -> None:
    aside, follow_up, *rest = MATTERS["matters"]
    desk.keys("28")
    stir(desk, aside, *rest)
    said = desk.voice.news()
    assert said[:2] == [CHANGED, "サンケンのうち、ニケンメ。"]
    assert SHOWN in desk.text
    assert "hush" not in desk.voice.log
    assert "山田" not in desk.text
    stir(desk)
    assert desk.voice.news() == [CHANGED, "確認待ちはありません。"]
    assert SHOWN in desk.text
    stir(desk, follow_up)
    assert desk.voice.news()[:2] == [CHANGED, "イッケンのうち、イチケンメ。"]
    desk.keys("再")
    assert CHANGED in desk.voice.news()
    desk.keys("8")
    assert SHOWN not in desk.text


def test_a_check_that_became_another_matter_is_followed_and_told(desk: Desk) -> None:
    aside, follow_up, *rest = MATTERS["matters"]
    desk.keys("2")
    stir(desk, follow_up, {**aside, "kind": "waiting"}, *rest)
    said = desk.voice.news()
    assert said[:2] == [CHANGED, "ヨンケンのうち、ニケンメ。"]
    assert "確認待ち。" in desk.text


def test_a_list_that_another_page_lies_over_asks_when_it_is_seen_again(desk: Desk) -> None:
    _, follow_up, *_ = MATTERS["matters"]
    desk.keys("283")
    assert desk.shows(Kind.RESOLVE)
    stir(desk, follow_up)
    assert desk.voice.news() == []
    assert desk.shows(Kind.RESOLVE)
    desk.keys("戻")
    assert "1件のうち、1件目。" in desk.text


def test_todays_list_has_the_answer_that_came_meanwhile(desk: Desk) -> None:
    desk.keys("118")
    first, second = SEARCH["checks"]
    assert "2件のうち、2件目。" in desk.text
    assert "山田" not in desk.text
    answered = {**first, "check_id": second["check_id"]}
    stir(desk, checks=[{**first, "check_id": "s0"}, first, answered])
    assert "3件のうち、3件目。" in desk.text
    assert "山田" in desk.text
    assert desk.voice.news() == []


def test_who_has_walked_on_to_a_further_part_of_a_list_keeps_it(desk: Desk) -> None:
    desk.keys("118")
    before = desk.text
    stir(desk, checks=SEARCH["checks"][:1])
    assert desk.text == before
