"""The facility's results: what ``GET /v1/results`` gives, page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiosk.domain.dates import Month
from kiosk.domain.retention import is_past_retention
from kiosk.service import wire
from kiosk.service.results import Problem
from kiosk.simulator import tree
from kiosk.simulator.ledger import Answers, Processed
from kiosk.simulator.problems import ProblemFound

MOST = 500
USUAL = 100
PAGE_BYTES = wire.MAX_BYTES // 2
"""Nothing is added to a page that holds as much: no client takes more than the wire's limit."""
_CURSOR = re.compile(r"r(\d{1,12})", re.ASCII)
_LIMIT = re.compile(r"\d{1,3}", re.ASCII)


def page(answers: Answers, query: Mapping[str, str], now: datetime) -> bytes:
    """The body of a 200.

    Args:
        answers: to the facility; the place of one never changes, so that it is a cursor that stays
            good when those before it have gone.
        query: ``cursor``, ``since``, ``limit``.
        now: aware; decides what is past its retention.
    """
    first, end = answers.first, answers.first + len(answers.checks)
    place, since, limit = max(first, _place(query, end)), _since(query), _limit(query)
    found: list[dict[str, Any]] = []
    size = 0
    while place < end and len(found) < limit and size < PAGE_BYTES:
        check = answers.checks[place - first]
        place += 1
        is_gone = is_past_retention(Month.of(check.treated_on), now)
        if not is_gone and (since is None or check.received_at >= since):
            found.append(_row(check))
            size += len(check.answer)
    more = place < end
    return wire.dump({**tree.MARKS, "cursor": f"r{place}", "more": more, "results": found})


def _row(check: Processed) -> dict[str, Any]:
    return {
        "check_id": check.check_id,
        "terminal_id": check.facility.terminal,
        "treated_at": check.treated_at,
        "treated_on": check.treated_on.isoformat(),
        "received_at": check.received_at.isoformat(),
        "kind": check.kind,
        "XmlMsg": json.loads(check.answer)["XmlMsg"],
    }


def _place(query: Mapping[str, str], end: int) -> int:
    if "cursor" not in query:
        return 0
    found = _CURSOR.fullmatch(query["cursor"])
    if not found or int(found[1]) > end:
        raise ProblemFound(Problem.MALFORMED, 400, "cursor")
    return int(found[1])


def _since(query: Mapping[str, str]) -> datetime | None:
    if "since" not in query:
        return None
    try:
        since = datetime.fromisoformat(query["since"])
    except ValueError:
        since = None
    if since is None or since.tzinfo is None:
        raise ProblemFound(Problem.MALFORMED, 400, "since")
    return since


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit", str(USUAL))
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= MOST:
        raise ProblemFound(Problem.MALFORMED, 400, "limit")
    return int(text)
