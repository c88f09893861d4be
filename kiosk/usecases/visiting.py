"""What every phase of a visit shares: waiting for somebody, telling, leaving, being at rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.visit import Effect, Forget, Phase, SetTimer, Timer, Visit
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell

STILL_THERE_S = 40.0
"""After so long without a key they are asked whether they are still there."""
WARNING_S = 20.0
"""They have so long to answer (WCAG 2.2.1; Section 508 407.5)."""
CARD_LEFT_S = 10.0
"""JOURNEYS A6."""
RESULT_S = 20.0
"""A result stays so long when the card was taken before it came; any key renews it."""

Step = tuple[Visit, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Args:
        then: gives the next visit and the effects.
        to: every phase it may lead to.
        does: one line for the page made from the table.
    """

    then: Callable[[Visit, Any], Step]
    to: tuple[Phase, ...]
    does: str


def waits(visit: Visit, phase: Phase, *before: Effect, seconds: float = STILL_THERE_S) -> Step:
    """Somebody is to do something: they have a while, and are asked before it ends."""
    timer = SetTimer(visit.number, Timer.STILL_THERE, seconds)
    return replace(visit, phase=phase, is_warned=False), (*before, timer)


def warns(visit: Visit) -> Step:
    """Ask whether they are still there; without an answer it is over after a while."""
    timer = SetTimer(visit.number, Timer.REST, WARNING_S)
    return replace(visit, is_warned=True), (tell(Phrase.RECEPTION_STILL_THERE), timer)


def tell_all(visit: Visit, *effects: Effect) -> Step:
    """The end of a visit; the card, if it lies there, is waited for."""
    told_visit = replace(visit, phase=Phase.TOLD, pin=None, is_warned=False, reminders=0, asked=())
    timer, seconds = (Timer.CARD_LEFT, CARD_LEFT_S) if visit.has_card else (Timer.REST, RESULT_S)
    return told_visit, (*effects, SetTimer(visit.number, timer, seconds))


def leave(visit: Visit, _event: object) -> Step:
    """Nothing more for this visitor; a card lying there is to be taken."""
    if visit.has_card:
        return tell_all(visit, Forget(), tell(Phrase.RECEPTION_CARD_LEFT))
    return at_rest(visit), (Forget(),)


def at_rest(visit: Visit) -> Visit:
    """Nothing is left of it but its number, and how visits are received here."""
    return Visit(visit.number, attendance=visit.attendance)


def with_card(visit: Visit, *, has_card: bool) -> Visit:
    """The same, with or without a card lying there."""
    return replace(visit, has_card=has_card)
