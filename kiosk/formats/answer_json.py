"""The JSON form of an answer: for the command line, and, whole, for the sealed record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.codes import Sex, Validity

SIMULATED_MARK = "模擬"
_FIELDS = tuple(each.name for each in fields(Eligibility))
_DAY_FIELDS = frozenset(f.name for f in fields(Eligibility) if "date" in str(f.type))


def eligibility_json(answer: Answer, eligibility: Eligibility, treated_on: date) -> dict[str, Any]:
    """One eligibility for people and scripts: words for codes, days as ISO 8601, None = absent.

    Text (names, symbol, number) stands as the service wrote it, full-width or half-width.
    """
    document: dict[str, Any] = {
        "validity": validity_word(answer),
        "confirmed_on": _iso(answer.confirmed_on),
    }
    for each in fields(Eligibility):
        value = getattr(eligibility, each.name)
        if each.name == "unknown":
            continue
        document[each.name] = _iso(value) if isinstance(value, date) else value
    document["sex"] = sex_word(eligibility.sex)
    document["copayment_percent"] = eligibility.copayment_percent(treated_on)
    if answer.validity is Validity.NONE:
        document["copayment_percent"] = None
    return document


def eligibility_of(document: Mapping[str, Any]) -> Eligibility:
    """What ``eligibility_json`` wrote; a word for the sex of another version stays a word.

    Raises:
        KeyError, TypeError, ValueError: it did not.
    """
    values: dict[str, Any] = {
        each.name: document[each.name] for each in fields(Eligibility) if each.name != "unknown"
    }
    days = {name: _day(values[name]) for name in _DAY_FIELDS}
    sex = next((each.value for each in Sex if each.word == values["sex"]), values["sex"])
    return Eligibility(**values | days | {"sex": sex})


def answer_json(answer: Answer, treated_on: date) -> dict[str, Any]:
    """``validity``, ``eligibility`` (the one that counts, or null) and all ``eligibilities``."""
    counts = answer.the_one_that_counts(treated_on)
    return {
        "validity": validity_word(answer),
        "eligibility": counts and eligibility_json(answer, counts, treated_on),
        "eligibilities": [
            eligibility_json(answer, each, treated_on) for each in answer.eligibilities
        ],
        "warning_code": answer.warning_code,
        "warning": answer.warning,
    }


def validity_word(answer: Answer) -> str:
    """The word for the validity; "unknown" for a code this version does not know."""
    return answer.validity.word if answer.validity else "unknown"


def sex_word(code: str | None) -> str | None:
    """The word for the sex; an unknown code as it came."""
    if code is None:
        return None
    try:
        return Sex(code).word
    except ValueError:
        return code


def to_record(answer: Answer) -> dict[str, Any]:
    """Everything of an answer, without loss, for the sealed record."""
    return {
        "validity_code": answer.validity_code,
        "confirmed_on": _iso(answer.confirmed_on),
        "is_simulated": answer.is_simulated,
        "warning_code": answer.warning_code,
        "warning": answer.warning,
        "eligibilities": [_sparse(each) for each in answer.eligibilities],
    }


def from_record(record: Mapping[str, Any]) -> Answer:
    """The answer that ``to_record`` wrote; KeyError or ValueError when it did not."""
    return Answer(
        validity_code=record["validity_code"],
        confirmed_on=_day(record["confirmed_on"]),
        is_simulated=record["is_simulated"],
        warning_code=record["warning_code"],
        warning=record["warning"],
        eligibilities=tuple(_eligibility(each) for each in record["eligibilities"]),
    )


def _sparse(eligibility: Eligibility) -> dict[str, Any]:
    values = {name: getattr(eligibility, name) for name in _FIELDS}
    values["unknown"] = dict(eligibility.unknown) or None
    return {
        name: _iso(value) if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def _eligibility(record: Mapping[str, Any]) -> Eligibility:
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DAY_FIELDS else value
        for name, value in record.items()
    }
    return Eligibility(**values)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
