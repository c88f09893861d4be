"""English braille: UEB in grade 1, and what stands in it that is not English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import braille
from kiosk.domain.english_braille import UNREADABLE, cells
from kiosk.pages.felt import facts
from kiosk.phrasebook import PersonName, Phrase, Phrasebook

KNOWN = {
    # The Rules of Unified English Braille, 2nd edition: sections 5 to 8, uncontracted.
    "Type a number, then Enter.": "⠠⠞⠽⠏⠑⠀⠁⠀⠝⠥⠍⠃⠑⠗⠂⠀⠞⠓⠑⠝⠀⠠⠑⠝⠞⠑⠗⠲",
    "patients' PIN": "⠏⠁⠞⠊⠑⠝⠞⠎⠄⠀⠠⠠⠏⠊⠝",
    "Wi-Fi": "⠠⠺⠊⠤⠠⠋⠊",
    "1,234.5": "⠼⠁⠂⠃⠉⠙⠲⠑",
    # Right behind a number, a to j would be digits; capitals and k to z would not.
    "4b 4B 4m": "⠼⠙⠰⠃⠀⠼⠙⠠⠃⠀⠼⠙⠍",
    "K101": "⠠⠅⠼⠁⠚⠁",
    "30% (a/b)?": "⠼⠉⠚⠨⠴⠀⠐⠣⠁⠸⠌⠃⠐⠜⠦",
    # A name stays in the signs of Japanese braille, between the indicators of another code.
    "ヤマダ.": "⠘⠷⠌⠵⠐⠕⠘⠾⠲",
}


@pytest.mark.parametrize("text", KNOWN)
def test_a_known_transcription(text: str) -> None:
    assert cells(text) == KNOWN[text]


def test_kanji_are_noted_once_a_run() -> None:
    assert cells("機関コード") == cells(UNREADABLE) + cells("コード")


@given(st.text(max_size=80))
def test_every_text_is_six_dot_cells(text: str) -> None:
    assert all(0x2800 <= ord(each) <= 0x283F for each in cells(text))


def test_a_sentence_is_felt_in_the_code_of_its_language_and_a_name_from_its_kana() -> None:
    book = Phrasebook.load("en")
    said = book.say(Phrase.RESULT_VALID, name=PersonName("模擬　太郎", "ﾓｷﾞ ﾀﾛｳ"), share=30)
    name, *rest = facts([said], book)
    assert name == cells("モギ タロウ.")
    assert braille.cells("モギ") in name
    assert cells("30%") in " ".join(rest)


def test_no_english_row_is_felt_as_a_note_but_where_japanese_stands() -> None:
    book = Phrasebook.load("en")
    literals = [
        literal
        for row in book.rows.values()
        for read, _ in row.sentences
        for literal, _, _ in read.parts
    ]
    noted = [each for each in literals if cells(UNREADABLE) in cells(each)]
    assert len(literals) > 1000
    assert all(not each.isascii() for each in noted)
