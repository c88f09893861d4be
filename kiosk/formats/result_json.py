"""Our own JSON of a result, versioned: what the local API and ``kiosk export`` give.

Text as the service wrote it, days ISO 8601, None = absent, "" = there and empty. ``answer`` holds
everything without loss, the keys before it what most readers want (schema: docs/receipt.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from kiosk.formats.answer_json import SIMULATED_MARK, from_record, to_record, validity_word
from kiosk.formats.result import Result

SCHEMA = "madoguchi-result/1"
LIST_SCHEMA = "madoguchi-results/1"


def result_json(result: Result) -> dict[str, Any]:
    """One result."""
    counts = result.counts
    return {
        "schema": SCHEMA,
        "simulated": result.is_simulated,
        "mark": SIMULATED_MARK if result.is_simulated else None,
        "check_id": result.check_id,
        "facility_code": result.facility_code,
        "treated_on": result.treated_on.isoformat(),
        "settled_at": result.settled_at.isoformat(),
        "exported_at": result.exported_at.isoformat() if result.exported_at else None,
        "validity": validity_word(result.answer),
        "confirmed": result.answer.confirms(result.treated_on),
        "copayment_percent": result.copayment_percent,
        "counts": result.answer.eligibilities.index(counts)
        if counts in result.answer.eligibilities
        else None,
        "answer": to_record(result.answer),
    }


def results_json(results: Iterable[Result], *, is_simulated: bool) -> dict[str, Any]:
    """Many, e.g. of a month."""
    return {
        "schema": LIST_SCHEMA,
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
        "results": [result_json(each) for each in results],
    }


def result_of(document: Mapping[str, Any]) -> Result:
    """A result read back; KeyError, TypeError or ValueError when it is none of this schema."""
    if document["schema"] != SCHEMA:
        raise ValueError("another schema")
    exported_at = document["exported_at"]
    return Result(
        check_id=document["check_id"],
        facility_code=document["facility_code"],
        treated_on=date.fromisoformat(document["treated_on"]),
        settled_at=datetime.fromisoformat(document["settled_at"]),
        answer=from_record(document["answer"]),
        is_simulated=document["simulated"],
        exported_at=datetime.fromisoformat(exported_at) if exported_at else None,
    )
