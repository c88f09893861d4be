"""What a technician sees of the box: findings, how it is now, regular jobs; no patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kiosk.desk.messages import Condition
from kiosk.desk.values import unpack
from kiosk.errors import Remedy
from kiosk.pages.keys import Press
from kiosk.pages.leaf import Document, Inside, Leaf
from kiosk.pages.listed import Listed
from kiosk.pages.page import Kind, Page
from kiosk.pages.resting import state_lines
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told_jobs import told_job

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
        items = [told_job(each, now, self.book) for each in document["jobs"]]
        return items or [(self.book.say(Phrase.TECHNICIAN_JOB_NEVER),)]


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
