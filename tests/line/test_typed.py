"""Kana of a whole keyboard: a line may hold them as they are, where the page asks for kana."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.desk.messages import Ask
from kiosk.domain.presentation import MOST_CHARACTERS
from kiosk.line.typed import IN_LINES, No, in_lines, keys_of, presses
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


@pytest.fixture
def symbol(desk: Desk) -> Desk:
    """At the 記号 of somebody typed by hand."""
    desk.keys("71")
    types(desk, "139998")
    assert keys_of(desk.front.page)[0] is Phrase.FRONT_TEXT
    return desk


def symbol_sent(desk: Desk) -> str:
    """What the desk is asked by, once the rest is typed too."""
    for line in ("809", "01", "3610505"):
        types(desk, line)
    desk.keys("1")
    (asked,) = [
        each for each in desk.sent(Ask) if isinstance(each, Ask) and each.query == "by_hand"
    ]
    return str(asked.about["presentation"]["symbol"])


@pytest.mark.parametrize(
    ("line", "is_sent"),
    [
        ("見本", "見本"),
        ("あ・１２－３", "あ・12-3"),
        ("ｱ−3", "ア-3"),
        ("Ａb", "Ab"),
        (" 見　本 ①", "見本①"),
        ("U+898Bu+672c", "見本"),
        ("U+FFFFFF", "U+FFFFFF"),
        ("9", "9"),
        ("𠮷" * MOST_CHARACTERS, "𠮷" * MOST_CHARACTERS),
    ],
)
def test_any_symbol_is_typed_as_it_is_written(symbol: Desk, line: str, is_sent: str) -> None:
    types(symbol, line)
    assert symbol_sent(symbol) == is_sent


def test_a_symbol_that_is_too_long_is_not_cut_off(symbol: Desk) -> None:
    assert presses("見" * (MOST_CHARACTERS + 1), symbol.front.page) is No.LONG
    types(symbol, "見" * MOST_CHARACTERS)
    symbol.keys("戻")
    assert presses("本", symbol.front.page) is No.LONG


@pytest.mark.parametrize("line", ["見\x07本", "\ue000", "U+0000", "U+D800"])
def test_what_is_no_sign_is_not_taken(symbol: Desk, line: str) -> None:
    assert presses(line, symbol.front.page) is No.CHOICE


@pytest.mark.parametrize("keys", ["1111", "72", "71139998決"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_line_is_not_told_of_enter_after_each_sign(
    open_desk: Callable[..., Desk], keys: str, language: str
) -> None:
    documents = {"search": SEARCH, "status": STATUS, "reception": dict(RECEPTION)}
    desk = open_desk(ScriptedCore(language=language, documents=documents))
    desk.keys(LOGIN + keys)
    page, book = desk.front.page, desk.front.book
    said = in_lines(page.said, book)
    told = [each for each in said if each not in page.said]
    assert told == [
        book.say(IN_LINES[phrase]) for phrase in IN_LINES if book.say(phrase) in page.said
    ]
    assert len(told) == 1
    assert len(said) == len(page.said)
