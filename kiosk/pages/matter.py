"""What is open, in words: one matter, for a page or for a command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kiosk.domain.dates import Month
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance


def matter_lines(matter: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    """One matter, what it is first.

    Args:
        matter: one of ``matters`` or ``matters_named``; KeyError, TypeError or ValueError when it
            is none.
        book: the language.
    """
    if matter["kind"] == "goes_soon":
        month, day = Month.parse(matter["month"]), date.fromisoformat(matter["last_day"])
        unconfirmed = int(matter["unconfirmed"])
        return (book.say(Phrase.PURGE_AHEAD, month=month, day=day, unconfirmed=unconfirmed),)
    age = book.say(Phrase.MATTER_AGE, age=timedelta(seconds=float(matter["age_seconds"])))
    if matter["kind"] == "unexported":
        month = Month.parse(matter["month"])
        return book.say(Phrase.MATTER_UNEXPORTED, month=month, count=matter["count"]), age
    what = {
        "set_aside": Phrase.MATTER_SET_ASIDE,
        "waiting": Phrase.MATTER_WAITING,
        "follow_up": Phrase.MATTER_FOLLOW_UP,
    }[matter["kind"]]
    return (
        book.say(what, day=date.fromisoformat(matter["treated_on"])),
        *_patient(matter, book),
        *_due(matter, book),
        age,
    )


def _patient(matter: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    found = matter["patient"]
    if not found:
        return ()
    return (book.say(Phrase.LINE_NAME, name=PersonName(found["name"], found["name_kana"])),)


def _due(matter: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    if matter["kind"] != "follow_up":
        return ()
    if matter["is_overdue"]:
        return (book.say(Phrase.MATTER_OVERDUE),)
    return (book.say(Phrase.MATTER_DUE, day=date.fromisoformat(matter["due_on"])),)
