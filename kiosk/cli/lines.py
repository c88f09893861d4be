"""What the commands print for people, from the phrasebook; one fact a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.formats.answer_json import validity_word
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance
from kiosk.ports.clock import ClockFault
from kiosk.ports.records import Loss, PartLost, StoredCheck
from kiosk.sync.drain import Round
from kiosk.usecases.purge import PurgeReport
from kiosk.usecases.retention import Ahead


def history_utterances(checks: list[StoredCheck], book: Phrasebook) -> list[Utterance]:
    """The list of what is kept: day and name, or that it is not confirmed."""
    if not checks:
        return [book.say(Phrase.HISTORY_NOTHING)]
    return [
        book.say(Phrase.HISTORY_ALL, count=len(checks)),
        *(each for check in checks for each in _history_item(check, book)),
    ]


def _history_item(check: StoredCheck, book: Phrasebook) -> list[Utterance]:
    day = check.treated_on
    counts = check.answer.the_one_that_counts(day) if check.answer else None
    if check.state is State.REFUSED:
        return [book.message(check.code or "unknown")]
    if check.answer is None:
        return [book.say(Phrase.HISTORY_ITEM_UNANSWERED, day=day)]
    name = PersonName(counts.name if counts else None, counts.name_kana if counts else None)
    return [
        book.say(Phrase.HISTORY_ITEM, day=day, name=name),
        book.say(Phrase(f"validity.{validity_word(check.answer)}")),
    ]


def waiting_utterances(
    checks: list[StoredCheck], now: datetime, book: Phrasebook
) -> list[Utterance]:
    """How many wait, since when, and each with its day; no patient data."""
    if not checks:
        return [book.say(Phrase.SYNC_NOTHING)]
    oldest = min(check.opened.wall for check in checks)
    lines = [book.say(Phrase.QUEUE_WAITING, count=len(checks))]
    if now > oldest:
        lines.append(book.say(Phrase.QUEUE_OLDEST, age=now - oldest))
    for check in checks:
        item = book.say(Phrase.QUEUE_ITEM, day=check.treated_on, attempts=check.attempts)
        lines.append(item)
        if check.code:
            lines.append(book.message(check.code))
        if check.state is State.SET_ASIDE:
            lines.append(book.say(Phrase.STATE_SET_ASIDE))
    return lines


def round_utterances(finished: Round, book: Phrasebook) -> list[Utterance]:
    """What a round of asking did."""
    if not finished.asked and not finished.remaining:
        return [book.say(Phrase.SYNC_NOTHING)]
    lines = [book.say(Phrase.SYNC_DONE, confirmed=finished.answered, left=finished.remaining)]
    if finished.line_is_down:
        lines.append(book.say(Phrase.OUTAGE_LINE_DOWN))
    if finished.set_aside:
        lines.append(book.say(Phrase.SYNC_SET_ASIDE, count=finished.set_aside))
    return lines


def clock_fault_utterances(fault: ClockFault | None, book: Phrasebook) -> list[Utterance]:
    """How the clock is wrong, if it is."""
    match fault:
        case ClockFault.SET_BACK:
            return [book.say(Phrase.STATUS_CLOCK_SET_BACK)]
        case ClockFault.LEAPT_AHEAD:
            return [book.say(Phrase.STATUS_CLOCK_LEAPT_AHEAD)]
        case None:
            return []


def retention_utterances(
    overdue: Iterable[Month], soon: Iterable[Ahead], book: Phrasebook
) -> list[Utterance]:
    """What should have gone, and what goes soon."""
    return [
        *(book.say(Phrase.PURGE_LATE, month=month) for month in overdue),
        *(ahead_utterance(each, book) for each in soon),
    ]


def ahead_utterance(each: Ahead, book: Phrasebook) -> Utterance:
    """A month that goes soon."""
    return book.say(
        Phrase.PURGE_AHEAD, month=each.month, day=each.last_day, unconfirmed=each.unconfirmed
    )


def purge_utterances(
    report: PurgeReport, book: Phrasebook, *, is_dry_run: bool = False
) -> list[Utterance]:
    """Which months went, and how many checks went unanswered."""
    if not report.purged:
        return [book.say(Phrase.PURGE_NOTHING)]
    phrase = Phrase.PURGE_WOULD if is_dry_run else Phrase.PURGE_DONE
    lines = [book.say(phrase, month=each.month) for each in report.purged]
    unanswered = sum(each.unanswered for each in report.purged)
    if unanswered and not is_dry_run:
        lines.append(book.say(Phrase.PURGE_UNANSWERED, count=unanswered))
    return lines


def _loss_lines(losses: list[Loss], book: Phrasebook) -> list[Utterance]:
    """What a bad place on the disk cost, by number: nothing else of it is known any more."""
    if not losses:
        return []
    numbers = [number for each in losses for number in each.sequences]
    return [
        book.message(PartLost.code),
        *(book.say(Phrase.STATUS_LOST, number=number) for number in numbers),
    ]


def status_utterances(
    *,
    is_clock_trusted: bool,
    waiting: list[StoredCheck],
    provisional: int,
    losses: list[Loss],
    book: Phrasebook,
) -> list[Utterance]:
    """How the kiosk is doing, worst first where something is wrong."""
    clock = Phrase.STATUS_CLOCK_TRUSTED if is_clock_trusted else Phrase.STATUS_CLOCK_UNTRUSTED
    lines = [*_loss_lines(losses, book), book.say(clock)]
    if provisional:
        lines.append(book.say(Phrase.STATUS_PROVISIONAL, count=provisional))
    if not waiting:
        return [*lines, book.say(Phrase.SYNC_NOTHING)]
    return [*lines, book.say(Phrase.QUEUE_WAITING, count=len(waiting))]
