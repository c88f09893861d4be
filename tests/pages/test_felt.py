"""A page under the fingers: what is felt, in what order, and where the keys of a display lead."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.braille import BLANK, cells, folded
from kiosk.pages.felt import FeltWindow, Move, felt_lines
from kiosk.pages.page import Kind, Masked, Page
from kiosk.phrasebook import PersonName, Phrase, Phrasebook

BOOK = Phrasebook.load("ja")
TARO = PersonName("模擬　太郎", "ﾓｷﾞ ﾀﾛｳ")
PAGE = Page(
    Kind.RESULT,
    BOOK.say(Phrase.SCREEN_TITLE_RESULT),
    (BOOK.say(Phrase.RESULT_VALID, name=TARO, share=30),),
    choices=(BOOK.say(Phrase.SCREEN_CHOICE_RETURN),),
)
LINES = tuple(map(cells, ("アイウ エオ カキク ケコ", "サシス", "タチツテトナニヌネノハヒ")))
patterns = st.text(st.sampled_from([BLANK, "⠁", "⠃"]), min_size=1, max_size=60)


def test_a_page_is_felt_a_fact_a_line_under_the_mark() -> None:
    assert felt_lines(PAGE, BOOK, is_simulated=True) == tuple(
        map(cells, (
            "モギ。 ウケツケノ ケッカ。",
            "モギ タロウ サマ。",
            "シカク、 ユーコー。",
            "3ワリ。",
            "モドル、 ウケツケノ ガメン。",
        ))
    )  # fmt: skip


def test_of_a_secret_only_the_count_is_felt() -> None:
    page = Page(Kind.PIN, BOOK.say(Phrase.SCREEN_TITLE_PIN), entry=Masked(2, 4))
    assert felt_lines(page, BOOK, is_simulated=False)[1] == "⠿⠿"


def test_on_goes_through_the_parts_of_a_line_and_to_the_next() -> None:
    window = FeltWindow(8).show(LINES)
    felt = [window.text]
    for _ in range(10):
        window = window.move(Move.ON)
        felt.append(window.text)
    words = ["アイウ エオ", "カキク ケコ", "サシス", "タチツテトナニヌ", "ネノハヒ"]
    assert felt[:5] == [cells(each).ljust(8, BLANK) for each in words]
    assert set(felt[5:]) == {felt[4]}


def test_back_is_the_way_on_in_reverse_and_lines_have_keys_of_their_own() -> None:
    window = FeltWindow(8).show(LINES)
    there = [window := window.move(Move.ON) for _ in range(4)]
    back = [window := window.move(Move.BACK) for _ in range(3)]
    assert [each.text for each in back] == [each.text for each in reversed(there[:-1])]
    assert window.move(Move.DOWN).text == cells("サシス").ljust(8, BLANK)
    assert window.move(Move.DOWN).move(Move.UP).row == 0
    assert window.move(Move.TOP).move(Move.BACK) == window.move(Move.TOP)


def test_another_page_begins_at_its_top_and_the_same_one_stays_under_the_fingers() -> None:
    window = FeltWindow(8).show(LINES).move(Move.DOWN)
    assert window.show(LINES) is window
    assert window.show((*LINES, cells("ア"))).row == 1
    assert window.show((cells("ン"), *LINES)).row == 0


def test_an_empty_page_is_blank() -> None:
    window = FeltWindow(4)
    assert {window.move(each).text for each in Move} == {BLANK * 4}


@given(patterns, st.integers(1, 20))
def test_nothing_is_lost_where_a_line_is_folded(line: str, width: int) -> None:
    parts = folded(line, width)
    assert all(len(each) <= width for each in parts)
    assert "".join(parts).replace(BLANK, "") == line.replace(BLANK, "")


@given(st.lists(patterns, max_size=5), st.integers(1, 20), st.lists(st.sampled_from(Move)))
def test_whatever_keys_are_pressed_the_window_is_full(
    lines: list[str], width: int, moves: list[Move]
) -> None:
    window = FeltWindow(width).show(tuple(lines))
    for each in moves:
        window = window.move(each)
        assert len(window.text) == width


def test_a_window_hides_its_cells_from_logs() -> None:
    assert "⠁" not in repr(FeltWindow(8).show(LINES))
