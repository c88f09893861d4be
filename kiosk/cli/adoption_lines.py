"""What ``kiosk adoption`` prints for people, from the phrasebook; one fact a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_Document = Mapping[str, Any]

_STATES = {
    "done": Phrase.ADOPTION_DONE,
    "seen": Phrase.ADOPTION_SEEN,
    "open": Phrase.ADOPTION_OPEN,
    "too_late": Phrase.ADOPTION_TOO_LATE,
}
_WHEN = {
    "ahead": Phrase.ADOPTION_RULE_AHEAD,
    "now": Phrase.ADOPTION_RULE_NOW,
    "past": Phrase.ADOPTION_RULE_PAST,
}


def utterances(document: _Document, book: Phrasebook) -> list[Utterance]:
    """What this box is not, the checklist, the next step, the notices, the call centre."""
    steps = [line for each in document["steps"] for line in _step(each, book)]
    if "call_centre" not in document:
        return steps
    return [
        book.say(Phrase.ADOPTION_NOT_OFFICIAL),
        book.say(Phrase.ADOPTION_DAY, day=date.fromisoformat(document["day"])),
        *steps,
        _next(document["next"], book),
        *_notices(document, book),
        book.say(_centre(document["call_centre"]), number=document["call_centre"]["number"]),
    ]


def _step(each: _Document, book: Phrasebook) -> list[Utterance]:
    values: dict[str, object] = {"what": _title(each["step"], book)}
    if each["state"] == "done":
        values["day"] = date.fromisoformat(each["on"])
    lines = [book.say(_STATES[each["state"]], **values)]
    if each["state"] == "open" and each["papers"]:
        lines.append(book.say(Phrase.ADOPTION_PAPERS, what="、".join(each["papers"])))
    return lines


def _title(step: str, book: Phrasebook) -> str:
    return book.say(Phrase(f"adoption.step_{step}")).read


def _next(step: str | None, book: Phrasebook) -> Utterance:
    if step is None:
        return book.say(Phrase.ADOPTION_ALL_DONE)
    return book.say(Phrase.ADOPTION_NEXT, what=_title(step, book))


def _notices(document: _Document, book: Phrasebook) -> list[Utterance]:
    if document["kind"] is None:
        return [book.say(Phrase.ADOPTION_NO_KIND)]
    lines = []
    if not document["may_use"]:
        lines.append(book.say(Phrase.ADOPTION_NOT_FOR_YOU))
    if document["exempt"]:
        lines.append(book.say(Phrase.ADOPTION_EXEMPT))
    concerning = [each for each in document["rules"] if not each["spares"]]
    for (source, as_of, is_plan), rules in groupby(concerning, key=_origin):
        lines += [line for each in rules for line in _rule(each, book)]
        if is_plan:
            lines.append(book.say(Phrase.ADOPTION_RULE_PLAN))
        told = source if as_of is None else f"{source} ({as_of})"
        lines.append(book.say(Phrase.ADOPTION_SOURCE, what=told))
    if document["subsidised"]:
        devices = "、".join(document["subsidised"])
        lines.append(book.say(Phrase.ADOPTION_SUBSIDISED, what=devices))
    return lines


def _origin(each: _Document) -> tuple[str, str | None, bool]:
    return each["source"], each["as_of"], each["plan"]


def _rule(each: _Document, book: Phrasebook) -> list[Utterance]:
    lines = [book.say(_WHEN[each["when"]], what=each["wording"])]
    if each["yen"] is not None and each["when"] == "now":
        lines.append(book.say(Phrase.ADOPTION_YEN, yen=each["yen"]))
    return lines


def _centre(centre: _Document) -> Phrase:
    return Phrase.ADOPTION_CALL_OPEN if centre["open"] else Phrase.ADOPTION_CALL_CLOSED
