"""What the commands print for people, from the phrasebook; one fact a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.pages.matter import matter_lines, next_action
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told import WITHDRAWN_ITEM
from kiosk.ports.clock import ClockFault
from kiosk.ports.damage import ControlDamaged
from kiosk.ports.exports import CopyLeft
from kiosk.ports.records import OnlineOnly, PartLost
from kiosk.sync.drain import LINE_IS_DOWN

_Document = Mapping[str, Any]
"""As ``kiosk.usecases.documents`` and ``kiosk.sync.documents`` make it."""
_WAITS = frozenset({"waiting", "set_aside"})


def history_utterances(checks: Sequence[_Document], book: Phrasebook) -> list[Utterance]:
    """The list of what is kept: day and name, or that it is not confirmed."""
    if not checks:
        return [book.say(Phrase.HISTORY_NOTHING)]
    return [
        book.say(
            Phrase.HISTORY_ALL, count=sum(each["state"] not in WITHDRAWN_ITEM for each in checks)
        ),
        *(each for check in checks for each in _marked_item(check, book)),
    ]


def _marked_item(check: _Document, book: Phrasebook) -> list[Utterance]:
    """A list is cut up and passed on: each check of it bears the mark, not the first alone."""
    item = _history_item(check, book)
    return book.simulated_block(item) if check["simulated"] else item


def _history_item(check: _Document, book: Phrasebook) -> list[Utterance]:
    day = _day(check)
    if check["state"] in WITHDRAWN_ITEM:
        return [book.say(WITHDRAWN_ITEM[check["state"]], day=day, name=_name(check))]
    if check["state"] == State.REFUSED:
        return [book.message(check["code"] or "unknown")]
    if check["validity"] is None:
        return [book.say(Phrase.HISTORY_ITEM_UNANSWERED, day=day)]
    return [
        book.say(Phrase.HISTORY_ITEM, day=day, name=_name(check)),
        book.say(Phrase(f"validity.{check['validity']}")),
    ]


def _name(check: _Document) -> PersonName:
    counts: _Document = check["eligibility"] or {}
    return PersonName(counts.get("name"), counts.get("name_kana"))


def matter_utterances(matters: Sequence[_Document], book: Phrasebook) -> list[Utterance]:
    """How many checks wait, since when, and then each matter that is open; no patient data."""
    if not matters:
        return [book.say(Phrase.SYNC_NOTHING)]
    ages = [each["age_seconds"] for each in matters if each["kind"] in _WAITS]
    lines = [book.say(Phrase.QUEUE_WAITING, count=len(ages))]
    if ages and max(ages) > 0:
        lines.append(book.say(Phrase.QUEUE_OLDEST, age=timedelta(seconds=max(ages))))
    for each in matters:
        why = [book.message(each["code"])] if each.get("code") else []
        lines += [*matter_lines(each, book), *why, next_action(each, book)]
    return lines


def round_utterances(finished: _Document, book: Phrasebook) -> list[Utterance]:
    """What a round of asking did."""
    if not finished["asked"] and not finished["remaining"]:
        return [book.say(Phrase.SYNC_NOTHING)]
    confirmed, left = finished["answered"], finished["remaining"]
    lines = [book.say(Phrase.SYNC_DONE, confirmed=confirmed, left=left)]
    if any(map(_stopped_the_round, finished["checks"])):
        lines.append(book.say(Phrase.OUTAGE_LINE_DOWN))
    if finished["set_aside"]:
        lines.append(book.say(Phrase.SYNC_SET_ASIDE, count=finished["set_aside"]))
    return lines


def _stopped_the_round(check: _Document) -> bool:
    return check["outcome"] == "deferred" and check["code"] in LINE_IS_DOWN


def purge_utterances(report: _Document, book: Phrasebook) -> list[Utterance]:
    """Which months went, and how many checks went unanswered."""
    left = copies_utterances(report["copies"], book)
    if not report["purged"]:
        return [book.say(Phrase.PURGE_NOTHING), *left]
    phrase = Phrase.PURGE_WOULD if report["dry_run"] else Phrase.PURGE_DONE
    lines = [book.say(phrase, month=Month.parse(each["month"])) for each in report["purged"]]
    unanswered = sum(each["unanswered"] for each in report["purged"])
    if unanswered and not report["dry_run"]:
        lines.append(book.say(Phrase.PURGE_UNANSWERED, count=unanswered))
    return [*lines, *left]


def copies_utterances(copies: Sequence[_Document], book: Phrasebook) -> list[Utterance]:
    """Files of destroyed months that the kiosk could not delete, and what is to be done."""
    if not copies:
        return []
    return [
        book.message(CopyLeft.code),
        *(
            book.say(Phrase.PURGE_COPY, month=Month.parse(each["month"]), file=each["file"])
            for each in copies
        ),
        book.hint(CopyLeft.code),
    ]


def status_utterances(status: _Document, book: Phrasebook) -> list[Utterance]:
    """How the kiosk is doing, worst first where something is wrong."""
    is_trusted, queue = status["clock"]["trusted"], status["queue"]
    clock = Phrase.STATUS_CLOCK_TRUSTED if is_trusted else Phrase.STATUS_CLOCK_UNTRUSTED
    lines = [*_clock_fault(status["clock"]["fault"], book), *_losses(status["losses"], book)]
    if status["online_only"]:
        lines += [book.message(OnlineOnly.code), book.message(status["online_only"])]
    if status["unkept"]:
        lines.append(book.say(Phrase.STATUS_UNKEPT, count=status["unkept"]))
    if status["damages"]:
        lines += [book.message(ControlDamaged.code), book.hint(ControlDamaged.code)]
    lines.append(book.say(clock))
    if queue["provisional"]:
        lines.append(book.say(Phrase.STATUS_PROVISIONAL, count=queue["provisional"]))
    waits = book.say(Phrase.QUEUE_WAITING, count=queue["waiting"])
    lines.append(waits if queue["waiting"] else book.say(Phrase.SYNC_NOTHING))
    head = book.say(Phrase.AUDIT_HEAD, head=status["audit"]["head"])
    return [*lines, *_retention(status["purge"], book), head]


def _losses(losses: Sequence[_Document], book: Phrasebook) -> list[Utterance]:
    """What a bad place on the disk cost, by number: nothing else of it is known any more."""
    if not losses:
        return []
    numbers = [number for each in losses for number in each["sequences"]]
    whole = [each["month"] for each in losses if not (each["saved"] or each["sequences"])]
    return [
        book.message(PartLost.code),
        *(book.say(Phrase.STATUS_LOST, number=number) for number in numbers),
        *(_lost_file(month, book) for month in whole),
    ]


def _lost_file(month: str | None, book: Phrasebook) -> Utterance:
    """All of a file, whose numbers nobody knows any more; None = of checks without a month."""
    if month is None:
        return book.say(Phrase.STATUS_LOST_PROVISIONAL)
    return book.say(Phrase.STATUS_LOST_MONTH, month=Month.parse(month))


def _clock_fault(fault: str | None, book: Phrasebook) -> list[Utterance]:
    match fault:
        case ClockFault.SET_BACK:
            return [book.say(Phrase.STATUS_CLOCK_SET_BACK)]
        case ClockFault.LEAPT_AHEAD:
            return [book.say(Phrase.STATUS_CLOCK_LEAPT_AHEAD)]
        case _:
            return []


def _retention(purge: _Document, book: Phrasebook) -> list[Utterance]:
    """What should have gone, and what goes soon."""
    return [
        *(book.say(Phrase.PURGE_LATE, month=Month.parse(each)) for each in purge["late"]),
        *copies_utterances(purge["copies"], book),
        *(
            line
            for each in purge["ahead"]
            for line in matter_lines({"kind": "goes_soon", **each}, book)
        ),
    ]


def _day(check: _Document) -> date:
    return date.fromisoformat(check["treated_on"])
