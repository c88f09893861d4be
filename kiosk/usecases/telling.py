"""After the last word of a visit: the card is to be taken, and what was told goes in time.

Without a card it stays for a while, with one it is reminded of the card meanwhile; before it goes
it warns, and any key keeps it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.visit import (
    Approached,
    CardTaken,
    Effect,
    Forget,
    FrontCame,
    Phase,
    SetTimer,
    Timer,
    TimeUp,
    Visit,
    WentBack,
)
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from kiosk.usecases.visiting import (
    CARD_LEFT_S,
    Rule,
    Step,
    at_rest,
    leave,
    stays_told,
    warns,
)

WARN_AT = 2
"""So many reminders before a result is wiped it warns of that: 20 s."""
CARD_LEFT_LATER_S = 60.0
THANKS_S = 4.0


def _thank(visit: Visit, _event: CardTaken) -> Step:
    if not (visit.has_card or visit.reception.is_practice):
        return visit, ()
    thanks: tuple[Effect, ...] = (
        Forget(),
        tell(Phrase.RECEPTION_THANKS),
        SetTimer(visit.number, Timer.THANKS, THANKS_S),
    )
    return at_rest(visit), thanks


def _time_up(visit: Visit, event: TimeUp) -> Step:
    if event.timer is Timer.CARD_LEFT and visit.has_card:
        return _remind(visit)
    if visit.has_card:
        return visit, ()
    if event.timer is Timer.STILL_THERE:
        return warns(visit, Phrase.RECEPTION_RESULT_ENDS)
    return (at_rest(visit), (Forget(),)) if visit.is_warned else (visit, ())


def _remind(visit: Visit) -> Step:
    reminders = visit.reminders + 1
    most = _reminders(visit)
    wipe: tuple[Effect, ...] = (Forget(),) if reminders == most else ()
    is_wiped = visit.is_wiped or reminders >= most
    warn = (tell(Phrase.RECEPTION_RESULT_ENDS),) if reminders == most - WARN_AT else ()
    warned = not is_wiped and reminders >= most - WARN_AT
    seconds = CARD_LEFT_S if reminders < most else CARD_LEFT_LATER_S
    reminded = replace(
        visit, reminders=min(reminders, most + 1), is_wiped=is_wiped, is_warned=warned
    )
    return reminded, (
        *wipe,
        tell(Phrase.RECEPTION_CARD_LEFT),
        *(() if is_wiped else warn),
        SetTimer(visit.number, Timer.CARD_LEFT, seconds),
    )


def _stay(visit: Visit, _event: Approached) -> Step:
    if visit.reception.is_practice:
        return _thank(visit, CardTaken())
    # Perhaps the next visitor: another's card must not be asked for this one's PIN.
    named = (tell(Phrase.RECEPTION_CARD_LEFT),) if visit.has_card and visit.reminders else ()
    return (visit, named) if visit.is_wiped else stays_told(visit, *named)


def _reminders(visit: Visit) -> int:
    """After so many a result is wiped, though the card still lies there."""
    patience = visit.reception.patience
    kept_s = patience.with_card_s if visit.is_attended else patience.with_card_alone_s
    return max(WARN_AT + 1, round(kept_s / CARD_LEFT_S))


_R, _T = Phase.RESTING, Phase.TOLD

ROWS: dict[tuple[Phase, type], Rule] = {
    (_T, CardTaken): Rule(_thank, (_R, _T), "wipes everything, then thanks"),
    (_T, TimeUp): Rule(
        _time_up, (_T, _R), "reminds of the card; warns before the result goes, then wipes it"
    ),
    (_T, Approached): Rule(_stay, (_T, _R), "the result stays longer; a forgotten card is named"),
    (_T, WentBack): Rule(leave, (_R, _T), "wipes the result; the card is to be taken"),
    (_T, FrontCame): Rule(leave, (_R, _T), "wipes; the card is to be taken"),
}
"""The rows of ``kiosk.usecases.reception.TABLE`` that are about what was told."""
