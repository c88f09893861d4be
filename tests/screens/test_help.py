"""Three keys with one meaning on every page: help, again, back. And a finger that trembles."""

from __future__ import annotations

from itertools import cycle

import pytest

from kiosk.desk.manner import DOUBLE_STRIKE_S
from kiosk.pages.helps import help_of
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from tests.screens.test_screens import SCREENS, arrange
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore

ASIDE = frozenset({Kind.HELP, Kind.LISTENING, Kind.SIZE})
"""Help itself, and what lies over it."""
BLOCKED = frozenset({Kind.BUSY, Kind.GONE})
"""Nothing can be done there; each key, help too, says so."""
OF_THEIR_OWN = frozenset(
    {
        Kind.STAFF, Kind.SEARCH, Kind.QUEUE, Kind.RESOLVE, Kind.RECEIVING, Kind.SETTINGS,
        Kind.RECORD, Kind.HANDING, Kind.BY_HAND, Kind.OUTPUT, Kind.RECEIPT_LINK,
    }
)  # fmt: skip
"""What their words mean is said where they stand."""
GENERAL = (Phrase.HELP_MENU, Phrase.HELP_TYPED, Phrase.HELP_READ)
OPEN = [name for name, (_, kind) in SCREENS.items() if kind not in ASIDE | BLOCKED]


def kind_of(name: str) -> Kind:
    return SCREENS[name][1]


def at(name: str, language: str = "ja") -> Desk:
    """The page, whoever is before it having said that they are still there."""
    desk = arrange(name, ScriptedCore(language=language), Size(40, 12))
    if desk.front.is_warned:
        desk.keys("再")
    desk.voice.news()
    return desk


@pytest.mark.parametrize(("name", "back"), list(zip(OPEN, cycle("助戻決"), strict=False)))
def test_help_is_of_the_page_and_one_key_leads_back_to_it(name: str, back: str) -> None:
    desk = at(name)
    page, shown = desk.front.page, desk.text
    desk.keys("助")
    if back == "決":
        desk.front.size = Size(80, 40)  # 決定 turns to a further sheet first
    assert desk.shows(Kind.HELP)
    here, said = help_of(page, desk.front.book), desk.voice.news()
    assert here or kind_of(name) in {Kind.IDLE, Kind.THANKS}
    assert desk.front.page.lines[: len(here)] == here
    assert all(any(each.heard in one for one in said) for each in here)
    desk.keys(back)
    desk.front.size = Size(40, 12)
    assert desk.front.page.kind is page.kind
    assert desk.text == shown
    assert any(page.title.heard in each for each in desk.voice.news()), "where one is again"


@pytest.mark.parametrize("name", [name for name in OPEN if kind_of(name) in OF_THEIR_OWN])
def test_help_on_the_staffs_chief_pages_says_what_they_are_for(name: str) -> None:
    desk = at(name)
    book = desk.front.book
    here = help_of(desk.front.page, book)
    assert here
    assert not {book.say(each) for each in GENERAL} & set(here)


def test_help_on_kana_says_where_voiced_ones_are() -> None:
    desk = at("find_kana")
    assert desk.front.book.say(Phrase.HELP_KANA) in help_of(desk.front.page, desk.front.book)


@pytest.mark.parametrize("name", [name for name, (_, kind) in SCREENS.items() if kind in ASIDE])
def test_help_on_help_leads_back_below(name: str) -> None:
    desk = at(name)
    desk.keys("助")
    assert desk.front.page.kind not in ASIDE


@pytest.mark.parametrize("name", ["busy", "gone"])
def test_where_nothing_can_be_done_help_says_so(name: str) -> None:
    desk = at(name)
    kind = desk.front.page.kind
    desk.keys("助")
    assert desk.front.page.kind is kind
    assert any(desk.front.page.lines[0].heard in each for each in desk.voice.news())


@pytest.mark.parametrize("name", SCREENS)
def test_again_repeats_and_changes_nothing(name: str) -> None:
    desk = at(name)
    page = desk.front.page
    desk.keys("再")
    first = desk.voice.news()
    desk.keys("再")
    assert desk.front.page.said == page.said
    assert desk.voice.news() == first


@pytest.mark.parametrize("name", {SCREENS[name][1]: name for name in OPEN}.values())
def test_the_same_key_twice_at_once_is_one_stroke(name: str) -> None:
    once, twice = at(name), at(name)
    key = next(iter(once.front.page.digits), "5")
    once.keys(key)
    twice.keys(key)
    twice.clock.at_s += DOUBLE_STRIKE_S / 2 - 1.0  # a stroke of the desk's takes a second
    twice.keys(key)
    assert twice.front.page == once.front.page
    assert twice.core.heard == once.core.heard


def test_every_kind_is_here() -> None:
    assert {kind for _, kind in SCREENS.values()} == set(Kind)
