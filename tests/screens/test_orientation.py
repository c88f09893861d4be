"""Where am I: もう一度 on every screen says title, facts, state, choices, default, keys in order.

And what is said of 決定 is what it does (Section 508 402.2.1, EN 301 549 5.1.3.1).
"""

from __future__ import annotations

import pytest

from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from tests.screens.test_screens import SCREENS, arrange
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore

DEFAULTS = (
    Phrase.SCREEN_DEFAULT_AGAIN,
    Phrase.SCREEN_DEFAULT_MORE,
    Phrase.SCREEN_DEFAULT_START,
    Phrase.SCREEN_DEFAULT_CLOSE,
    Phrase.SCREEN_DEFAULT_SEND,
    Phrase.SEARCH_OPEN,
    Phrase.RECORD_LINES,
    Phrase.RESOLVE_TAKE,
    Phrase.SECOND_GROUPS,
    Phrase.SECOND_LAST,
)


def where(desk: Desk) -> list[str]:
    """What a blind person hears who asks where they are."""
    if desk.front.is_warned:
        desk.keys("再")  # the first key says that somebody is there
    desk.voice.news()
    desk.keys("再")
    return [each.text for each in desk.voice.heard]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_title_facts_state_choices_default_and_keys_in_that_order(name: str, language: str) -> None:
    desk = arrange(name, ScriptedCore(language=language), Size(40, 12))
    said, page, book = where(desk), desk.front.page, desk.front.book
    code = [book.say(Phrase.SCREEN_CODE, code=page.code).heard] if page.code else []
    facts = [each.heard for each in (page.title, *page.lines)]
    rest = [each.heard for each in (*page.state, *page.choices)]
    typed = [each.heard for each in page.typed]
    is_seen = page.entry is not None and not page.entry.is_secret and page.entry.boxes
    assert bool(typed) is bool(is_seen), "what was typed and can be seen is said as well"
    before = [*facts, *code, *typed, *rest]
    *said_before, default, keys = said
    assert said_before == before
    assert default in {book.say(each).heard for each in DEFAULTS}
    assert keys == book.say(Phrase.SCREEN_KEYS).heard


@pytest.mark.parametrize("name", SCREENS)
def test_what_is_said_of_the_default_key_is_what_it_does(name: str) -> None:
    desk = arrange(name, ScriptedCore(), Size(40, 12))
    default, book = where(desk)[-2], desk.front.book
    kind, shown, choices = desk.front.page.kind, desk.text, desk.front.page.choices
    desk.voice.news()
    desk.keys("決")
    is_other = desk.front.page.kind is not kind or desk.text != shown
    now, said = desk.front.page, [each.text for each in desk.voice.heard]
    # What was only news is not read again.
    is_again = (now.kind, now.choices) == (kind, choices) and now.title.heard in said
    expected = {
        book.say(Phrase.SCREEN_DEFAULT_AGAIN).heard: is_again,
        book.say(Phrase.SCREEN_DEFAULT_MORE).heard: is_other and desk.front.page.kind is kind,
        book.say(Phrase.SCREEN_DEFAULT_START).heard: desk.front.page.kind is Kind.PIN,
        book.say(Phrase.SCREEN_DEFAULT_CLOSE).heard: desk.front.page.kind is not Kind.HELP,
        book.say(Phrase.SEARCH_OPEN).heard: desk.front.page.kind is Kind.RECORD,
        book.say(Phrase.RECORD_LINES).heard: desk.front.page.kind is Kind.RECORD and is_other,
        book.say(Phrase.RESOLVE_TAKE).heard: desk.front.page.kind is Kind.CONFIRM,
        book.say(Phrase.SECOND_GROUPS).heard: desk.front.page.kind is Kind.SECRET and is_other,
        book.say(Phrase.SECOND_LAST).heard: desk.front.page.kind is Kind.UNSEEN,
        book.say(Phrase.SCREEN_DEFAULT_SEND).heard: True,
    }
    assert expected[default], (default, desk.text)
    assert desk.voice.audible or "tick" in desk.voice.log, "no silence after a key"
