"""``clock``, ``purge``, ``copies``, ``queue.*``: is time known, are months and copies gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.domain.dates import Month
from kiosk.errors import KioskError, Remedy
from kiosk.phrasebook import Phrase
from kiosk.ports.clock import ClockFault
from kiosk.ports.exports import CopyLeft

OLDEST_S = timedelta(days=1).total_seconds()
"""A check that has waited so long will not be answered by waiting."""
_FAULTS = {
    ClockFault.SET_BACK: Phrase.STATUS_CLOCK_SET_BACK,
    ClockFault.LEAPT_AHEAD: Phrase.STATUS_CLOCK_LEAPT_AHEAD,
}


def find(box: Box) -> Iterator[Finding]:
    """What the status of the kiosk says; nothing where it could not be had."""
    if box.status is None or isinstance(box.status, KioskError):
        return
    yield _clock(box.status["clock"])
    yield from _purge(box.status["purge"])
    yield from _copies(box.status["purge"]["copies"])
    yield _oldest(box.status["queue"])
    for each in box.status["purge"]["ahead"]:
        if each["unconfirmed"]:
            yield _ahead(each)


def _clock(clock: Mapping[str, Any]) -> Finding:
    if clock["fault"] is not None:
        return Finding(
            "clock",
            State.FAIL,
            _FAULTS[ClockFault(clock["fault"])],
            why=Phrase.DOCTOR_WHY_CLOCK,
            hint=Phrase.DOCTOR_HINT_CLOCK,
            remedy=Remedy.TECHNICIAN,
            detail=f"now {clock['now']}, mark {clock['mark']}",
        )
    if not clock["trusted"]:
        return Finding(
            "clock",
            State.WARN,
            Phrase.DOCTOR_CLOCK_UNKNOWN,
            why=Phrase.DOCTOR_WHY_CLOCK,
            hint=Phrase.DOCTOR_HINT_CLOCK,
            remedy=Remedy.TECHNICIAN,
        )
    return Finding("clock", State.OK, Phrase.STATUS_CLOCK_TRUSTED)


def _purge(purge: Mapping[str, Any]) -> Iterator[Finding]:
    for month in purge["late"]:
        yield Finding(
            "purge",
            State.FAIL,
            Phrase.PURGE_LATE,
            why=Phrase.DOCTOR_WHY_PURGE,
            hint=Phrase.DOCTOR_HINT_CLOCK,
            remedy=Remedy.TECHNICIAN,
            values={"month": Month.parse(month)},
        )
    if not purge["late"]:
        yield Finding("purge", State.OK, Phrase.DOCTOR_PURGE)


def _copies(copies: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Copies follow the record (facts DOMAIN, Privacy): one that is left is as a month left."""
    for each in copies:
        detail = f"{each['month']} {each['file']}"
        yield Finding.of("copies", CopyLeft, why=Phrase.DOCTOR_WHY_PURGE, detail=detail)
    if not copies:
        yield Finding("copies", State.OK, Phrase.DOCTOR_COPIES)


def _oldest(queue: Mapping[str, Any]) -> Finding:
    oldest = queue["oldest_seconds"] or 0
    if oldest < OLDEST_S:
        return Finding("queue.oldest", State.OK, Phrase.DOCTOR_QUEUE)
    return Finding(
        "queue.oldest",
        State.WARN,
        Phrase.DOCTOR_QUEUE_OLD,
        why=Phrase.DOCTOR_WHY_QUEUE,
        hint=Phrase.DOCTOR_HINT_QUEUE,
        remedy=Remedy.STAFF,
        values={"count": queue["waiting"]},
    )


def _ahead(each: Mapping[str, Any]) -> Finding:
    return Finding(
        "queue.month_end",
        State.WARN,
        Phrase.PURGE_AHEAD,
        why=Phrase.DOCTOR_WHY_QUEUE,
        hint=Phrase.DOCTOR_HINT_QUEUE,
        remedy=Remedy.STAFF,
        values={
            "month": Month.parse(each["month"]),
            "day": date.fromisoformat(each["last_day"]),
            "unconfirmed": each["unconfirmed"],
        },
    )
