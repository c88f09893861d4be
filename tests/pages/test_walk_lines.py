"""A result walked through: any line again, every digit and every kana of it by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.pages.walk import Line, Step, Walk
from kiosk.phrasebook import PersonName, Phrase, Phrasebook

BOOK = Phrasebook.load("ja")
LINES = (
    Line(BOOK.say(Phrase.LINE_NAME, name=PersonName("模擬　翔太", "ﾓｷﾞ ｼｮｳﾀ")), spelled="ﾓｷﾞ ｼｮｳﾀ"),
    Line(BOOK.say(Phrase.LINE_INSURER_NUMBER, value="06139992"), spelled="06139992"),
    Line(BOOK.say(Phrase.LINE_SYMBOL_NONE)),
)


def heard(walk: Walk, *steps: Step) -> list[str]:
    """What is heard at each step; "" where there was nothing to step to."""
    said = []
    for each in steps:
        there = walk.step(each)
        said.append(there.said(BOOK).heard if there else "")
        walk = there or walk
    return said


def at(*steps: Step) -> Walk:
    walk = Walk.through(LINES)
    for each in steps:
        there = walk.step(each)
        assert there
        walk = there
    return walk


def test_one_line_a_key_and_any_line_again() -> None:
    walk = Walk.through(LINES)
    assert heard(walk, Step.AGAIN, Step.DOWN, Step.DOWN, Step.DOWN, Step.UP, Step.AGAIN) == [
        "モギショウタサマ。",
        "保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。",
        "記号、なし。",
        "",
        "保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。",
        "保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。",
    ]


def test_a_number_is_heard_digit_by_digit() -> None:
    assert heard(at(Step.DOWN), Step.NEXT_SIGN, Step.NEXT_SIGN, Step.NEXT_SIGN, Step.LAST_SIGN) == [
        "ゼロ。",
        "ロク。",
        "イチ。",
        "ロク。",
    ]


def test_a_name_is_spelled_kana_by_kana_small_ones_with_the_one_before() -> None:
    assert LINES[0].signs == ("モ", "ギ", "ショ", "ウ", "タ")
    assert heard(Walk.through(LINES), *[Step.NEXT_SIGN] * 6)[2:] == [
        "ショ。",
        "ウ。",
        "タ。",
        "",
    ]


def test_a_kana_that_was_not_understood_is_said_by_a_word() -> None:
    walk = at(*[Step.NEXT_SIGN] * 3, Step.PHONETIC)
    assert walk.said(BOOK).heard == "シンブンのシ、チイサイ、ヨシノのヨ。"
    assert walk.said(BOOK).read == "新聞のシ、小さい、吉野のヨ"
    assert heard(walk, Step.NEXT_SIGN, Step.PHONETIC) == [
        "ウ。",
        "ウエノのウ。",
    ]
    assert heard(at(Step.DOWN), Step.PHONETIC) == ["ゼロ。"]


def test_a_line_again_is_the_whole_line() -> None:
    assert heard(at(*[Step.NEXT_SIGN] * 2), Step.AGAIN) == ["モギショウタサマ。"]


def test_what_cannot_be_spelled_is_said_as_a_whole() -> None:
    walk = at(Step.DOWN, Step.DOWN)
    signs = (Step.NEXT_SIGN, Step.LAST_SIGN, Step.PHONETIC)
    assert heard(walk, *signs, Step.AGAIN) == ["", "", "", "記号、なし。"]


def test_a_step_to_another_line_begins_with_the_line() -> None:
    walk = at(Step.NEXT_SIGN, Step.DOWN)
    assert walk.said(BOOK) == LINES[1].whole


def test_a_sign_of_a_private_line_is_private_and_in_no_repr() -> None:
    walk = at(Step.NEXT_SIGN)
    assert walk.said(BOOK).is_private
    assert "モ" not in repr(walk) + repr(LINES[0])


def test_nothing_cannot_be_walked_through() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Walk.through(())


@given(st.lists(st.sampled_from(Step), max_size=40))
def test_every_step_leads_to_something_that_can_be_said(steps: list[Step]) -> None:
    walk = Walk.through(LINES)
    for each in steps:
        walk = walk.step(each) or walk
        assert walk.said(BOOK).heard
