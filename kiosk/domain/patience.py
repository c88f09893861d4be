"""How long is waited for people. Pure.

Whatever ends by itself warns ``WARNING_S`` before it does, and any key gives it its time again
(Section 508 407.5, WCAG 2.2.1); the warning is never shorter, whatever is set.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

WARNING_S = 20.0
"""They have so long to answer."""


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
    """

    pin_s: float = 40.0
    paper_s: float = 120.0
    result_s: float = 20.0
    result_alone_s: float = 12.0
    with_card_s: float = 60.0
    with_card_alone_s: float = 40.0
    help_s: float = 60.0

    def stretched(self, percent: int) -> Patience:
        """All of it so much longer; 100 = as it is."""
        return Patience(*(getattr(self, each.name) * percent / 100 for each in fields(self)))
