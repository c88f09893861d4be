"""Values of a phrase's slots as JSON, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kiosk.domain.dates import Month
from kiosk.phrasebook import PersonName


def pack(values: Mapping[str, object]) -> dict[str, Any]:
    """Values of a phrase's slots as JSON."""
    return {name: _packed(value) for name, value in values.items()}


def unpack(values: Mapping[str, Any]) -> dict[str, object]:
    """The values again; ValueError for a form this version does not know."""
    return {name: _unpacked(value) for name, value in values.items()}


def _packed(value: object) -> object:
    match value:
        case PersonName(written=written, kana=kana):
            return {"person": [written, kana]}
        case Month():
            return {"month": str(value)}
        case date():
            return {"day": value.isoformat()}
        case timedelta():
            return {"seconds": value.total_seconds()}
        case int() | str():
            return value
        case _:
            raise TypeError(type(value).__name__)


def _unpacked(value: object) -> object:
    try:
        match value:
            case {"person": [written, kana]}:
                return PersonName(written, kana)
            case {"month": str(text)}:
                return Month.parse(text)
            case {"day": str(text)}:
                return date.fromisoformat(text)
            case {"seconds": int(seconds) | float(seconds)}:
                return timedelta(seconds=seconds)
            case int() | str():
                return value
    except ValueError:
        raise ValueError("value") from None
    raise ValueError("value")
