"""How long is waited for people. Pure.

Whatever ends by itself warns ``WARNING_S`` before it does, and any key gives it its time again
(Section 508 407.5, WCAG 2.2.1); the warning is never shorter, whatever is set.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum

WARNING_S = 20.0
"""They have so long to answer."""


class Turn(Enum):
    """What a wait has come to."""

    WARNS = "warns"
    ENDS = "ends"


@dataclass(slots=True)
class Wait:
    """One thing that ends by itself, and says so before. Whoever looks at it brings the time.

    Args:
        lasts_s: from its beginning to its end.
        is_sharp: it is over on time however late one looks, and be it unwarned: what must not
            outlive its time. Any other lasts until the warning was ``WARNING_S`` long.
    """

    lasts_s: float
    is_sharp: bool = False
    _began_s: float | None = None
    _warned_s: float | None = None

    def begin(self, now_s: float) -> None:
        """From now, or anew: somebody wants it longer."""
        self._began_s, self._warned_s = now_s, None

    def stop(self) -> None:
        """It is over, or not wanted any more."""
        self._began_s = self._warned_s = None

    @property
    def is_warned(self) -> bool:
        """It was said that it ends."""
        return self._warned_s is not None

    @property
    def turns_at_s(self) -> float | None:
        """When ``look`` has something to tell; None = nothing is waited for."""
        if self._began_s is None:
            return None
        ends_s = self._began_s + self.lasts_s
        if self._warned_s is None:
            return ends_s - WARNING_S
        return ends_s if self.is_sharp else max(ends_s, self._warned_s + WARNING_S)

    def look(self, now_s: float) -> Turn | None:
        """What it has come to, told once."""
        at_s = self.turns_at_s
        if self._began_s is None or at_s is None or now_s < at_s:
            return None
        is_over = self.is_sharp and now_s >= self._began_s + self.lasts_s
        if self.is_warned or is_over:
            self.stop()
            return Turn.ENDS
        self._warned_s = now_s
        return Turn.WARNS


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds without a key until it is asked whether anybody is still there.

    Args:
        pin_s: for the PIN, the card, or a look at it.
        paper_s: for an answer to a question, or numbers from a paper: it is looked for first.
        result_s: a result without a card, where somebody of the clinic stands by.
        result_alone_s: the same where the patient is alone: the next one may already be looking.
        with_card_s: a result while the card lies there, from its first word to its end.
        with_card_alone_s: the same where the patient is alone.
        help_s: help, or a voice that was changed, left open at rest; the warning is its end.
        call_s: so long the call for the staff sounds again and again; it is shown until answered.
    """

    pin_s: float = 40.0
    paper_s: float = 120.0
    result_s: float = 20.0
    result_alone_s: float = 12.0
    with_card_s: float = 60.0
    with_card_alone_s: float = 40.0
    help_s: float = 60.0
    call_s: float = 180.0

    def stretched(self, percent: int) -> Patience:
        """All of it so much longer; 100 = as it is."""
        return Patience(*(getattr(self, each.name) * percent / 100 for each in fields(self)))
