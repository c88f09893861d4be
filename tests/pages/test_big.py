"""The one word of a result, several rows high."""

from __future__ import annotations

import unicodedata

import pytest

from kiosk.pages.big import big
from kiosk.pages.layout import Size, sheets
from kiosk.pages.page import Kind, Page
from kiosk.phrasebook import Phrase, Phrasebook

WORDS = [each for each in Phrase if each.value.startswith("big.")]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("word", WORDS)
def test_every_word_can_be_drawn_and_fits_the_screen_designed_for(
    word: Phrase, language: str
) -> None:
    drawn = big(Phrasebook.load(language).say(word).read)
    assert drawn is not None
    assert len(drawn) == 4
    assert len({len(row) for row in drawn}) == 1
    assert len(drawn[0]) <= 40
    assert not any(unicodedata.east_asian_width(each) in "WF" for row in drawn for each in row)


def test_words_look_different() -> None:
    ja = Phrasebook.load("ja")
    assert len({str(big(ja.say(each).read)) for each in WORDS}) == len(WORDS)


def test_six_dots_become_the_character_of_their_places() -> None:
    # "L" of the font: a stem of two dots on the left, whose left half is its own column.
    drawn = big("L")
    assert drawn is not None
    assert {"▐", "▌", "█"} & set(drawn[1])
    assert drawn[1] == drawn[2]


@pytest.mark.parametrize("text", ["", "漢", "有漢"])
def test_what_has_no_glyph_is_not_drawn(text: str) -> None:
    assert big(text) is None


@pytest.mark.parametrize("size", [Size(40, 12), Size(32, 9), Size(80, 24), Size(24, 12)])
@pytest.mark.parametrize("facts", [1, 3, 6])
def test_it_takes_no_fact_off_the_sheet(size: Size, facts: int) -> None:
    book = Phrasebook.load("ja")
    lines = tuple(book.say(Phrase.QUEUE_WAITING, count=each) for each in range(facts))
    page = Page(Kind.RESULT, book.say(Phrase.SCREEN_TITLE_RESULT), lines)
    plain = sheets(page, size, book, is_simulated=True)
    word = Page(page.kind, page.title, lines, big=book.say(Phrase.BIG_WAITING))
    drawn = sheets(word, size, book, is_simulated=True)
    assert len(drawn) == len(plain)
    for line in lines:
        assert any(line.read in row.text for sheet in drawn for row in sheet)
    assert all(len(sheet) == size.rows for sheet in drawn)
