"""What help says of the page it was asked for on, before it says what the keys mean."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.pages.page import Kind, Page
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_HELPS: Mapping[Kind, Phrase] = {
    Kind.PIN: Phrase.HELP_PIN,
    Kind.LAY_CARD: Phrase.HELP_LAY_CARD,
    **dict.fromkeys((Kind.READING, Kind.ASKING), Phrase.HELP_WORKING),
    Kind.QUESTION: Phrase.HELP_QUESTION,
    Kind.NUMBERS: Phrase.HELP_NUMBERS,
    **dict.fromkeys((Kind.RESULT, Kind.WAITING, Kind.ERROR, Kind.CARD_LEFT), Phrase.HELP_RESULT),
    Kind.LOGIN: Phrase.HELP_LOGIN,
    Kind.STAFF: Phrase.HELP_STAFF,
    Kind.SEARCH: Phrase.HELP_SEARCH,
    Kind.RECORD: Phrase.HELP_RECORD,
    Kind.QUEUE: Phrase.HELP_QUEUE,
    Kind.RESOLVE: Phrase.HELP_RESOLVE,
    Kind.RECEIVING: Phrase.HELP_RECEIVING,
    Kind.SETTINGS: Phrase.HELP_SETTINGS,
    Kind.HANDING: Phrase.HELP_HANDING,
    Kind.BY_HAND: Phrase.HELP_BY_HAND,
    Kind.OUTPUT: Phrase.HELP_OUTPUT,
    Kind.RECEIPT_LINK: Phrase.HELP_RECEIPT_LINK,
}

_SAID_THERE = frozenset({Kind.IDLE, Kind.THANKS})
"""What can be done stands on the page itself; help adds the ways without a card."""


def help_of(page: Page, book: Phrasebook) -> tuple[Utterance, ...]:
    """What this page is for, and its further keys.

    Args:
        page: on which help was asked for.
        book: the language.
    """
    if page.kind in _SAID_THERE:
        return page.help
    phrase = _HELPS.get(page.kind)
    if phrase is None and page.entry is not None:
        phrase = Phrase.HELP_TYPED
    elif phrase is None:
        phrase = Phrase.HELP_MENU if page.digits else Phrase.HELP_READ
    return (book.say(phrase), *page.help)
