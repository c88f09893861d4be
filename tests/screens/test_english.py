"""English throughout: nothing Japanese is shown or said but values and official names."""

from __future__ import annotations

import pytest

from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from kiosk.phrasebook.book import source_of
from tests.screens.test_screens import SCREENS, arrange
from tests.support.japanese import OFFICIAL, RUN, strays, values_of
from tests.support.screen import Desk
from tests.support.screen_script import TARO, ScriptedCore

TYPED = frozenset({Kind.FIND, Kind.NUMBERS})
"""What is typed there is shown and said, sign by sign: kana."""
KANA = frozenset(map(chr, range(ord("ァ"), ord("ヿ"))))
IN_BOTH = ("language", "setup_language")
"""The one page in the language that is left and in the one that comes."""


def told_and_shown(desk: Desk) -> list[str]:
    """Everything of the page, and what もう一度 and help say of it."""
    shown = [desk.text]
    for key in "再助":
        desk.keys(key)
        shown.append(desk.text)
    return [*shown, *desk.voice.said]


@pytest.mark.parametrize("name", [each for each in SCREENS if each not in IN_BOTH])
def test_nothing_japanese_but_what_was_told_typed_or_is_official(name: str) -> None:
    core = ScriptedCore(language="en", is_simulated=True)
    desk = arrange(name, core, Size(120, 40))
    values = values_of(core.documents, TARO)
    if desk.front.page.kind in TYPED:
        for text in told_and_shown(desk):
            assert all(KANA.issuperset(run) for run in strays(text, values)), text
        return
    for text in told_and_shown(desk):
        assert strays(text, values) == [], text


@pytest.mark.parametrize("name", IN_BOTH)
def test_the_pages_of_languages_ask_in_both(name: str) -> None:
    desk = arrange(name, ScriptedCore(language="en"), Size(120, 40))
    asked = [strays(each.read, ()) for each in desk.front.page.lines]
    assert [] in asked
    assert any(asked)


def test_every_row_keeps_to_the_official_names() -> None:
    rows = source_of("en").read_text("utf-8")
    assert set(RUN.findall(rows)) == OFFICIAL
