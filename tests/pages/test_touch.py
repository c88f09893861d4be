"""Every key that a page waits for lies under a finger as well."""

from __future__ import annotations

import pytest

from kiosk.pages.keys import Action, Press
from kiosk.pages.layout import Size, sheets
from kiosk.pages.page import Kind
from kiosk.pages.touch import NOWHERE, press_at
from tests.screens.test_screens import SCREENS, arrange
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore

_FOUR = {Press(each) for each in (Action.ENTER, Action.BACK, Action.REPEAT, Action.HELP)}


def under_a_finger(desk: Desk) -> set[Press]:
    """All that can be touched on the sheets of a page."""
    size, page, book = desk.front.size, desk.front.page, desk.front.book
    return {
        press_at(page, sheet, book, column, row)
        for sheet in sheets(page, size, book, is_simulated=False)
        for row in range(size.rows)
        for column in range(0, size.columns, 3)
    }


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_the_four_keys_and_every_choice_can_be_touched(name: str, language: str) -> None:
    desk = arrange(name, ScriptedCore(language=language), Size(40, 14))
    page, touched = desk.front.page, under_a_finger(desk)
    if page.kind is not Kind.CODE:  # the whole screen is the picture, and the words beside it
        assert touched >= _FOUR
    assert Press(Action.BACK) in touched
    wanted = "0123456789" if page.entry else page.digits
    if page.kind is not Kind.CODE and name != "search_none":  # nothing to walk through there
        assert {Press(Action.DIGIT, each) for each in wanted} <= touched


def test_beside_the_words_there_is_nothing() -> None:
    desk = arrange("by_hand", ScriptedCore(), Size(40, 12))
    front = desk.front
    for place in ((0, 0), (0, 99), (5, -1), (39, 2)):
        assert press_at(front.page, front.sheet, front.book, *place) == NOWHERE


def test_a_choice_broken_in_two_is_one_choice() -> None:
    desk = arrange("help", ScriptedCore(language="en"), Size(20, 40))
    front = desk.front
    rows = [each.text for each in front.sheet]
    first = next(n for n, each in enumerate(rows) if each.startswith("1 No card"))
    for row in (first, first + 1):
        pressed = press_at(front.page, front.sheet, front.book, 3, row)
        assert pressed == Press(Action.DIGIT, "1")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", [name for name, (_, kind) in SCREENS.items() if kind is Kind.PIN])
def test_at_the_size_of_the_panel_a_pin_is_typed_by_finger(name: str, language: str) -> None:
    desk = arrange(name, ScriptedCore(language=language), Size(40, 12))
    assert under_a_finger(desk) >= {Press(Action.DIGIT, each) for each in "0123456789"}
