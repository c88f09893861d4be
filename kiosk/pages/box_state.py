"""What a technician sees of the box: findings, how it is now, regular jobs; no patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from kiosk.desk.messages import Condition
from kiosk.desk.values import unpack
from kiosk.errors import Remedy
from kiosk.pages.keys import Press
from kiosk.pages.leaf import Document, Inside, Leaf
from kiosk.pages.listed import Listed
from kiosk.pages.page import Kind, Page
from kiosk.pages.view import TITLES, state_lines
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

FINDINGS = "findings"
"""Query that the command answers itself: the doctor needs no core, and no core needs a doctor."""
_HOW: Mapping[str, Phrase] = {
    "fail": Phrase.TECHNICIAN_FAIL,
    "warn": Phrase.TECHNICIAN_WARN,
    "unknown": Phrase.TECHNICIAN_UNKNOWN,
    "skipped": Phrase.TECHNICIAN_SKIPPED,
    "ok": Phrase.TECHNICIAN_OK,
}
"""By state, worst first."""
_ORDER = list(_HOW)
_WHO: Mapping[str, Phrase] = {
    Remedy.PATIENT.value: Phrase.TECHNICIAN_BY_PATIENT,
    Remedy.STAFF.value: Phrase.TECHNICIAN_BY_STAFF,
    Remedy.TECHNICIAN.value: Phrase.TECHNICIAN_BY_TECHNICIAN,
}
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


class FindingsLeaf(Listed):
    """What the doctor finds, the worst first, one at a time with its remedy."""

    kind = Kind.FINDINGS
    query = FINDINGS

    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """As ``Listed``."""
        found = sorted(document["findings"], key=lambda each: _ORDER.index(each["state"]))
        return [_finding(each, self.book) for each in found]


def _finding(found: Mapping[str, Any], book: Phrasebook) -> tuple[Utterance, ...]:
    lines, code = [book.say(_HOW[found["state"]])], found["code"]
    if code:
        lines.append(book.message(code))
    else:
        lines.append(book.say(Phrase(found["what"]), **unpack(found["values"])))
    if found["why"]:
        lines.append(book.say(Phrase(found["why"])))
    if code:
        lines.append(book.hint(code, Remedy.TECHNICIAN))
    elif found["hint"]:
        lines.append(book.say(Phrase(found["hint"])))
    if found["remedy"]:
        lines.append(book.say(_WHO[found["remedy"]]))
    if found["detail"]:
        lines.append(book.say(Phrase.DOCTOR_DETAIL, detail=str(found["detail"])))
    return tuple(lines)


class JobsLeaf(Listed):
    """The regular jobs: what became of the last run, when the next one is."""

    kind = Kind.JOBS
    query = "status"

    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """As ``Listed``."""
        now = datetime.fromisoformat(document["clock"]["now"])
        items = [_job(each, now, self.book) for each in document["jobs"]]
        return items or [(self.book.say(Phrase.TECHNICIAN_JOB_NEVER),)]


def _job(job: Mapping[str, Any], now: datetime, book: Phrasebook) -> tuple[Utterance, ...]:
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


class StateLeaf(Leaf):
    """Line, reader, queue and clock as they are; it changes while one looks.

    Args:
        inside: the session.
        condition: as it was last told.
    """

    kind = Kind.STATE

    def __init__(self, inside: Inside, condition: Callable[[], Condition | None]) -> None:
        super().__init__(inside)
        self._condition = condition

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        condition = self._condition()
        lines = state_lines(condition, self.book) if condition else self.say(Phrase.SCREEN_WAIT)
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        return Page(self.kind, self.book.say(TITLES[self.kind]), lines, choices=leave)

    def press(self, press: Press) -> None:
        """As ``Leaf``: every key says it again."""
        del press
        self.inside.say(*self.page.said)
