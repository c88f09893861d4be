"""What stands above the digits of a PIN, and what of it may go where rows are short. Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.page import Kind, Page
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.card import LastTry

BESIDE = frozenset({Phrase.RECEPTION_CALLING, Phrase.RECEPTION_CALL_OVER, Phrase.OUTAGE_LINE_DOWN})
"""News of the box, told while somebody types."""
_GREETINGS = (Phrase.RECEPTION_WELCOME, Phrase.RECEPTION_CARD_FIRST)


def wanted(page: Page, book: Phrasebook) -> Utterance:
    """What must be known to type on."""
    last_try = book.say(Phrase.RECEPTION_LAST_TRY)
    is_last = last_try in page.lines or book.message(LastTry.code) in page.lines
    return last_try if is_last else book.say(Phrase.RECEPTION_PIN_AGAIN)


def still_calling(page: Page, book: Phrasebook) -> tuple[Utterance, ...]:
    """A call of the staff stands until it is answered, whatever is typed meanwhile."""
    calling, over = book.say(Phrase.RECEPTION_CALLING), book.say(Phrase.RECEPTION_CALL_OVER)
    return (calling,) if calling in page.lines and over not in page.lines else ()


def in_short(
    page: Page, phrase: str, words: tuple[Utterance, ...], book: Phrasebook
) -> tuple[Utterance, ...]:
    """The lines of the page cut down, once there is news beside what was read before.

    Args:
        page: before the news.
        phrase: of what is told.
        words: it.
        book: the language.

    Returns:
        What went wrong, what is wanted, and the first sentence of each piece of news; nothing
        where there is none: what is shown for the first time is shown whole.
    """
    if page.kind is not Kind.PIN or phrase not in BESIDE:
        return ()
    return (*(page.short or _gist(page, book)), *first_sentences(words))


def first_sentences(words: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """Of each piece of news, or of what is to be done, the first one."""
    return tuple(replace(each, sentences=each.sentences[:1]) for each in words)


def _gist(page: Page, book: Phrasebook) -> tuple[Utterance, ...]:
    """Neither the greeting and the use that is made of the card, nor the hint of an error."""
    told_again = (*map(book.say, _GREETINGS), book.message(LastTry.code))
    if page.lines[0] in told_again:
        return (wanted(page, book),)
    return tuple(dict.fromkeys((page.lines[0], page.lines[-1])))
