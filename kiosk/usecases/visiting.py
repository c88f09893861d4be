"""What every phase of a visit shares: waiting for somebody, telling, leaving, being at rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.patience import WARNING_S
from kiosk.domain.visit import (
    Approached,
    AskChoice,
    AskNumbers,
    AskPin,
    CameWithoutCard,
    CardPresented,
    Effect,
    Event,
    Forget,
    Phase,
    SetTimer,
    Tell,
    Timer,
    TimeUp,
    Visit,
)
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell

ASKING_S = 90.0
"""Above the longest patience of a question: the answer will settle the check later."""
CARD_LEFT_S = 10.0
"""JOURNEYS A6."""
CLOSED_S = 8.0
"""So long it stays said, to somebody who comes meanwhile, that a technician is at work."""

_WITH_PAPER = frozenset({Phase.CHOOSING, Phase.ENTERING})

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


def waits(visit: Visit, phase: Phase, *before: Effect) -> Step:
    """Somebody is to do something: they have a while, and are asked before it ends."""
    patience = visit.reception.patience
    seconds = patience.paper_s if phase in _WITH_PAPER else patience.pin_s
    timer = SetTimer(visit.number, Timer.STILL_THERE, seconds)
    return replace(visit, phase=phase, is_warned=False), (*before, timer)


def warns(visit: Visit, asked: Phrase = Phrase.RECEPTION_STILL_THERE) -> Step:
    """Ask whether they are still there; without an answer it is over after a while."""
    timer = SetTimer(visit.number, Timer.REST, WARNING_S)
    return replace(visit, is_warned=True), (tell(asked), timer)


def tell_all(visit: Visit, *effects: Effect) -> Step:
    """The end of a visit; the card, if it lies there, is waited for."""
    told_visit = replace(visit, phase=Phase.TOLD, pin=None, is_wiped=False, asked=(), way=None)
    return stays_told(told_visit, *effects)


def stays_told(visit: Visit, *effects: Effect) -> Step:
    """What was told has its whole time from now."""
    timer, seconds = (
        (Timer.CARD_LEFT, CARD_LEFT_S) if visit.has_card else (Timer.STILL_THERE, _result_s(visit))
    )
    told = replace(visit, is_warned=False, reminders=0)
    return told, (*effects, SetTimer(visit.number, timer, seconds))


def asks(visit: Visit) -> Step:
    """The check is stored, and asked about. A treatment date given for it alone is used up."""
    treatment = replace(visit.reception.treatment, on=None)
    asking = replace(
        visit,
        phase=Phase.ASKING,
        is_warned=False,
        reception=replace(visit.reception, treatment=treatment),
    )
    timer = SetTimer(visit.number, Timer.REST, ASKING_S)
    return asking, (tell(Phrase.RECEPTION_ASKING), timer)


def practising(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The same, with 練習 before the first word."""
    is_said = any(isinstance(each, Tell | AskChoice | AskPin | AskNumbers) for each in effects)
    if not is_said:
        return effects
    wiped = next((n for n, each in enumerate(effects) if isinstance(each, Forget)), -1) + 1
    return (*effects[:wiped], tell(Phrase.PRACTICE_MARK), *effects[wiped:])


def turned_away(visit: Visit, event: Event) -> Step | None:
    """At rest, while a technician works on the box: no visit begins, and it is said why."""
    begins = isinstance(event, Approached | CameWithoutCard | CardPresented)
    if not (begins and visit.reception.is_closed and visit.phase is Phase.RESTING):
        return None
    return visit, (tell(Phrase.UPKEEP_CLOSED), SetTimer(visit.number, Timer.REST, CLOSED_S))


def _result_s(visit: Visit) -> float:
    """How long a result stays without a card, before it warns."""
    patience = visit.reception.patience
    return patience.result_s if visit.is_attended else patience.result_alone_s


def time_up_waiting(visit: Visit, event: TimeUp) -> Step:
    """Ask whether they are still there; without an answer it is over."""
    if event.timer is Timer.STILL_THERE:
        return warns(visit)
    if event.timer is Timer.REST and visit.is_warned:
        return leave(visit, event)
    return visit, ()


def leave(visit: Visit, _event: object) -> Step:
    """Nothing more for this visitor; a card lying there is to be taken."""
    if visit.has_card:
        left, effects = tell_all(visit, Forget(), tell(Phrase.RECEPTION_CARD_LEFT))
        return replace(left, is_wiped=True), effects
    return at_rest(visit), (Forget(),)


def at_rest(visit: Visit) -> Visit:
    """Nothing is left of it but its number, and how visits are received here."""
    return Visit(visit.number, reception=visit.reception)


def with_card(visit: Visit, *, has_card: bool) -> Visit:
    """The same, with or without a card lying there."""
    return replace(visit, has_card=has_card)
