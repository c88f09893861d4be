"""The screen at rest. Pure, as ``view``: nothing of any visitor."""

from __future__ import annotations

from datetime import date

from kiosk.desk.messages import Condition
from kiosk.domain.treatment import Place
from kiosk.pages.page import Kind, Page
from kiosk.phrasebook import Phrase, Phrasebook, Utterance


def begins_nothing(condition: Condition | None) -> bool:
    """Whoever presses a key at rest is told why: a PIN would be asked for and no card read."""
    return condition is not None and (condition.closed or not condition.reader)


def idle(
    condition: Condition | None,
    notices: tuple[Utterance, ...],
    book: Phrasebook,
    *,
    fault: tuple[Utterance, ...] = (),
) -> Page:
    """The screen at rest: nothing of any visitor, the state in words and not by colour.

    Args:
        condition: of the box; None = not told yet.
        notices: what happened to the box just now; anything private is left out.
        book: the language.
        fault: what is wrong with the voice, as long as it is news.
    """
    if condition and condition.closed:
        return _under_upkeep(condition, book)
    is_closed = begins_nothing(condition)
    title = Phrase.SCREEN_TITLE_CLOSED if is_closed else Phrase.SCREEN_TITLE_IDLE
    how = book.say(Phrase.SCREEN_IDLE_CLOSED if is_closed else Phrase.SCREEN_IDLE_HOW)
    public = (each for each in notices if not each.is_private)
    state = state_lines(condition, book) if condition else ()
    again = (book.say(Phrase.SCREEN_DEFAULT_AGAIN),) if is_closed else ()
    return Page(Kind.IDLE, book.say(title), (*fault, *public, how), state, default=again)


def _under_upkeep(condition: Condition, book: Phrasebook) -> Page:
    """A technician works on the box: no key begins anything, and each says so."""
    lines, again = (book.say(Phrase.UPKEEP_CLOSED),), (book.say(Phrase.SCREEN_DEFAULT_AGAIN),)
    title, state = book.say(Phrase.SCREEN_TITLE_UPKEEP), state_lines(condition, book)
    return Page(Kind.IDLE, title, lines, state, default=again)


def state_lines(condition: Condition, book: Phrasebook) -> tuple[Utterance, ...]:
    """Line, reader, queue and clock; before them what is not as usual."""
    line = {
        True: Phrase.SCREEN_LINE_UP,
        False: Phrase.SCREEN_LINE_DOWN,
        None: Phrase.SCREEN_LINE_UNASKED,
    }[condition.line]
    reader = Phrase.SCREEN_READER_THERE if condition.reader else Phrase.SCREEN_READER_GONE
    clock = Phrase.SCREEN_CLOCK_GOOD if condition.clock else Phrase.SCREEN_CLOCK_BAD
    waiting = book.say(Phrase.QUEUE_WAITING, count=condition.waiting)
    usual = (book.say(line), book.say(reader), waiting, book.say(clock))
    return (*unusual_lines(condition, book), *usual)


def unusual_lines(condition: Condition, book: Phrasebook) -> tuple[Utterance, ...]:
    """How visits are received, where that is not as usual, and that somebody calls."""
    so = (
        (Phrase.PRACTICE_MARK, condition.practice),
        (Phrase.STATUS_ONLINE_ONLY, not condition.keeps),
        (Phrase.RECEPTION_CALLED, condition.called),
        (Phrase.RECEPTION_AT_HOME, condition.place == Place.HOME),
    )
    lines = tuple(book.say(each) for each, is_so in so if is_so)
    if not condition.treated_on:
        return lines
    day = date.fromisoformat(condition.treated_on)
    return (*lines, book.say(Phrase.RECEPTION_TREATED_ON, day=day))
