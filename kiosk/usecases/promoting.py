"""What the report of the 協力金 says: what was done, and what became of the share of the cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kiosk.domain.dates import Month
from kiosk.domain.promotion import Entry, Sum, sums
from kiosk.usecases.adoption import Navigator

RECENT = 60
"""So many entries of the log a document holds, the latest."""


def promotion_document(
    navigator: Navigator, statistics: Mapping[str, Any], about: Mapping[str, Any], facility: str
) -> dict[str, Any]:
    """The log of the 協力金 and the share of visits by card, month by month.

    Args:
        navigator: has the log.
        statistics: of ``statistics_document``.
        about: ``from`` and ``to`` ("YYYY-MM"); without them from the first month in which anything
            was noted or checked to this one.
        facility: 機関コード.

    Raises:
        ValueError: a month that is none, or an end before its beginning.
        ChecklistUnreadable: the log is not known.
    """
    log, today = navigator.promotion().promotion, navigator.today
    months = statistics["months"]
    first, last = _period(about, log, [Month.parse(each["month"]) for each in months], today)
    within = [each for each in months if first <= Month.parse(each["month"]) <= last]
    return {
        "simulated": statistics["simulated"],
        "mark": statistics["mark"],
        "facility": facility,
        "today": today.isoformat(),
        "from": str(first),
        "to": str(last),
        "sums": [_sum(each) for each in sums(log, first.first_day, last.last_day)],
        "entries": [_entry(each) for each in log[-RECENT:]],
        "shares": [
            {
                "month": each["month"],
                "checked": each["checked"],
                "by_card": each["by_card"],
                "card_percent": each["card_percent"],
            }
            for each in within
        ],
    }


def _period(
    about: Mapping[str, Any], log: Iterable[Entry], months: Iterable[Month], today: date
) -> tuple[Month, Month]:
    this = Month.of(today)
    begun = min([*(Month.of(each.on) for each in log), *months, this])
    first = Month.parse(str(about["from"])) if about.get("from") else begun
    last = Month.parse(str(about["to"])) if about.get("to") else this
    if last < first:
        raise ValueError("the end lies before the beginning")
    return first, last


def _sum(each: Sum) -> dict[str, Any]:
    return {
        "deed": each.deed.value,
        "count": each.count,
        "days": each.days,
        "first": each.first.isoformat(),
        "last": each.last.isoformat(),
    }


def _entry(each: Entry) -> dict[str, Any]:
    return {"on": each.on.isoformat(), "deed": each.deed.value, "count": each.count}
