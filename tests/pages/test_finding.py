"""What is typed to find something is never answered with silence, private listening or none."""

from __future__ import annotations

import pytest

from kiosk.pages.page import Kind
from kiosk.ports.voice import Output
from tests.support.screen import Desk
from tests.support.screen_script import PASSCODE

LOGIN = f"助0{PASSCODE}決"
KANA, DAY, NUMBER, BIRTH = "1111", "1112", "1113", "1114"
TREATED, POSTERS = "37", "531"


def answered(desk: Desk, keys: str) -> tuple[bool, list[str]]:
    """Whether the last of these keys ticked, and what was heard of it in the room."""
    desk.keys(keys[:-1])
    desk.voice.log.clear()
    desk.keys(keys[-1])
    return "tick" in desk.voice.log, desk.voice.audible


@pytest.mark.parametrize("page", [NUMBER, BIRTH])
def test_digits_of_somebody_are_counted_where_they_are_not_said(desk: Desk, page: str) -> None:
    assert answered(desk, f"{LOGIN}{page}4") == (True, [])
    assert answered(desk, "123戻") == (True, ["サンケタ。"])
    assert "サンケタ。" in answered(desk, "再")[1]
    desk.voice.private_to(Output.LOUDSPEAKER)
    assert answered(desk, "7") == (True, ["ナナ。"])
    assert "".join(answered(desk, "戻")[1]) == "サンケタ。ヨン、イチ、ニ。"


@pytest.mark.parametrize("page", [DAY, TREATED, POSTERS])
def test_digits_of_nobody_are_said(desk: Desk, page: str) -> None:
    assert answered(desk, f"{LOGIN}{page}1") == (True, ["イチ。"])
    assert answered(desk, "12戻") == (True, ["イチイチ。"])
    assert answered(desk, "再")[1].count("イチイチ。") == 1


def test_kana_tick_as_they_are_taken_meant_and_taken_back(desk: Desk) -> None:
    assert answered(desk, f"{LOGIN}{KANA}8") == (True, [])
    assert answered(desk, "8") == (True, []), "the same key, another kana"
    assert answered(desk, "7") == (True, [])
    assert answered(desk, "決") == (True, [])
    assert answered(desk, "戻") == (True, ["イチもじ、入力済みです。"])
    assert "イチもじ、入力済みです。" in answered(desk, "再")[1]


@pytest.mark.parametrize(("page", "digits"), [(NUMBER, "12" * 10), (KANA, "12" * 20)])
def test_what_is_full_says_so_and_does_not_tick(desk: Desk, page: str, digits: str) -> None:
    assert answered(desk, f"{LOGIN}{page}{digits}3") == (False, ["これ以上、はいりません。"])


def test_the_last_digit_taken_back_says_the_page_and_one_more_leaves_it(desk: Desk) -> None:
    ticked, heard = answered(desk, f"{LOGIN}{TREATED}1戻")
    assert (ticked, heard[0]) == (True, "次の確認の、せじゅつび。")
    desk.keys("戻")
    assert desk.shows(Kind.RECEIVING)
