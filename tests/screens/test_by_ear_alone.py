"""Every page with the eyes closed: what was said is enough to know it, to use it and to leave it.

The person knows what was said and nothing else (``tests/support/listener.py``). Through real
processes the journeys go the same way in ``tests/journeys/test_by_ear.py``.
"""

from __future__ import annotations

import re

import pytest

from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from tests.screens.ear_tasks import TASKS
from tests.screens.test_screens import SCREENS, arrange
from tests.support.listener import Listener
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore

LANGUAGES = ("ja", "en")
STEPS_HOME = 40
"""Of a form every field is left sign by sign."""
ASKS = re.compile("押|同じキー|おなじキー|[Tt]ype|Key|same key|press Enter alone")
_SETUP = {Kind.SETUP, Kind.SETUP_ENTRY, Kind.SETUP_WORK}
STAYS = {Kind.BUSY, Kind.GONE, *_SETUP}
"""It is another's to end them; of a box that is not set up nothing lies behind the set-up."""
HOMES = (
    Phrase.SCREEN_TITLE_IDLE,
    Phrase.SCREEN_TITLE_CLOSED,
    Phrase.SCREEN_TITLE_UPKEEP,
    Phrase.SCREEN_TITLE_THANKS,
)


def before(name: str, language: str = "ja") -> tuple[Desk, Listener]:
    """The page, and somebody who has answered whether they are still there."""
    desk = arrange(name, ScriptedCore(language=language), Size(40, 12))
    if desk.front.is_warned:
        desk.keys("再")
    desk.voice.news()
    return desk, Listener(desk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_the_keys_that_are_said_are_the_keys_there_are(name: str, language: str) -> None:
    desk, person = before(name, language)
    place = person.where()
    if desk.front.page.entry is not None:
        assert ASKS.search(" ".join(place.facts)), place
        return
    assert set(place.choices) <= set(desk.front.page.digits)
    for untold in set(desk.front.page.digits) - set(place.choices):
        told, same = before(name, language), before(name, language)
        no_choice = desk.front.book.say(Phrase.SCREEN_NO_CHOICE).heard
        is_known = told[1].press(untold)[-1] == no_choice
        assert is_known or told[1].heard == same[1].press("決"), "neither nothing nor 決定 again"


@pytest.mark.parametrize("name", SCREENS)
def test_no_key_is_answered_with_silence(name: str) -> None:
    desk, person = before(name)
    kind, has_entry = desk.front.page.kind, desk.front.page.entry is not None
    for key in {*person.where().choices, *"決戻再助09"}:
        before(name)[1].press(key)
    if has_entry:
        person.press("123戻戻戻")
        assert desk.front.page.kind is kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [each for each, (_, kind) in SCREENS.items() if kind not in STAYS])
def test_back_leads_home_and_home_is_said(name: str, language: str) -> None:
    desk, person = before(name, language)
    homes = {desk.front.book.say(each).heard for each in HOMES}
    for _ in range(STEPS_HOME):
        if desk.front.is_done or person.where().title in homes:
            return
        person.press("戻")
    raise AssertionError(person.heard)


@pytest.mark.parametrize("kind", TASKS)
def test_what_one_came_for_is_done_from_what_is_said(kind: Kind) -> None:
    desk = Desk(ScriptedCore())
    desk.connect()
    person, met = Listener(desk), set()
    for step in TASKS[kind]:
        person.take(step) if isinstance(step, str) else person.listen(step)
        met.add(desk.front.page.kind)
    assert kind in met


def test_no_kind_of_page_is_left_out() -> None:
    assert set(TASKS) == set(Kind)
