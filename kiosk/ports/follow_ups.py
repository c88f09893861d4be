"""Socket for what is still to be confirmed after a check that could not be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.domain.fallback import Way


class Resolution(StrEnum):
    """How the staff closed a matter by themselves.

    CHOSEN: one of several eligibilities. ASKED: they asked insurer or patient. NOT_NEEDED: nothing
    is to be confirmed, e.g. the patient paid for everything.
    """

    CHOSEN = "chosen"
    ASKED = "asked"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One patient whose numbers are to be confirmed; kept and purged with the treatment month.

    Args:
        follow_up_id: a UUID.
        check_id: the check that did not confirm; None where no card could be read.
        person: keyed hash of the card's certificate, by which a later check finds it.
        treated_on: treatment date in Japan.
        kept_at: when it was written, aware UTC.
        reason: K-code, or the word of the validity that was answered.
        way: how the patient was served meanwhile; None = nobody chose.
        closed_at: when it was confirmed, or found to owe nothing; None = open.
        closed_by: id of the check that confirmed it.
        is_simulated: belongs to the simulated world.
        resolution: what the staff decided where the service could not; None = nothing yet.
        choice: which of the answer's eligibilities they chose, counted from 0.
    """

    follow_up_id: str
    check_id: str | None
    person: str | None = field(repr=False)
    treated_on: date
    kept_at: datetime
    reason: str
    way: Way | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    is_simulated: bool = False
    resolution: Resolution | None = None
    choice: int | None = None

    @property
    def is_open(self) -> bool:
        """Still to be confirmed."""
        return self.closed_at is None


class FollowUps(Protocol):
    """What is to be confirmed, sealed with its month. Every call is durable when it returns.

    All raise the StoreErrors of ``Records``.
    """

    def keep(self, follow_up: FollowUp, *, is_dated: bool) -> None:
        """Write one down, or its later version, under the same id.

        Args:
            follow_up: as it is now.
            is_dated: the clock is trusted; otherwise it waits with the provisional checks.
        """

    def close_all_of(self, person: str, *, by: str, at: datetime) -> int:
        """Close what is open of a person; how many.

        Args:
            person: keyed hash, as in ``FollowUp``.
            by: id of the check that confirmed them.
            at: when.
        """

    def open(self) -> list[FollowUp]:
        """What is open, oldest treatment date first."""
