"""Kana of a whole keyboard: a line may hold them as they are, where the page asks for kana."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.line.typed import No, keys_of, presses
from kiosk.pages.kana import MOST
from kiosk.pages.keys import Action
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from tests.support.box_documents import RECEPTION, STATUS
from tests.support.screen import Desk
from tests.support.screen_script import PASSCODE, SEARCH, ScriptedCore

LOGIN = f"助0{PASSCODE}決"


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """Logged in."""
    opened = open_desk(
        ScriptedCore(documents={"search": SEARCH, "status": STATUS, "reception": dict(RECEPTION)})
    )
    opened.keys(LOGIN)
    return opened


def types(desk: Desk, line: str) -> None:
    keys = presses(line, desk.front.page)
    assert not isinstance(keys, No)
    for each in keys:
        desk.press(each)


@pytest.mark.parametrize("line", ["ヤマダ", "やまだ", "ﾔﾏﾀﾞ", "ヤマ　ダ"])
def test_a_name_is_searched_as_it_is_typed(desk: Desk, line: str) -> None:
    desk.keys("1111")
    types(desk, line)
    assert desk.shows(Kind.SEARCH)
    assert "カナ、ヤマダ。" in desk.text


def test_what_no_key_writes_is_no_choice_and_too_much_is_left_out(desk: Desk) -> None:
    desk.keys("1111")
    assert presses("yamada", desk.front.page) is No.CHOICE
    assert presses("山田", desk.front.page) is No.CHOICE
    types(desk, "ア" * (MOST + 1))
    assert f"カナ、{'ア' * MOST}。" in desk.text.replace("\n", "")


def test_a_form_takes_kana_in_its_fields_of_kana_alone(desk: Desk) -> None:
    desk.keys("72")
    types(desk, "ヤマダ タロウ")
    assert "生年月日。" in desk.text
    assert presses("ヤマダ", desk.front.page) is No.CHOICE
    assert Phrase.FRONT_KANA not in keys_of(desk.front.page)
    for line in ("3550412", "1"):
        types(desk, line)
    assert Phrase.FRONT_KANA in keys_of(desk.front.page)
    types(desk, "ミナトク3-1")
    assert "ヤマダタロウ" in desk.text
    assert "ミナトク3-1" in desk.text


def test_the_digits_of_a_symbol_are_meant_as_they_are(desk: Desk) -> None:
    desk.keys("71")
    for line in ("06139992", "1122"):
        types(desk, line)
    assert "番号。" in desk.text
    for line in ("5678", "00", "3550412"):
        types(desk, line)
    assert "記号 1122" in desk.text


def test_digits_are_keys_of_a_telephone_still(desk: Desk) -> None:
    desk.keys("1111")
    keys = presses("８８", desk.front.page)
    assert not isinstance(keys, No)
    assert [each.action for each in keys] == [Action.DIGIT, Action.DIGIT, Action.ENTER]
    types(desk, "88")
    assert "ユ" in desk.text
