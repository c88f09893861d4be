"""Rows for any size: nothing is wider than the terminal, nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.pages.breaking import width, wrap
from kiosk.pages.layout import Size, sheets
from kiosk.pages.page import Kind, Masked, Page, Role
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.utterance import Sentence, Utterance

JA = Phrasebook.load("ja")
TEXT = st.text(alphabet="あい漢字カナー、。「」ab c12 -ｱ", max_size=60)


def page(*texts: str, entry: Masked | None = None) -> Page:
    lines = tuple(Utterance((Sentence(each, each),)) for each in texts)
    return Page(Kind.ERROR, JA.say(Phrase.SCREEN_TITLE_NOTICE), lines, entry=entry)


@given(TEXT, st.integers(4, 40))
def test_no_row_is_too_wide_and_no_letter_is_lost(text: str, columns: int) -> None:
    rows = wrap(text, columns)
    assert all(width(row) <= columns for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


@given(st.text(alphabet="漢あ、。ー」", min_size=1, max_size=40), st.integers(12, 40))
def test_no_row_begins_with_a_closing_sign_unless_nothing_else_is_there(
    text: str, columns: int
) -> None:
    for before, row in zip(wrap(text, columns), wrap(text, columns)[1:], strict=False):
        assert row[0] not in "、。ー」" or set(before[1:]) <= set("、。ー」")


def test_a_phrase_ends_a_row_rather_than_a_letter() -> None:
    assert wrap("暗証番号4桁を押し、決定を押してください。", 40) == [
        "暗証番号4桁を押し、",
        "決定を押してください。",
    ]


def test_latin_words_stay_whole() -> None:
    assert wrap("Please lay the card on the reader.", 12) == [
        "Please lay",
        "the card on",
        "the reader.",
    ]


@pytest.mark.parametrize(
    ("text", "cells"), [("漢字", 4), ("abc", 3), ("ｱ", 1), ("が", 2), ("𠮷", 2)]
)
def test_width_in_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@given(st.lists(TEXT.filter(str.strip), max_size=12), st.integers(20, 90), st.integers(8, 30))
def test_every_sheet_fills_the_terminal_exactly(texts: list[str], columns: int, rows: int) -> None:
    for sheet in sheets(page(*texts), Size(columns, rows), JA, is_simulated=True):
        assert len(sheet) == rows
        assert all(width(row.text) <= columns for row in sheet)
        assert sheet[0].role is Role.BAND
        assert sheet[-1].role is Role.KEYS


@given(st.lists(st.sampled_from("甲乙丙丁戊己"), min_size=1, max_size=40))
def test_what_does_not_fit_is_on_the_next_sheet(letters: list[str]) -> None:
    texts = [letter * 15 for letter in letters]
    every = sheets(page(*texts), Size(32, 9), JA, is_simulated=False)
    shown = "".join(row.text for sheet in every for row in sheet if row.role is Role.TEXT)
    assert shown == "".join(texts)
    assert (len(every) > 1) == any("続きは" in row.text for row in every[0])


def test_a_page_of_a_title_alone_is_one_sheet() -> None:
    [sheet] = sheets(page(), Size(32, 9), JA, is_simulated=True)
    assert not any(row.role is Role.CHOICE for row in sheet)


def test_a_secret_is_shown_as_boxes() -> None:
    [sheet] = sheets(page(entry=Masked(2, 4)), Size(40, 12), JA, is_simulated=False)
    assert [row.text for row in sheet if row.role is Role.ENTRY] == ["●   ●   〇  〇"]


@settings(deadline=None)
@given(st.lists(TEXT.filter(str.strip), max_size=8), st.integers(20, 90), st.integers(8, 30))
def test_the_digits_for_a_finger_are_no_part_of_the_keys(
    texts: list[str], columns: int, rows: int
) -> None:
    typed = replace(page(*texts), entry=Masked(2, 4))
    for sheet in sheets(typed, Size(columns, rows), JA, is_simulated=False):
        roles = [row.role for row in sheet]
        assert roles.count(Role.DIGITS) in {0, 1, 3}
        if Role.DIGITS in roles and not sheet[roles.index(Role.DIGITS) - 1].text:
            assert roles[roles.index(Role.KEYS) - 1] is Role.TEXT, "the free row parts the two"


def test_the_word_of_a_result_comes_first_where_it_cannot_be_drawn_large() -> None:
    facts = [each * 10 for each in "甲乙丙丁戊己"]
    result = replace(page(*facts), big=JA.say(Phrase.BIG_VALID))
    [small] = sheets(result, Size(32, 9), JA, is_simulated=True)
    titles = [row.text for row in small if row.role is Role.TITLE]
    assert titles[0].startswith("【有効】")
    [large] = sheets(result, Size(40, 12), JA, is_simulated=True)
    assert len([row for row in large if row.role is Role.TITLE]) == 4


def _said(*texts: str) -> tuple[Utterance, ...]:
    return tuple(Utterance((Sentence(each, each),)) for each in texts)


def _rows(shown: Page, size: Size) -> list[list[str]]:
    every = sheets(shown, size, JA, is_simulated=False)
    return [[row.text for row in sheet] for sheet in every]


@pytest.mark.parametrize(
    ("facts", "row"),
    [
        (("番号 12", "枝番 01"), "番号 12　枝番 01"),
        (("いま。", "あと。"), "いま。あと。"),
        (("Take it.", "山田　太郎."), "Take it. 山田　太郎."),
    ],
)
def test_facts_that_share_a_row_can_be_told_apart(facts: tuple[str, str], row: str) -> None:
    shown = replace(page(*facts, *("長い長い長い長い長い長い長い話。",) * 5), holds_enter=True)
    (rows,) = _rows(shown, Size(32, 8))
    assert row in rows


def test_a_menu_cut_into_sheets_shows_its_first_choice_first() -> None:
    facts = [f"{number}つ目の話。" for number in range(1, 7)]
    shown = replace(page(*facts), choices=_said("1、これ。", "2、それ。"), digits="12")
    first, *_ = _rows(shown, Size(32, 9))
    assert "1、これ。" in first
    assert "1つ目の話。2つ目の話。" in first


def test_facts_share_rows_where_that_saves_a_sheet() -> None:
    facts = [f"{number}つ目の話。" for number in range(1, 17)]
    first, *others = _rows(page(*facts), Size(32, 9))
    assert len(others) == 1
    assert "1つ目の話。2つ目の話。" in first


def test_the_share_is_seen_without_turning_however_much_else_there_is() -> None:
    facts = ("確認できました。", "保険証の提示は要りません。", "カードをお取りください。")
    more = ("前回から、保険者が変わりました。", "前回から、負担割合が変わりました。") * 3
    shown = page(*facts, "加藤　進様。", "資格、有効。", "3割。", *more)
    first, *others = _rows(replace(shown, big=JA.say(Phrase.BIG_VALID)), Size(32, 8))
    assert others
    assert "加藤　進様。資格、有効。3割。" in first


def test_where_all_must_stand_a_row_ends_where_a_phrase_does_as_long_as_it_can() -> None:
    texts = ("読み終わる前に、カードが動きました。", "カードを置き直し、離さないでください。")
    (rows,) = _rows(page(*texts, *texts, entry=Masked(0, 4)), Size(32, 9))
    assert "読み終わる前に、カードが" in rows
    assert "動きました。カードを置き直し、" in rows


def test_on_one_sheet_the_digits_matter_more_than_what_was_read_before() -> None:
    old = ("カードの情報は、資格の確認だけに使います。",) * 2
    shown = replace(page(*old, *old, "4桁を押す。", entry=Masked(2, 4)), short=_said("4桁を押す。"))
    (small,) = _rows(shown, Size(32, 9))
    assert "4桁を押す。" in small
    assert old[0] not in "".join(small)
    assert " 1  2  3  4  5  6  7  8  9  0" in small
    (large,) = _rows(shown, Size(80, 24))
    assert old[0] in large


def test_what_is_marked_stands_apart_and_is_not_lost() -> None:
    plain, change = _said("有効。", "保険者が変わりました。")
    shown = replace(page(), lines=(plain, change), marked=(change,))
    (sheet,) = sheets(shown, Size(40, 12), JA, is_simulated=False)
    assert [row.text for row in sheet if row.role is Role.MARKED] == ["保険者が変わりました。"]
    assert [row.text for row in sheet if row.role is Role.TEXT and row.text] == ["有効。"]
