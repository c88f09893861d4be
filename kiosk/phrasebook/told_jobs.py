"""What people are told of a regular job of kioskd: what became of it, when it ran, when it will."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kiosk.phrasebook.book import Phrasebook
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.utterance import Utterance

_JOBS: Mapping[str, Phrase] = {
    "drain": Phrase.TECHNICIAN_JOB_DRAIN,
    "purge": Phrase.TECHNICIAN_JOB_PURGE,
    "sessions": Phrase.TECHNICIAN_JOB_SESSIONS,
    "line": Phrase.TECHNICIAN_JOB_LINE,
    "clock": Phrase.TECHNICIAN_JOB_CLOCK,
    "certificate": Phrase.TECHNICIAN_JOB_CERTIFICATE,
    "self_test": Phrase.TECHNICIAN_JOB_SELF_TEST,
    "results": Phrase.TECHNICIAN_JOB_RESULTS,
}


def told_job(job: Mapping[str, Any], now: datetime, book: Phrasebook) -> tuple[Utterance, ...]:
    """Its name first.

    Args:
        job: as ``kiosk.sync.schedule.jobs_document`` has it.
        now: aware; by the same clock as the times of the job.
        book: the language.
    """
    lines = [book.say(_JOBS.get(job["name"], Phrase.TECHNICIAN_JOB_OTHER))]
    is_first_run = job["running"] and job["result"] is None
    if job["running"]:
        lines.append(book.say(Phrase.TECHNICIAN_JOB_RUNNING))
    if not is_first_run:
        lines.append(_result(job["result"], book))
    if job["last_at"]:
        ago = _apart(datetime.fromisoformat(job["last_at"]), now)
        lines.append(book.say(Phrase.TECHNICIAN_JOB_LAST, age=ago))
    until = _apart(now, datetime.fromisoformat(job["next_at"]))
    return *lines, book.say(Phrase.TECHNICIAN_JOB_NEXT, age=until)


def _result(result: str | None, book: Phrasebook) -> Utterance:
    match result:
        case None:
            return book.say(Phrase.TECHNICIAN_JOB_NEVER)
        case "ok":
            return book.say(Phrase.TECHNICIAN_JOB_OK)
        case "bug":
            return book.say(Phrase.TECHNICIAN_JOB_FAILED)
        case _:
            return book.message(result)


def _apart(first: datetime, then: datetime) -> timedelta:
    """Never less than nothing: a job that is due says so by 0."""
    return max(then - first, timedelta())
