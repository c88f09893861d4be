"""The condition of the box as lines."""

from __future__ import annotations

from kiosk.desk.messages import Condition
from kiosk.pages.resting import unusual_lines
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.card import NoReader


def condition_lines(
    condition: Condition, before: Condition | None, book: Phrasebook
) -> list[Utterance]:
    """What is not as usual, and how many checks wait; with one before, only what has changed.

    Args:
        condition: as it is.
        before: as it was when it was last told; None = nothing was told yet.
        book: the language.
    """
    lines: list[Utterance] = []
    if condition.closed and (before is None or not before.closed):
        lines.append(book.say(Phrase.UPKEEP_CLOSED))
    if not condition.reader and (before is None or before.reader):
        lines += [book.message(NoReader.code), book.hint(NoReader.code)]
    was_shut = before is not None and (before.closed or not before.reader)
    if condition.reader and not condition.closed and was_shut:
        lines.append(book.say(Phrase.FRONT_IDLE))
    known = unusual_lines(before, book) if before else ()
    lines += [each for each in unusual_lines(condition, book) if each not in known]
    if condition.line is False and before is None:
        lines.append(book.say(Phrase.OUTAGE_LINE_DOWN))
    if not condition.clock and (before is None or before.clock):
        lines.append(book.say(Phrase.STATUS_CLOCK_UNTRUSTED))
    if condition.waiting and (before is None or before.waiting != condition.waiting):
        lines.append(book.say(Phrase.QUEUE_WAITING, count=condition.waiting))
    return lines
