"""What is handed to a receipt computer: results in the order they came, by numbers, compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.check import Eligibility
from kiosk.domain.dates import Month
from kiosk.domain.retention import is_past_retention
from kiosk.domain.text import half_width, kana_key
from kiosk.formats.result import Request, Result
from kiosk.ports.exports import NoResult
from kiosk.ports.records import CheckUnknown, Records, StoredCheck

_PROVISIONAL = "-"
_ONE = re.compile(r"(\d{4}-\d{2}|-):(\d{1,18})", re.ASCII)
_LOOK = 100


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a reader of results has come: the latest number of each treatment month.

    Args:
        seen: None = provisional checks.
    """

    seen: Mapping[Month | None, int]

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """From the text that readers keep; "" = from the beginning. ValueError for other text."""
        seen: dict[Month | None, int] = {}
        for each in filter(None, text.split(",")):
            found = _ONE.fullmatch(each)
            if not found:
                raise ValueError("not a cursor")
            seen[None if found[1] == _PROVISIONAL else Month.parse(found[1])] = int(found[2])
        return cls(seen)

    def __str__(self) -> str:
        names = {str(month) if month else _PROVISIONAL: n for month, n in self.seen.items()}
        return ",".join(f"{name}:{number}" for name, number in sorted(names.items()))

    def past(self, month: Month | None, number: int) -> Cursor:
        """Further by one check."""
        return Cursor({**self.seen, month: max(number, self.seen.get(month, 0))})


@dataclass(frozen=True, slots=True)
class Page:
    """Some results, in the order in which they came.

    Args:
        results: each with the cursor that is past it.
        withdrawn: ids of checks that were annulled or corrected since: they count no more.
        cursor: past all that was looked at, refused checks too.
        is_last: there is nothing more now.
    """

    results: tuple[tuple[Result, Cursor], ...]
    withdrawn: tuple[str, ...]
    cursor: Cursor
    is_last: bool


def new_results(
    records: Records, facility_code: str, cursor: Cursor, now: datetime, most: int = _LOOK
) -> Page:
    """Results past a cursor and inside retention; what waits or was refused is none.

    Args:
        records: where checks are kept.
        facility_code: of this kiosk.
        cursor: how far the reader has come.
        now: to judge retention by.
        most: so many checks are looked at.
    """
    kept = set(records.months())
    reached = Cursor({m: n for m, n in cursor.seen.items() if m is None or m in kept})
    found: list[tuple[Result, Cursor]] = []
    rows = records.settled(reached.seen, most)
    for number, check in rows:
        reached = reached.past(check.month, number)
        result = result_of(check, facility_code)
        if result is not None and not is_over(check, now):
            found.append((result, reached))
    withdrawn = tuple(check.check_id for _, check in rows if check.withdrawn_at is not None)
    return Page(tuple(found), withdrawn, reached, len(rows) < most)


def result_of(check: StoredCheck, facility_code: str) -> Result | None:
    """A check as the formats take it; None unless it was answered and still stands."""
    is_withdrawn = check.withdrawn_at is not None
    if check.answer is None or check.settled_at is None or is_withdrawn:
        return None
    return Result(
        check_id=check.check_id,
        facility_code=facility_code,
        treated_on=check.treated_on,
        settled_at=check.settled_at,
        answer=check.answer,
        is_simulated=check.is_simulated or check.answer.is_simulated,
        exported_at=check.exported_at,
    )


def is_over(check: StoredCheck, now: datetime) -> bool:
    """Past retention, should the purge be late."""
    return is_past_retention(Month.of(check.treated_on), now)


def one_result(records: Records, facility_code: str, check_id: str, now: datetime) -> Result:
    """By its id.

    Raises:
        CheckUnknown: not kept, not answered, or past retention.
    """
    check = records.get(check_id)
    result = result_of(check, facility_code)
    if result is None or is_over(check, now):
        raise CheckUnknown("no result")
    return result


def look_up(records: Records, facility_code: str, asked: Request, now: datetime) -> Result:
    """The latest result about the one person whose numbers these are.

    Raises:
        NoResult: there is none, or the numbers fit several people.
    """
    found = [
        (result, each)
        for result in _all(records, facility_code, now)
        for each in result.answer.eligibilities
        if _fits(each, asked)
    ]
    people = {(each.birth_date, half_width(each.branch_number or "")) for _, each in found}
    if len(people) != 1:
        raise NoResult("several" if people else "none")
    return max((result for result, _ in found), key=lambda each: each.settled_at)


def _fits(eligibility: Eligibility, asked: Request) -> bool:
    wanted = [
        (eligibility.insurer_number, asked.insurer_number),
        (eligibility.symbol, asked.symbol or ""),
        (eligibility.number, asked.number),
        (eligibility.branch_number, asked.branch_number),
    ]
    is_born = asked.birth_date in {None, eligibility.birth_date}
    return is_born and all(
        plain(ours) == plain(theirs) for ours, theirs in wanted if theirs is not None
    )


def plain(text: str | None) -> str:
    """For comparing: half-width, without spaces around; leading zeros count."""
    return half_width(text or "").strip()


def _all(records: Records, facility_code: str, now: datetime) -> Iterator[Result]:
    for check in records.history(None):
        result = result_of(check, facility_code)
        if result is not None and not is_over(check, now):
            yield result


# ------------------------------------------------------------------ consistency

COMPARED = ("insurer_number", "symbol", "number", "branch_number", "birth_date", "name_kana")
"""What a receipt computer may send of an eligibility, beside ``share_percent`` and ``valid``."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field as both have it.

    Args:
        field: of ``COMPARED``, or "share_percent" or "valid".
        theirs: of the receipt computer.
        ours: of the service's answer.
    """

    field: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a receipt computer has against what the service said.

    Args:
        result: the latest about this patient.
        differences: none = they agree in all that was sent.
    """

    result: Result
    differences: tuple[Difference, ...]


def compare(
    records: Records, facility_code: str, theirs: Mapping[str, str], now: datetime
) -> Comparison:
    """Which fields differ; the patient is found by ``check_id``, else by birth date and more.

    Args:
        records: where checks are kept.
        facility_code: of this kiosk.
        theirs: what was sent, by name; what was not sent is not compared.
        now: to judge retention by.

    Raises:
        NoResult: no result is about this patient, or it cannot be told which.
        CheckUnknown: there is no result of that id.
    """
    if "check_id" in theirs:
        result = one_result(records, facility_code, theirs["check_id"], now)
    else:
        result = _about(list(_all(records, facility_code, now)), theirs)
    counts = result.counts
    if counts is None:
        raise NoResult("the service could not choose")
    ours = _values(result, counts)
    pairs = [(name, theirs[name], ours[name]) for name in ours if name in theirs]
    differing = tuple(
        Difference(*each) for each in pairs if _key(*each[:2]) != _key(each[0], each[2])
    )
    return Comparison(result, differing)


def _about(results: Sequence[Result], theirs: Mapping[str, str]) -> Result:
    """The birth date must fit, and a number or the reading; the latest of one person."""
    found = []
    for result in results:
        for each in result.answer.eligibilities:
            ours = _values(result, each)
            same = {
                name
                for name in COMPARED
                if name in theirs and _key(name, theirs[name]) == _key(name, ours[name])
            }
            if "birth_date" in same and same & {"number", "insurer_number", "name_kana"}:
                found.append((len(same), result, kana_key(each.name_kana or "")))
    best = max((count for count, _, _ in found), default=0)
    people = {name for count, _, name in found if count == best}
    if len(people) != 1:
        raise NoResult("several" if people else "none")
    return max((r for count, r, _ in found if count == best), key=lambda each: each.settled_at)


def _values(result: Result, eligibility: Eligibility) -> dict[str, str]:
    day = eligibility.birth_date
    share = result.copayment_percent
    return {
        "insurer_number": eligibility.insurer_number or "",
        "symbol": eligibility.symbol or "",
        "number": eligibility.number or "",
        "branch_number": eligibility.branch_number or "",
        "birth_date": day.isoformat() if day else "",
        "name_kana": eligibility.name_kana or "",
        "share_percent": "" if share is None else str(share),
        "valid": json.dumps(result.answer.confirms(result.treated_on)),
    }


def _key(name: str, text: str) -> str:
    return kana_key(text) if name == "name_kana" else plain(text)
