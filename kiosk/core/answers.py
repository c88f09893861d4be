"""What the desk can be asked, and the documents it answers with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kiosk.core.parts import Parts
from kiosk.desk.messages import BadMessage, Reach
from kiosk.domain.dates import Month
from kiosk.ports.records import StoredCheck
from kiosk.sync.schedule import JobState, jobs_document
from kiosk.usecases.documents import (
    ahead_document,
    audit_document,
    status_document,
    stored_document,
    waiting_document,
)
from kiosk.usecases.retention import ahead, is_gone

QUERIES: Mapping[str, Reach] = {
    "status": Reach.BOX,
    "waiting": Reach.BOX,
    "history": Reach.STAFF,
}
"""By name: who may ask."""
PAGE_BYTES = 40 * 1024
"""A page of checks; a line of the desk holds 64 KiB."""


class Answers:
    """Answers queries from the store.

    Args:
        parts: store and clock.
        jobs: of the schedule.
    """

    def __init__(self, parts: Parts, jobs: Callable[[], Sequence[JobState]] = tuple) -> None:
        self._jobs = jobs
        self._parts = parts

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of a query of QUERIES.

        ``waiting`` and ``history`` give ``{"count", "checks", "next"}``: as many checks as a line
        holds, by sequence; ``next`` is to be asked for as ``after``, null when there are no more.

        Args:
            query: its name.
            about: ``month`` ("YYYY-MM") of a history; ``after``, a sequence number.

        Raises:
            BadMessage: a parameter is not of its form.
            StoreError: the store cannot be read.
        """
        after = about.get("after", 0)
        if not isinstance(after, int):
            raise BadMessage("after")
        records, clock = self._parts.asking.records, self._parts.asking.clock
        if query == "status":
            status = status_document(self._parts.about, records, clock)
            jobs = {"jobs": jobs_document(self._jobs())}
            return status | jobs | audit_document(self._parts.gate.head())
        if query == "waiting":
            now = clock.now()
            soon = [ahead_document(each) for each in ahead(records, clock.stamp())]
            page = _page(records.waiting(), after, lambda each: waiting_document(each, now))
            return page | {"purge_ahead": soon}
        month = _month(about)
        is_over = month is not None and is_gone(records, month, clock.now())
        page = _page(records.history(month), after, stored_document)
        return page | {"retention_over": is_over}


def _month(about: Mapping[str, Any]) -> Month | None:
    month = about.get("month")
    try:
        return None if month is None else Month.parse(month)
    except (ValueError, TypeError):
        raise BadMessage("month") from None


def _page(
    checks: Sequence[StoredCheck], after: int, shape: Callable[[StoredCheck], dict[str, Any]]
) -> dict[str, Any]:
    page: list[dict[str, Any]] = []
    room = PAGE_BYTES
    for each in checks:
        if each.sequence <= after:
            continue
        document = shape(each)
        room -= len(json.dumps(document, ensure_ascii=False).encode())
        if page and room < 0:
            return {"count": len(checks), "checks": page, "next": page[-1]["sequence"]}
        page.append(document)
    return {"count": len(checks), "checks": page, "next": None}
