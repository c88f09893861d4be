"""Results as CSV: UTF-8 with BOM, CRLF, quoted where RFC 4180 asks for it.

One row an eligibility; a result without any (資格情報なし) is a row as well. The header is
``HEADER``; docs/receipt.md says what each column holds. Everything is text: leading zeros stay.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from kiosk.domain.check import Answer, Eligibility
from kiosk.formats.answer_json import SIMULATED_MARK, validity_word
from kiosk.formats.result import Result

BOM = "\ufeff"
FIXED = ("mark", "check_id", "treated_on", "confirmed_on", "validity", "copayment_percent")
FIELDS = tuple(each.name for each in fields(Eligibility) if each.name != "unknown")
_DAYS = frozenset(each.name for each in fields(Eligibility) if "date" in str(each.type))
HEADER = FIXED + FIELDS


def results_csv(results: Iterable[Result]) -> bytes:
    """All of them, with the header."""
    return table(HEADER, (row for each in results for row in _rows(each)))


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A header and rows as a file of this form."""
    text = io.StringIO(BOM, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _rows(result: Result) -> Iterator[list[str]]:
    answer = result.answer
    for each in answer.eligibilities or (Eligibility(),):
        yield [
            SIMULATED_MARK if result.is_simulated else "",
            result.check_id,
            result.treated_on.isoformat(),
            answer.confirmed_on.isoformat() if answer.confirmed_on else "",
            validity_word(answer),
            _share(answer, each, result),
            *(_cell(getattr(each, name)) for name in FIELDS),
        ]


def _share(answer: Answer, eligibility: Eligibility, result: Result) -> str:
    """Only of what the service calls valid and that is in force on the day; else it is asked."""
    on = result.treated_on
    if not answer.confirms(on) or not eligibility.is_in_force(on):
        return ""
    percent = eligibility.copayment_percent(on)
    return "" if percent is None else str(percent)


def _cell(value: str | date | None) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def eligibility_of(row: Mapping[str, str]) -> Eligibility:
    """A row read back by its header; what was absent or empty is None."""
    values: dict[str, Any] = {
        name: (date.fromisoformat(row[name]) if name in _DAYS else row[name]) or None
        for name in FIELDS
        if row[name]
    }
    return Eligibility(**values)
