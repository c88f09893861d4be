"""When and where somebody is treated: today and here, unless the staff say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.dates import Month
from kiosk.domain.retention import readable_through


class Place(StrEnum):
    """Where the treatment takes place: in the clinic, or at the patient's home (往療)."""

    CLINIC = "clinic"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a check says of the treatment.

    Args:
        on: treatment date in Japan; None = the day of the check.
        place: where.
    """

    on: date | None = None
    place: Place = Place.CLINIC


def is_possible(on: date, today: date) -> bool:
    """True for a treatment date that is not ahead and whose check would not be purged at once."""
    return on <= today <= readable_through(on)


def earliest(today: date) -> date:
    """The earliest treatment date still within retention."""
    return Month.of(today).plus(-1).first_day
