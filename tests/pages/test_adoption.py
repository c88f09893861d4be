"""はじめるまでの手順 and 利用促進の記録: what the pages ask of the desk, and what is heard."""

from __future__ import annotations

import pytest

from kiosk.desk.messages import Ask
from kiosk.domain.promotion import MOST
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from tests.screens.staff_pages import LOGIN
from tests.support.screen import Desk

MENU, PROMOTION = LOGIN + "51", LOGIN + "53"


def asked(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    """What the pages ordered, in order."""
    orders = {"adoption_done", "adoption_undo", "adoption_site", "promoted"}
    every = [each for each in desk.sent(Ask) if isinstance(each, Ask)]
    return [(each.query, each.about) for each in every if each.query in orders]


def heard(desk: Desk) -> str:
    return "".join(desk.voice.said)


def test_it_says_first_what_this_box_is_not_and_in_one_sentence_what_comes_next(desk: Desk) -> None:
    desk.keys(MENU)
    said = heard(desk)
    order = ("マイナ資格確認アプリではありません。", "次は、領収書の保管です。", "コールセンター")
    assert sorted(order, key=said.index) == list(order)
    desk.keys("4")
    assert "接続を認めること。" in heard(desk)


def test_a_step_is_ticked_for_today_or_another_day(desk: Desk) -> None:
    desk.keys(MENU + "1")
    assert "領収書の保管" in desk.text
    desk.keys("11")
    desk.keys("12" + "1120決")
    assert asked(desk) == [
        ("adoption_done", {"step": "receipt_kept"}),
        ("adoption_done", {"step": "receipt_kept", "on": "2026-11-20"}),
    ]
    assert desk.shows(Kind.STEPS)
    assert "済み、領収書の保管" in heard(desk)


def test_a_day_to_come_is_not_sent(desk: Desk) -> None:
    desk.keys(MENU + "112" + "20261231決")
    assert asked(desk) == []
    assert desk.front.book.say(Phrase.FIND_NO_DAY).heard in heard(desk)


def test_the_receipt_has_a_number_or_a_photo(desk: Desk) -> None:
    desk.keys(MENU + "113" + "987決")
    desk.keys("14")
    assert asked(desk) == [
        ("adoption_done", {"step": "receipt_kept", "number": "987"}),
        ("adoption_done", {"step": "receipt_kept", "photo": True}),
    ]


def test_a_tick_is_taken_back(desk: Desk) -> None:
    desk.keys(MENU + "2" + "13")
    assert asked(desk) == [("adoption_undo", {"step": "terminal_chosen"})]
    assert desk.front.book.say(Phrase.ADOPTION_UNDONE).heard in heard(desk)


def test_what_the_kiosk_sees_for_itself_has_no_key(desk: Desk) -> None:
    desk.keys(MENU + "2" + "8" * 8)
    assert "練習での資格確認" in desk.text
    desk.keys("1")
    assert asked(desk) == []
    assert desk.front.book.say(Phrase.SCREEN_NO_CHOICE).heard in heard(desk)


@pytest.mark.parametrize(
    ("keys", "about"),
    [
        ("11", {"kind": "judo", "attached": True}),
        ("22", {"kind": "ahaki", "attached": False}),
        ("3", {"kind": "checkup"}),
        ("4", {"kind": "midwife"}),
        ("57決", None),
        ("54決", {"kind": "medical", "measure": 4}),
        ("66決", {"kind": "pharmacy", "measure": 6}),
    ],
)
def test_the_kind_of_facility_is_kept(
    desk: Desk, keys: str, about: dict[str, object] | None
) -> None:
    desk.keys(MENU + "5" + keys)
    assert asked(desk) == ([("adoption_site", about)] if about else [])
    assert desk.shows(Kind.ADOPTION) is bool(about)


def test_every_notice_says_where_it_stands(desk: Desk) -> None:
    desk.keys(MENU + "3")
    for _ in range(3):
        desk.voice.said.clear()
        desk.keys("8")
        assert "出典は、" in heard(desk)


def test_what_was_done_is_noted_for_the_day_that_was_chosen(desk: Desk) -> None:
    desk.keys(PROMOTION + "3" + "12決")
    desk.keys("4" + "1120決")
    assert "チラシの掲示、2" in desk.text
    desk.keys("1" + "0決")
    assert asked(desk) == [
        ("promoted", {"deed": "asking", "count": 12, "on": "2026-11-21"}),
        ("promoted", {"deed": "poster", "count": 0, "on": "2026-11-20"}),
    ]
    assert "記録しました。" in heard(desk)


def test_too_many_and_a_day_to_come_are_not_sent(desk: Desk) -> None:
    desk.keys(PROMOTION + "3")
    assert str(MOST) in desk.front.book.say(Phrase.PROMOTION_COUNT_HOW).read
    assert desk.front.book.say(Phrase.PROMOTION_COUNT_HOW) in desk.front.page.lines
    desk.keys("10000決")
    too_many = desk.front.book.say(Phrase.PROMOTION_TOO_MANY)
    assert str(MOST) in too_many.read
    assert desk.voice.audible[-1] == too_many.heard
    desk.keys("戻" * 6 + "4" + "20261122決")
    assert asked(desk) == []


def test_the_report_is_heard_line_by_line_and_copied(desk: Desk) -> None:
    desk.keys(PROMOTION + "6" + "8" * 5)
    said = heard(desk)
    assert "人数ナナです。" in said
    assert "ナナジュウゴパーセント" in said
    desk.keys("戻" + "7")
    assert desk.front.book.say(Phrase.HANDING_COPIED).heard in heard(desk)


def test_a_month_is_told_without_any_name(desk: Desk) -> None:
    desk.keys(LOGIN + "52")
    assert "まだ待っている確認、イッケン。" in heard(desk)
