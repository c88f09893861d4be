"""What a check is found by, and how it is looked for. No I/O."""

from __future__ import annotations

from kiosk.domain.check import Answer
from kiosk.domain.text import half_width, kana_key
from kiosk.ports.records import Search
from kiosk.store.database import Row

_LAST = "\U0010ffff"


def search_columns(answer: Answer) -> Row:
    """Columns of an answered check: of the first eligibility; numbers of all, each in spaces."""
    first = answer.eligibilities[0] if answer.eligibilities else None
    numbers = [_number(each.number) for each in answer.eligibilities if each.number]
    kana = kana_key(first.name_kana) if first and first.name_kana else None
    born = first.birth_date.isoformat() if first and first.birth_date else None
    return {"kana": kana, "born": born, "number": f" {' '.join(numbers)} " if numbers else None}


def condition(wanted: Search) -> tuple[str, tuple[str, ...]]:
    """The WHERE of a search and its values; every column of it stands in the index ``search``."""
    parts: list[tuple[str, tuple[str, ...]]] = []
    if wanted.day:
        parts.append(("treated_on = ?", (wanted.day.isoformat(),)))
    if wanted.kana:
        begin = kana_key(wanted.kana)
        parts.append(("kana >= ? AND kana < ?", (begin, begin + _LAST)))
    if wanted.born:
        parts.append(("born = ?", (wanted.born.isoformat(),)))
    if wanted.number:
        parts.append(("instr(number, ?)", (f" {_number(wanted.number)} ",)))
    return (
        " AND ".join(text for text, _ in parts),
        tuple(value for _, values in parts for value in values),
    )


def _number(text: str) -> str:
    return half_width(text).replace(" ", "")
