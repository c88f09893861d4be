"""What stays of checks when nothing of a patient does: counts, and what statistics are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.dates import Month
from kiosk.domain.presentation import Presented


@dataclass(frozen=True, slots=True)
class PurgedMonth:
    """What a purge destroyed: a count without content.

    Args:
        month: treatment month.
        checks: how many checks it held.
        unanswered: how many of them were never answered.
    """

    month: Month
    checks: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks, without content; those annulled or corrected do not count.

    Args:
        checked: all of them.
        answered: of these, answered.
        refused: of these, refused.
        deferred: of these, those that had to wait at least once.
        by_card: of these, those by a card.
        by_hand: of these, those by typed numbers; of what is neither, the way is not known.
    """

    checked: int = 0
    answered: int = 0
    refused: int = 0
    deferred: int = 0
    by_card: int = 0
    by_hand: int = 0

    @property
    def unanswered(self) -> int:
        """Neither answered nor refused."""
        return self.checked - self.answered - self.refused

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.checked + other.checked,
            self.answered + other.answered,
            self.refused + other.refused,
            self.deferred + other.deferred,
            self.by_card + other.by_card,
            self.by_hand + other.by_hand,
        )


@dataclass(frozen=True, slots=True)
class CheckFact:
    """One check without its content; those annulled or corrected have none.

    Args:
        treated_on: treatment date in Japan.
        opened_at: when it was asked for first, aware UTC.
        settled_at: when it was answered or refused; None = it waits.
        had_to_wait: it was deferred at least once.
        presented: by what it asked; None = not known.
    """

    treated_on: date
    opened_at: datetime
    settled_at: datetime | None
    had_to_wait: bool
    presented: Presented | None
