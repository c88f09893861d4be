"""What a clinic does so that more people come with a マイナ保険証, for the report of the 協力金.

The plan of the 協力金 names what counts: posters and leaflets put up, leaflets given to patients,
patients asked to use it; what was done is reported on the portal (``adoption_rules``, "reward").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST = 9999
"""Of one kind on one day."""


class Deed(StrEnum):
    """What is done, as the plan lists it."""

    POSTER = "poster"
    """ポスター、チラシの掲示: so many hang there."""
    LEAFLET = "leaflet"
    """患者へのチラシ配布."""
    ASKING = "asking"
    """マイナ保険証利用の声掛け."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What was done on one day.

    Args:
        on: the day in Japan.
        deed: what.
        count: sheets, or people; 1 to MOST.
    """

    on: date
    deed: Deed
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST:
            raise ValueError(f"a count is 1 to {MOST}")


@dataclass(frozen=True, slots=True)
class Sum:
    """What was done of one kind.

    Args:
        deed: what.
        count: sheets or people; of posters, how many hung there at most.
        days: on how many days something was noted.
        first: the first of them.
        last: the last of them.
    """

    deed: Deed
    count: int
    days: int
    first: date
    last: date


def noted(log: Iterable[Entry], on: date, deed: Deed, count: int) -> tuple[Entry, ...]:
    """The log with what was done that day in place of what stood there; 0 takes it out.

    Raises:
        ValueError: the count is none.
    """
    rest = [each for each in log if (each.on, each.deed) != (on, deed)]
    return tuple(sorted([*rest, *([Entry(on, deed, count)] if count else [])]))


def sums(log: Iterable[Entry], first: date, last: date) -> list[Sum]:
    """What was done from a day to a day, both counted; no row for what was not done."""
    within = [each for each in log if first <= each.on <= last]
    return [_sum(deed, found) for deed in Deed if (found := [e for e in within if e.deed is deed])]


def _sum(deed: Deed, found: list[Entry]) -> Sum:
    counts = [each.count for each in found]
    # The same posters hang there on each day they are noted.
    count = max(counts) if deed is Deed.POSTER else sum(counts)
    days = [each.on for each in found]
    return Sum(deed, count, len(set(days)), min(days), max(days))
