"""The visit: a machine without I/O. ``TABLE`` is all of it; ``docs/visit.md`` is made from it.

What the table does not have is ignored: an event of a visit that moved on, a PIN typed while a card
is read, a timer that no longer matters.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.check import Answered
from kiosk.domain.visit import (
    Announced,
    Approached,
    AskPin,
    AttendanceChosen,
    CardPresented,
    CardRead,
    CardTaken,
    Effect,
    Event,
    Forget,
    FrontCame,
    FrontLeft,
    OutcomeKnown,
    Phase,
    PinTyped,
    ReadingFailed,
    SetTimer,
    Timer,
    TimeUp,
    VerifyCard,
    Visit,
    WentBack,
)
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code, told
from kiosk.ports import card
from kiosk.usecases import dialogue
from kiosk.usecases.visiting import (
    CARD_LEFT_S,
    RESULT_S,
    Rule,
    Step,
    at_rest,
    leave,
    tell_all,
    waits,
    warns,
    with_card,
)

REMINDERS = 6
"""After so many a result is wiped, though the card still lies there."""
CARD_LEFT_LATER_S = 60.0
THANKS_S = 4.0
ANNOUNCEMENT_S = 8.0
READING_S = 60.0
"""No reading takes so long: the reader hangs."""
ASKING_S = 90.0
"""Above the longest patience of a question: the answer will settle the check later."""

WORTH_ANOTHER_TRY = frozenset(
    each.code
    for each in (
        card.NoCard,
        card.WrongPin,
        card.NotMyNumberCard,
        card.PhonePresented,
        card.DriversLicence,
        card.PaymentCard,
        card.StorageCard,
        card.CardRemoved,
        card.CardUnreadable,
        card.MalformedPin,
        card.SeveralCards,
        card.CardBusy,
    )
)
"""Failed readings that the visitor can mend: the PIN is asked for again."""


def step(visit: Visit, event: Event) -> Step:
    """The next visit and what is to be done, in order.

    Args:
        visit: as it stands.
        event: what happened; one of another visit changes nothing.
    """
    rule = TABLE.get((visit.phase, type(event)))
    if rule is None or getattr(event, "visit", visit.number) != visit.number:
        return visit, ()
    return rule.then(visit, event)


# ------------------------------------------------------------------ shared


def _ask_pin(visit: Visit, *before: Effect) -> Step:
    return waits(replace(visit, pin=None), Phase.IDENTIFYING, *before, AskPin())


def _prompt(visit: Visit) -> Step:
    """Say again what is wanted of them."""
    if visit.phase is Phase.AWAITING_CARD:
        return waits(visit, Phase.AWAITING_CARD, tell(Phrase.RECEPTION_LAY_CARD))
    phrase = Phrase.RECEPTION_CARD_FIRST if visit.has_card else Phrase.RECEPTION_WELCOME
    return _ask_pin(visit, tell(phrase))


def _read(visit: Visit) -> Step:
    if visit.pin is None:
        return _prompt(replace(visit, phase=Phase.IDENTIFYING))
    return replace(visit, phase=Phase.READING, pin=None, is_warned=False), (
        tell(Phrase.RECEPTION_READING),
        VerifyCard(visit.number, visit.pin, is_warned=visit.knows_last_try),
        SetTimer(visit.number, Timer.REST, READING_S),
    )


# ------------------------------------------------------------------ resting


def _begin(visit: Visit, event: Approached | CardPresented) -> Step:
    has_card = isinstance(event, CardPresented)
    begun = replace(
        at_rest(visit), number=visit.number + 1, phase=Phase.IDENTIFYING, has_card=has_card
    )
    return _prompt(begun)


def _announce(visit: Visit, event: Announced) -> Step:
    return visit, (*event.tells, SetTimer(visit.number, Timer.REST, ANNOUNCEMENT_S))


def _wipe(visit: Visit, _event: object) -> Step:
    return visit, (Forget(),)


def _attend(visit: Visit, event: AttendanceChosen) -> Step:
    return replace(visit, attendance=event.attendance), ()


# ------------------------------------------------------------------ identifying, awaiting a card


def _go_on(visit: Visit, _event: Approached) -> Step:
    return _prompt(visit) if visit.is_warned else waits(visit, visit.phase)


def _again(visit: Visit, _event: FrontCame) -> Step:
    return _prompt(visit)


def _card_laid_early(visit: Visit, _event: CardPresented) -> Step:
    # Nothing is said: they are typing, and what is said would be in their way.
    return waits(with_card(visit, has_card=True), visit.phase)


def _card_taken_early(visit: Visit, _event: CardTaken) -> Step:
    return waits(with_card(visit, has_card=False), visit.phase)


def _pin_typed(visit: Visit, event: PinTyped) -> Step:
    identified = replace(visit, pin=event.pin)
    if visit.has_card:
        return _read(identified)
    return waits(identified, Phase.AWAITING_CARD, tell(Phrase.RECEPTION_LAY_CARD))


def _card_laid(visit: Visit, _event: CardPresented) -> Step:
    return _read(with_card(visit, has_card=True))


def _time_up_waiting(visit: Visit, event: TimeUp) -> Step:
    if event.timer is Timer.STILL_THERE:
        return warns(visit)
    if event.timer is Timer.REST and visit.is_warned:
        return leave(visit, event)
    return visit, ()


def _pin_dropped(visit: Visit, _event: FrontLeft) -> Step:
    return waits(replace(visit, pin=None), Phase.IDENTIFYING)


# ------------------------------------------------------------------ reading, asking


def _card_read(visit: Visit, _event: CardRead) -> Step:
    return replace(visit, phase=Phase.ASKING), (
        tell(Phrase.RECEPTION_ASKING),
        SetTimer(visit.number, Timer.REST, ASKING_S),
    )


def _reading_failed(visit: Visit, event: ReadingFailed) -> Step:
    if event.code == card.WrongPin.code:
        return _wrong_pin(visit, event.tries_left)
    if event.code == card.LastTry.code:
        return _ask_pin(replace(visit, knows_last_try=True), tell_code(event.code))
    if event.code in WORTH_ANOTHER_TRY:
        again = (tell_code(event.code), tell(Phrase.RECEPTION_PIN_AGAIN))
        return _ask_pin(visit, *again)
    return _not_read(visit, event.code)


def _not_read(visit: Visit, code: str) -> Step:
    if visit.is_attended:
        return dialogue.begin(visit, tell_code(code))
    return tell_all(visit, tell_code(code))


def _wrong_pin(visit: Visit, tries_left: int | None) -> Step:
    if tries_left is None:
        return _ask_pin(visit, tell_code(card.WrongPin.code))
    if tries_left == 1:
        last = tell(Phrase.RECEPTION_LAST_TRY)
        return _ask_pin(replace(visit, knows_last_try=True), tell_code(card.WrongPin.code), last)
    if tries_left < 1:
        return _not_read(visit, card.PinBlocked.code)
    return _ask_pin(visit, tell(Phrase.RECEPTION_WRONG_PIN, tries=tries_left))


def _card_moved(visit: Visit, event: CardPresented | CardTaken) -> Step:
    # Reading fails or has ended by itself: its own event says which.
    return with_card(visit, has_card=isinstance(event, CardPresented)), ()


def _retell(visit: Visit, _event: FrontCame) -> Step:
    is_reading = visit.phase is Phase.READING
    return visit, (tell(Phrase.RECEPTION_READING if is_reading else Phrase.RECEPTION_ASKING),)


def _reader_hangs(visit: Visit, event: TimeUp) -> Step:
    if event.timer is not Timer.REST:
        return visit, ()
    return _not_read(visit, card.CardUnreadable.code)


def _outcome_known(visit: Visit, event: OutcomeKnown) -> Step:
    every = told(event.outcome, event.treated_on, is_attended=visit.is_attended)
    is_confirmed = isinstance(event.outcome, Answered) and event.outcome.answer.confirms(
        event.treated_on
    )
    if is_confirmed and visit.is_attended and event.unconfirmed is not None:
        every = (*every, tell(Phrase.FOLLOW_UP_LEFT, unconfirmed=event.unconfirmed))
    if visit.is_attended and not is_confirmed:
        return dialogue.begin(visit, *every)
    return tell_all(visit, *every)


def _answer_overdue(visit: Visit, event: TimeUp) -> Step:
    if event.timer is not Timer.REST:
        return visit, ()
    return tell_all(visit, tell(Phrase.OUTAGE_RECEIVED))


# ------------------------------------------------------------------ told


def _thank(visit: Visit, _event: CardTaken) -> Step:
    if not visit.has_card:
        return visit, ()
    thanks: tuple[Effect, ...] = (
        Forget(),
        tell(Phrase.RECEPTION_THANKS),
        SetTimer(visit.number, Timer.REST, THANKS_S),
    )
    return at_rest(visit), thanks


def _next_card(visit: Visit, event: CardPresented) -> Step:
    if visit.has_card:
        return visit, ()
    begun, effects = _begin(visit, event)
    return begun, (Forget(), *effects)


def _time_up_told(visit: Visit, event: TimeUp) -> Step:
    if event.timer is Timer.CARD_LEFT and visit.has_card:
        return _remind(visit)
    if event.timer is Timer.REST and not visit.has_card:
        return at_rest(visit), (Forget(),)
    return visit, ()


def _remind(visit: Visit) -> Step:
    reminders = visit.reminders + 1
    wipe: tuple[Effect, ...] = (Forget(),) if reminders == REMINDERS else ()
    seconds = CARD_LEFT_S if reminders < REMINDERS else CARD_LEFT_LATER_S
    return replace(visit, reminders=min(reminders, REMINDERS + 1)), (
        *wipe,
        tell(Phrase.RECEPTION_CARD_LEFT),
        SetTimer(visit.number, Timer.CARD_LEFT, seconds),
    )


def _stay(visit: Visit, _event: Approached) -> Step:
    if not visit.has_card:
        return visit, (SetTimer(visit.number, Timer.REST, RESULT_S),)
    # Perhaps the next visitor: another's card must not be asked for this one's PIN.
    return visit, (tell(Phrase.RECEPTION_CARD_LEFT),) if visit.reminders else ()


# ------------------------------------------------------------------ the table

_WAITING_ROWS: tuple[tuple[Phase, str], ...] = (
    (Phase.IDENTIFYING, "asks for the PIN again"),
    (Phase.AWAITING_CARD, "asks for the card again"),
)
_R, _I, _A, _READ, _ASK, _C, _T = Phase

TABLE: dict[tuple[Phase, type[Event]], Rule] = {
    (_R, Approached): Rule(_begin, (_I,), "a new visit: asks for the PIN"),
    (_R, CardPresented): Rule(_begin, (_I,), "a new visit, card first: asks for the PIN"),
    (_R, Announced): Rule(_announce, (_R,), "says how the box is, for a while"),
    (_R, TimeUp): Rule(_wipe, (_R,), "wipes thanks or announcement"),
    (_I, PinTyped): Rule(_pin_typed, (_READ, _A), "reads the card, or asks for it"),
    (_I, CardPresented): Rule(_card_laid_early, (_I,), "notes the card, says nothing"),
    (_I, CardTaken): Rule(_card_taken_early, (_I,), "notes that it is gone, says nothing"),
    (_A, CardPresented): Rule(_card_laid, (_READ,), "hands the PIN to the reader and drops it"),
    (_A, PinTyped): Rule(_pin_typed, (_A,), "the later PIN counts"),
    (_A, FrontLeft): Rule(_pin_dropped, (_I,), "drops the PIN"),
    **{
        (phase, kind): rule
        for phase, again in _WAITING_ROWS
        for kind, rule in (
            (Approached, Rule(_go_on, (phase,), f"more time; after the warning {again}")),
            (FrontCame, Rule(_again, (phase,), again)),
            (WentBack, Rule(leave, (_R, _T), "gives up; a card lying there is to be taken")),
            (TimeUp, Rule(_time_up_waiting, (phase, _R, _T), "warns first, then gives up")),
        )
    },
    (_READ, CardRead): Rule(_card_read, (_ASK,), "the check is stored: says that it asks"),
    (_READ, ReadingFailed): Rule(
        _reading_failed, (_I, _T, _C), "says why; asks for the PIN again where that can help"
    ),
    (_READ, TimeUp): Rule(_reader_hangs, (_READ, _T, _C), "the reader hangs: says so"),
    (_ASK, OutcomeKnown): Rule(
        _outcome_known, (_T, _C), "tells the result; attended and not confirmed: what to do"
    ),
    (_ASK, TimeUp): Rule(_answer_overdue, (_ASK, _T), "received, 確認待ち: the answer comes later"),
    **{
        (phase, kind): rule
        for phase in (_READ, _ASK)
        for kind, rule in (
            (CardPresented, Rule(_card_moved, (phase,), "notes the card")),
            (CardTaken, Rule(_card_moved, (phase,), "notes that it is gone")),
            (FrontCame, Rule(_retell, (phase,), "says what is being done")),
        )
    },
    (_T, CardTaken): Rule(_thank, (_R, _T), "wipes everything, then thanks"),
    (_T, CardPresented): Rule(_next_card, (_T, _I), "the next visit, if no card lay there"),
    (_T, TimeUp): Rule(_time_up_told, (_T, _R), "reminds of the card; without a card wipes"),
    (_T, Approached): Rule(_stay, (_T,), "the result stays longer; a forgotten card is named"),
    (_T, WentBack): Rule(leave, (_R, _T), "wipes the result; the card is to be taken"),
    (_T, FrontCame): Rule(leave, (_R, _T), "wipes; the card is to be taken"),
    **dialogue.ROWS,
    **{
        (phase, AttendanceChosen): Rule(_attend, (phase,), "receives so from now on")
        for phase in Phase
    },
}
"""What happens in which phase upon which event; everything else is ignored."""
