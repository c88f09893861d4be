"""The month's list for the 療養費支給申請書: what is not confirmed first, then by reading.

A check that waits or was refused is a line of its own: it is counted to nobody, and nothing but
its day is known. Shares are of the day of treatment; 給付割合 is what the insurer bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain.dates import wareki
from kiosk.domain.text import full_width_kana, kana_key
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.formats.csv_rows import table
from kiosk.formats.result import Result

_RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
HEADER = (
    *("模擬", "確認", "氏名", "フリガナ", "生年月日", "保険者番号", "記号", "番号", "枝番"),
    *("本人・家族", "給付割合", "負担割合", "被保険者氏名", "有効開始日", "有効終了日", "施術日"),
)
CONFIRMED, NOT_VALID, WAITING = "確認済み", "要確認", "確認待ち"
_PERSONAL = {"1": "本人", "2": "家族"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One check of the month that still stands.

    Args:
        treated_on: day of treatment.
        result: None = it waits or was refused.
        is_simulated: to be marked.
    """

    treated_on: date
    result: Result | None
    is_simulated: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One patient with one eligibility and one verdict, or one check without a result.

    Args:
        days: days of treatment, in order.
        result: the latest of them.
        is_simulated: to be marked.
    """

    days: tuple[date, ...]
    result: Result | None
    is_simulated: bool

    @property
    def is_confirmed(self) -> bool:
        """The service said that it is valid, and which one counts, on the latest day."""
        return self.result is not None and self.result.answer.confirms(self.result.treated_on)

    @property
    def word(self) -> str:
        """How far it is confirmed; 確認待ち is never 確認済み."""
        if self.result is None:
            return WAITING
        return CONFIRMED if self.is_confirmed else NOT_VALID


def month_lines(entries: Iterable[Entry]) -> list[Line]:
    """The lines in their order; a patient with two eligibilities has two."""
    waiting: list[Line] = []
    by_person: dict[tuple[object, ...], list[Result]] = {}
    for each in entries:
        if each.result is None:
            waiting.append(Line((each.treated_on,), None, each.is_simulated))
        else:
            by_person.setdefault(_person(each.result), []).append(each.result)
    lines = [_line(results) for results in by_person.values()]
    lines.sort(key=lambda each: (each.is_confirmed, _reading(each), each.days))
    return sorted(waiting, key=lambda each: each.days) + lines


def _person(result: Result) -> tuple[object, ...]:
    counts = result.counts
    if counts is None:
        return (result.check_id,)
    confirmed = result.answer.confirms(result.treated_on)
    numbers = (counts.insurer_number, counts.symbol, counts.number, counts.branch_number)
    who = (counts.name, counts.birth_date, counts.personal_family)
    return (*numbers, *who, confirmed, result.copayment_percent)


def _line(results: Sequence[Result]) -> Line:
    latest = max(results, key=lambda each: (each.treated_on, each.settled_at))
    days = tuple(sorted({each.treated_on for each in results}))
    return Line(days, latest, any(each.is_simulated for each in results))


def _reading(line: Line) -> str:
    counts = line.result.counts if line.result else None
    return kana_key(counts.name_kana or "") if counts else ""


def row(line: Line) -> tuple[str, ...]:
    """The cells under ``HEADER``; what is not known is empty, never guessed."""
    mark = SIMULATED_MARK if line.is_simulated else ""
    days = " ".join(each.isoformat() for each in line.days)
    result = line.result
    counts = result.counts if result else None
    if result is None or counts is None:
        return (mark, line.word, *[""] * (len(HEADER) - 3), days)
    return (
        *(mark, line.word, counts.name or "", full_width_kana(counts.name_kana or "")),
        wareki(counts.birth_date) if counts.birth_date else "",
        *(counts.insurer_number or "", counts.symbol or "", counts.number or ""),
        counts.branch_number or "",
        _PERSONAL.get(counts.personal_family or "", counts.personal_family or ""),
        *_shares(result.copayment_percent),
        counts.insured_name or "",
        *(wareki(each) if each else "" for each in (counts.valid_from, counts.valid_to)),
        days,
    )


def _shares(percent: int | None) -> tuple[str, str]:
    """What the insurer bears and what the patient pays: 7割, 3割."""
    if percent is None:
        return "", ""
    return f"{(100 - percent) // 10}割", f"{percent // 10}割"


def month_csv(lines: Iterable[Line]) -> bytes:
    """The list as CSV, in the form of ``kiosk.formats.csv_rows``, for a spreadsheet.

    A cell that a spreadsheet would run as a formula stands behind an apostrophe (OWASP, CSV
    Injection): a name or number comes from outside.
    """
    return table(HEADER, (map(_inert, row(each)) for each in lines))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUNS) else cell
