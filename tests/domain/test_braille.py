"""Signs of Japanese braille: the table, known transcriptions, and rules of joints and blanks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.braille import UNREADABLE, brf, cell, cells, embossed

KNOWN = {
    # The table of signs (日本点字表記法, chapter 2; https://ja.wikipedia.org/wiki/点字).
    "アイウエオ": "⠁⠃⠉⠋⠊",
    "カキクケコ": "⠡⠣⠩⠫⠪",
    "サシスセソ": "⠱⠳⠹⠻⠺",
    "タチツテト": "⠕⠗⠝⠟⠞",
    "ナニヌネノ": "⠅⠇⠍⠏⠎",
    "ハヒフヘホ": "⠥⠧⠭⠯⠮",
    "マミムメモ": "⠵⠷⠽⠿⠾",
    "ヤユヨワヲン": "⠌⠬⠜⠄⠔⠴",
    "ラリルレロ": "⠑⠓⠙⠛⠚",
    "ガゾパッー": "⠐⠡⠐⠺⠠⠥⠂⠒",
    "キャシュチョ": "⠈⠡⠈⠹⠈⠞",
    "ギャジュビョ": "⠘⠡⠘⠹⠘⠮",
    "ピャピョ": "⠨⠥⠨⠮",
    "ティディチェシェジェ": "⠈⠗⠘⠗⠈⠟⠈⠻⠘⠻",
    "ファフィヴァヴェウィウォ": "⠢⠥⠢⠧⠲⠥⠲⠯⠢⠃⠢⠊",
    "トゥデュ": "⠢⠝⠸⠝",
    "イェキェニェヒェ": "⠈⠋⠈⠫⠈⠏⠈⠯",
    "クァウェツォ": "⠢⠡⠢⠋⠢⠞",
    # Words and numbers as they stand in primers.
    "トーキョー": "⠞⠒⠈⠪⠒",
    "ニホンゴ": "⠇⠮⠴⠐⠪",
    "ガッコー": "⠐⠡⠂⠪⠒",
    "キューシュー": "⠈⠩⠒⠈⠹⠒",
    "2001ネン": "⠼⠃⠚⠚⠁⠏⠴",
    "3ガツ": "⠼⠉⠐⠡⠝",
    # After a number, kana that look like digits are kept apart; others are not.
    "100エン": "⠼⠁⠚⠚⠤⠋⠴",
    "6ライン": "⠼⠋⠤⠑⠃⠴",
    "4カイ": "⠼⠙⠡⠃",
    # Letters: 外字符, capitals once or twice.
    "ABC": "⠰⠠⠠⠁⠃⠉",
    "Ab": "⠰⠠⠁⠃",
    "Tシャツ": "⠰⠠⠞⠤⠈⠱⠝",
    "pH": "⠰⠏⠠⠓",
    # A decimal point belongs to its number; a sign of a text has a 56 before it.
    "0.5": "⠼⠚⠂⠑",
    "50%": "⠼⠑⠚⠰⠏",
    # One blank after ・.
    "ジョン・スミス": "⠘⠺⠴⠐⠀⠹⠷⠹",
    # Blanks: one after 、, two after 。, none at the end.
    "ハイ、 イイエ。": "⠥⠃⠰⠀⠃⠃⠋⠲",
    "ハイ。 イイエ。": "⠥⠃⠲⠀⠀⠃⠃⠋⠲",
}


@pytest.mark.parametrize("text", KNOWN)
def test_a_known_transcription(text: str) -> None:
    assert cells(text) == KNOWN[text]


def test_any_width_and_hiragana_are_the_same_signs() -> None:
    assert cells("ﾔﾏﾀﾞ　０６") == cells("やまだ 06") == cells("ヤマダ 06")


def test_what_has_no_reading_is_noted_once_a_run() -> None:
    assert cells("山田太郎") == cells(UNREADABLE)
    assert cells("山田 太郎") == cells(f"{UNREADABLE} {UNREADABLE}")
    assert cells("記ア") == cells(f"{UNREADABLE}ア")


@given(st.text(max_size=80))
def test_every_text_is_cells_and_every_cell_is_ascii_for_an_embosser(text: str) -> None:
    felt = cells(text)
    assert all(0x2800 <= ord(each) <= 0x283F for each in felt)
    ascii_braille = brf(felt)
    assert ascii_braille.isascii()
    assert len(ascii_braille) == len(felt)


def test_braille_ascii_is_that_of_embossers() -> None:
    letters = "".join(map(cell, ("1", "12", "14", "145", "15", "3456", "", "123456")))
    assert brf(letters) == "ABCDE# ="


def test_no_two_kana_feel_alike() -> None:
    kana = [chr(code) for code in range(ord("ア"), ord("ン") + 1)]
    alike = [each for each in kana if each not in "ヂヅヮィゥェォャュョ"]
    assert len({cells(each) for each in alike}) == len(alike)


def test_a_file_for_an_embosser_has_pages_of_short_lines() -> None:
    lines = [cells("アイウエオ カキクケコ サシスセソ タチツテト ナニヌネノ ハヒフヘホ")] * 13
    pages = embossed(lines, width=20, rows=10).split("\f")
    rows = [page.removesuffix("\r\n").split("\r\n") for page in pages]
    assert [len(each) for each in rows[:2]] == [10, 10]
    assert all(len(row) <= 20 for page in rows for row in page)
    assert rows[0][0] == brf(cells("アイウエオ カキクケコ サシスセソ"))
    assert rows[0][1].startswith("  ")


def test_nothing_makes_an_empty_file() -> None:
    assert embossed([]) == ""
