"""Who it is: by the PIN, or by the eyes of whoever stands by (目視)."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.visit import (
    Approached,
    AskChoice,
    AskPin,
    CardPresented,
    CardTaken,
    Chose,
    Effect,
    FrontCame,
    Phase,
    SetTimer,
    Timer,
    TimeUp,
    VerifyCard,
    Visit,
    WentBack,
)
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from kiosk.usecases.visiting import (
    Rule,
    Step,
    leave,
    tell_all,
    time_up_waiting,
    waits,
    with_card,
)

READING_S = 60.0
"""No reading takes so long: the reader hangs."""
IT_IS, IT_IS_NOT, BY_PIN = 1, 2, 3
"""Choices of the question by sight."""


def ask_pin(visit: Visit, *before: Effect) -> Step:
    """The PIN is wanted."""
    return waits(replace(visit, pin=None, by_sight=False), Phase.IDENTIFYING, *before, AskPin())


def prompt(visit: Visit, *news: Effect) -> Step:
    """Say what is wanted of them: the PIN, the card, or a look at both.

    Args:
        visit: as it stands.
        news: told after it, once a visit.
    """
    if visit.by_sight and visit.has_card:
        question = AskChoice(Phrase.RECEPTION_IS_IT_THEM, BY_PIN)
        return waits(replace(visit, pin=None), Phase.SIGHTING, *news, question)
    if visit.by_sight or visit.phase is Phase.AWAITING_CARD:
        return waits(visit, Phase.AWAITING_CARD, tell(Phrase.RECEPTION_LAY_CARD), *news)
    phrase = Phrase.RECEPTION_CARD_FIRST if visit.has_card else Phrase.RECEPTION_WELCOME
    return ask_pin(visit, tell(phrase), *news)


def read(visit: Visit) -> Step:
    """Hand what identifies them to the reader; a PIN is gone with that."""
    if visit.pin is None and not visit.by_sight:
        return prompt(replace(visit, phase=Phase.IDENTIFYING))
    return replace(visit, phase=Phase.READING, pin=None, is_warned=False), (
        tell(Phrase.RECEPTION_READING),
        VerifyCard(
            visit.number,
            visit.pin,
            is_warned=visit.knows_last_try,
            treatment=visit.reception.treatment,
        ),
        SetTimer(visit.number, Timer.REST, READING_S),
    )


# ------------------------------------------------------------------ by sight


def _looked(visit: Visit, event: Chose) -> Step:
    if event.choice == IT_IS:
        return read(visit)
    if event.choice == IT_IS_NOT:
        return tell_all(visit, tell(Phrase.RECEPTION_NOT_THEM))
    if event.choice == BY_PIN:
        return ask_pin(visit, tell(Phrase.RECEPTION_PIN_AGAIN))
    return prompt(visit)


def _card_gone(visit: Visit, _event: CardTaken) -> Step:
    return prompt(with_card(visit, has_card=False))


def _card_there(visit: Visit, _event: CardPresented) -> Step:
    # It lies there already, as far as the visit knows: nothing is asked twice.
    return with_card(visit, has_card=True), ()


def _go_on(visit: Visit, _event: Approached) -> Step:
    return prompt(visit) if visit.is_warned else waits(visit, visit.phase)


def _again(visit: Visit, _event: FrontCame) -> Step:
    return prompt(visit)


_S, _R, _T, _I = Phase.SIGHTING, Phase.RESTING, Phase.TOLD, Phase.IDENTIFYING

ROWS: dict[tuple[Phase, type], Rule] = {
    (_S, Chose): Rule(
        _looked, (_S, Phase.READING, _T, _I), "reads the card, sends away, or asks for the PIN"
    ),
    (_S, CardTaken): Rule(_card_gone, (Phase.AWAITING_CARD,), "asks for the card again"),
    (_S, CardPresented): Rule(_card_there, (_S,), "notes the card"),
    (_S, Approached): Rule(_go_on, (_S,), "more time; after the warning asks again"),
    (_S, FrontCame): Rule(_again, (_S,), "asks again"),
    (_S, WentBack): Rule(leave, (_R, _T), "gives up; the card is to be taken"),
    (_S, TimeUp): Rule(time_up_waiting, (_S, _R, _T), "warns first, then gives up"),
}
"""The rows of ``kiosk.usecases.reception.TABLE`` that are about identification by sight."""
