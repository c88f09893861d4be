"""What the desk can be asked, and the documents it answers with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from kiosk.desk.messages import BadMessage, Reach
from kiosk.domain.dates import Month
from kiosk.ports.clock import Clock
from kiosk.ports.records import Records, Search, StoredCheck
from kiosk.usecases.access import Gate
from kiosk.usecases.documents import (
    About,
    audit_document,
    status_document,
    stored_document,
    verdict_document,
)
from kiosk.usecases.matters import Agenda, Matter, tally
from kiosk.usecases.retention import is_gone
from kiosk.usecases.statistics import statistics_document

QUERIES: Mapping[str, Reach] = {
    "status": Reach.BOX,
    "checkup": Reach.BOX,
    "bundle": Reach.BOX,
    "update": Reach.BOX,
    "repair": Reach.BOX,
    "settings_backup": Reach.BOX,
    "settings_restore": Reach.BOX,
    "matters": Reach.BOX,
    "statistics": Reach.BOX,
    "matters_named": Reach.STAFF,
    "history": Reach.STAFF,
    "search": Reach.STAFF,
    "record": Reach.STAFF,
    "audit": Reach.TECHNICIAN,
}
"""By name: who may ask."""
_STATUS = frozenset({"status", "checkup", "bundle", "update", "repair"})
"""All but the first with the audit verified: for the doctor, a bundle, an update, a repair."""
_NOTED = frozenset({"settings_backup", "settings_restore"})
"""Nothing but a row of the audit is asked for."""
PAGE_BYTES = 40 * 1024
"""A page of checks; a line of the desk holds 64 KiB."""


class Answers:
    """Answers queries from the store.

    Args:
        about: who this kiosk is.
        records: where checks are kept.
        clock: what time it is.
        agenda: what is open.
        gate: keeps the audit.
        own: what the core itself adds to the status: the jobs of the schedule, and how many checks
            the disk could not take since the start.
        page_bytes: how much of a list a document may hold.
    """

    def __init__(
        self,
        about: About,
        records: Records,
        clock: Clock,
        agenda: Agenda,
        gate: Gate,
        *,
        own: Callable[[], dict[str, Any]] = dict,
        page_bytes: int = PAGE_BYTES,
    ) -> None:
        self._about = about
        self._records = records
        self._clock = clock
        self._gate = gate
        self._agenda = agenda
        self._own = own
        self._page_bytes = page_bytes

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of a query of QUERIES.

        ``history`` and ``search`` give ``{"count", "checks", "next"}``: as many
        checks as a line holds, by sequence, those of a search latest first; ``next`` is to be asked
        for as ``after``, null when there are no more; ``retention_over`` of a month or day.

        Args:
            query: its name.
            about: ``month`` ("YYYY-MM") of a history; of a search ``kana`` (how the name begins),
                ``born`` and ``day`` ("YYYY-MM-DD") and ``number``; ``check_id`` of a record, which
                is one check as in a search; ``after``, a sequence
                number, or of ``matters`` a place in the list.

        Raises:
            BadMessage: a parameter is not of its form.
            CheckUnknown: no such record.
            StoreError: the store cannot be read.
        """
        after = about.get("after", 0)
        if not isinstance(after, int):
            raise BadMessage("after")
        records, clock = self._records, self._clock
        if query in _STATUS:
            matters = self._agenda.matters(for_staff=False)
            status = status_document(self._about, records, clock, matters)
            return status | self._own() | self._audit(query)
        if query in {"audit", "statistics"} | _NOTED:
            return self._box(query)
        if query == "search":
            return self._found(_wanted(about), after)
        if query == "record":
            return stored_document(records.get(_text(about, "check_id") or ""))
        if query in {"matters", "matters_named"}:
            return self._matters(after, for_staff=query == "matters_named")
        month = _month(about)
        is_over = month is not None and is_gone(records, month, clock.now())
        page = self._page(records.history(month), after, stored_document)
        return page | {"retention_over": is_over}

    def _box(self, query: str) -> dict[str, Any]:
        if query == "audit":
            return verdict_document(self._gate.audit.verify())
        return {} if query in _NOTED else self.statistics()

    def statistics(self) -> dict[str, Any]:
        """The document of ``statistics``."""
        is_simulated = self._about.is_simulated
        return statistics_document(self._records, self._clock.now(), is_simulated=is_simulated)

    def _audit(self, query: str) -> dict[str, Any]:
        if query == "status":
            return audit_document(self._gate.head())
        return {"audit": verdict_document(self._gate.audit.verify())}

    def _found(self, wanted: Search, after: int) -> dict[str, Any]:
        found = self._records.search(wanted)
        day = wanted.day
        is_over = day is not None and is_gone(self._records, Month.of(day), self._clock.now())
        page = self._page(_below(found, after), 0, stored_document)
        return page | {"count": len(found), "retention_over": is_over}

    def _matters(self, after: int, *, for_staff: bool) -> dict[str, Any]:
        """As many as a line holds; ``next`` is a place in the list."""
        every = self._agenda.matters(for_staff=for_staff)
        page: list[dict[str, Any]] = []
        room = self._page_bytes
        for each in every[after:]:
            room -= len(json.dumps(each, ensure_ascii=False).encode())
            if page and room < 0:
                break
            page.append(each)
        following = after + len(page)
        following_or_none = following if following < len(every) else None
        return {
            "month_end": self._agenda.is_month_end(),
            "counts": tally(every),
            "ahead": [each for each in every if each["kind"] == Matter.GOES_SOON],
            "matters": page,
            "next": following_or_none,
        }

    def _page(
        self,
        checks: Sequence[StoredCheck],
        after: int,
        shape: Callable[[StoredCheck], dict[str, Any]],
    ) -> dict[str, Any]:
        page: list[dict[str, Any]] = []
        room = self._page_bytes
        for each in checks:
            if each.sequence <= after:
                continue
            document = shape(each)
            room -= len(json.dumps(document, ensure_ascii=False).encode())
            if page and room < 0:
                return {"count": len(checks), "checks": page, "next": page[-1]["sequence"]}
            page.append(document)
        return {"count": len(checks), "checks": page, "next": None}


def _wanted(about: Mapping[str, Any]) -> Search:
    try:
        return Search(
            kana=_text(about, "kana"),
            born=_day(about, "born"),
            number=_text(about, "number"),
            day=_day(about, "day"),
        )
    except (ValueError, TypeError):
        raise BadMessage("search") from None


def _text(about: Mapping[str, Any], name: str) -> str | None:
    value = about.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value


def _day(about: Mapping[str, Any], name: str) -> date | None:
    value = _text(about, name)
    return None if value is None else date.fromisoformat(value)


def _below(checks: Sequence[StoredCheck], after: int) -> Sequence[StoredCheck]:
    """Of a list with the latest first, what comes after that number."""
    return [each for each in checks if not after or each.sequence < after]


def _month(about: Mapping[str, Any]) -> Month | None:
    month = about.get("month")
    try:
        return None if month is None else Month.parse(month)
    except (ValueError, TypeError):
        raise BadMessage("month") from None
