"""What people are told of a month's figures; nothing of any patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kiosk.domain.dates import Month
from kiosk.phrasebook.book import Phrasebook
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.utterance import Utterance


def month_told(each: Mapping[str, Any], book: Phrasebook) -> list[Utterance]:
    """How many, the share by card, what waited and how long, the busiest day.

    Args:
        each: a month of the document of ``statistics``.
        book: the language.
    """
    month = Month.parse(each["month"])
    lines = [book.say(Phrase.STATISTICS_MONTH, month=month, count=each["checked"])]
    if each["card_percent"] is not None:
        lines.append(book.say(Phrase.STATISTICS_SHARE, share=each["card_percent"]))
    if each["outages"]:
        lines.append(book.say(Phrase.STATISTICS_OUTAGES, count=len(each["outages"])))
    if each["deferred"]:
        lines.append(book.say(Phrase.STATISTICS_DEFERRED, count=each["deferred"]))
    if waiting := each["checked"] - each["answered"] - each["refused"]:
        lines.append(book.say(Phrase.STATISTICS_WAITING, count=waiting))
    if each["longest_wait_seconds"]:
        age = timedelta(seconds=each["longest_wait_seconds"])
        lines.append(book.say(Phrase.STATISTICS_LONGEST, age=age))
    if each["days"]:
        most = max(each["days"], key=lambda day: day["checked"])
        day = date.fromisoformat(most["day"])
        lines.append(book.say(Phrase.STATISTICS_BUSIEST, day=day, count=most["checked"]))
    return lines
