"""What is open, in words: one matter, for a page or for a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kiosk.domain.dates import Month
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance

_LEAST_S = 60.0
"""Nothing is zero minutes old."""
_DEEDS: Mapping[str, Phrase] = {
    "set_aside": Phrase.MATTER_DO_SET_ASIDE,
    "follow_up": Phrase.MATTER_DO_FOLLOW_UP,
    "waiting": Phrase.MATTER_DO_WAITING,
    "unexported": Phrase.MATTER_DO_UNEXPORTED,
    "card_ends": Phrase.MATTER_DO_CARD_ENDS,
    "goes_soon": Phrase.MATTER_DO_GOES_SOON,
}


def next_action(matter: Mapping[str, Any], book: Phrasebook) -> Utterance:
    """What to do about it next; args as ``matter_lines``."""
    if matter["kind"] == "unexported" and not matter["by_computer"]:
        return book.say(Phrase.MATTER_DO_GOES_SOON)
    return book.say(_DEEDS[matter["kind"]])


def place_of(matter: Mapping[str, Any], matters: Sequence[Mapping[str, Any]]) -> int | None:
    """Where it stands in a later list; a check may be another kind of matter there; None = gone."""
    for names in (("kind", "follow_up_id", "check_id", "month"), ("check_id",)):
        it = [matter.get(each) for each in names]
        for place, each in enumerate(matters):
            if any(it) and it == [each.get(name) for name in names]:
                return place
    return None


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
    if matter["kind"] == "card_ends":
        ends, until = (date.fromisoformat(matter[each]) for each in ("expires_on", "usable_until"))
        card = book.say(Phrase.MATTER_CARD_ENDS, day=ends, until=until)
        return card, *_patient(matter, book)
    age = book.say(
        Phrase.MATTER_AGE, age=timedelta(seconds=max(_LEAST_S, float(matter["age_seconds"])))
    )
    if matter["kind"] == "unexported":
        month, day = Month.parse(matter["month"]), date.fromisoformat(matter["last_day"])
        count = matter["count"]
        if not matter["by_computer"]:
            return (book.say(Phrase.MATTER_NOT_EXPORTED, month=month, count=count, day=day),)
        return book.say(Phrase.MATTER_UNEXPORTED, month=month, count=count, day=day), age
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
