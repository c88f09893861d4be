"""The visit: a machine without I/O. ``TABLE`` is all of it; ``docs/visit.md`` is made from it.

What the table does not have is ignored: an event of a visit that moved on, a PIN typed while a card
is read, a timer that no longer matters.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.check import Answered
from kiosk.domain.treatment import Place
from kiosk.domain.visit import (
    Announced,
    Approached,
    CallStaff,
    CardPresented,
    CardRead,
    CardTaken,
    Effect,
    EndCall,
    Event,
    Forget,
    FrontCame,
    FrontLeft,
    OutcomeKnown,
    Phase,
    PinTyped,
    ReadingFailed,
    ReceptionChosen,
    SetTimer,
    StaffAnswered,
    StaffCalled,
    Timer,
    TimeUp,
    Visit,
    WentBack,
)
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code, told
from kiosk.ports import card
from kiosk.usecases import dialogue, identifying, telling
from kiosk.usecases.identifying import ask_pin, prompt, read
from kiosk.usecases.visiting import (
    Rule,
    Step,
    asks,
    at_rest,
    leave,
    practising,
    tell_all,
    time_up_waiting,
    turned_away,
    waits,
    with_card,
)

ANNOUNCEMENT_S = 60.0
"""So long what the box said of itself can be read: who heard it in the next room comes to look."""
CALLED_S = 30.0
"""So long the call is shown to somebody who calls at rest."""

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
    if away := turned_away(visit, event):
        return away
    rule = TABLE.get((visit.phase, type(event)))
    if rule is None or getattr(event, "visit", visit.number) != visit.number:
        return visit, ()
    then, effects = rule.then(visit, event)
    # What the box says of itself is no practice, even while there is some.
    is_practice = then.reception.is_practice and not isinstance(event, Announced)
    return then, practising(effects) if is_practice else effects


# ------------------------------------------------------------------ resting


def _begin(visit: Visit, event: Approached | CardPresented) -> Step:
    has_card = isinstance(event, CardPresented)
    begun = replace(
        at_rest(visit),
        number=visit.number + 1,
        phase=Phase.IDENTIFYING,
        has_card=has_card,
        by_sight=visit.reception.is_by_sight,
    )
    return prompt(begun, *_of_treatment(begun), tell(Phrase.RECEPTION_PURPOSE))


def _of_treatment(visit: Visit) -> tuple[Effect, ...]:
    """What is not as usual, lest a date or place set for somebody else be taken for this one."""
    treatment = visit.reception.treatment
    day = () if treatment.on is None else (tell(Phrase.RECEPTION_TREATED_ON, day=treatment.on),)
    is_home = treatment.place is Place.HOME
    return (*day, tell(Phrase.RECEPTION_AT_HOME)) if is_home else day


def _announce(visit: Visit, event: Announced) -> Step:
    return visit, (*event.tells, SetTimer(visit.number, Timer.REST, ANNOUNCEMENT_S))


def _wipe(visit: Visit, _event: object) -> Step:
    return visit, (Forget(),)


def _receive(visit: Visit, event: ReceptionChosen) -> Step:
    """Practice and a real visit never run into each other: what was begun ends with the change."""
    was_practice = visit.reception.is_practice
    changed = replace(visit, reception=event.reception)
    if event.reception.is_practice is was_practice or visit.phase is Phase.RESTING:
        return changed, ()
    return leave(changed, event)


def _call(visit: Visit, _event: StaffCalled) -> Step:
    return _told_of_the_call(visit, CallStaff(), Phrase.RECEPTION_CALLING)


def _answer_call(visit: Visit, _event: StaffAnswered) -> Step:
    return _told_of_the_call(visit, EndCall(), Phrase.RECEPTION_CALL_OVER)


def _told_of_the_call(visit: Visit, effect: Effect, phrase: Phrase) -> Step:
    told = (effect, tell(phrase))
    if visit.phase is Phase.RESTING:
        return visit, (*told, SetTimer(visit.number, Timer.REST, CALLED_S))
    return visit, told


# ------------------------------------------------------------------ identifying, awaiting a card


def _go_on(visit: Visit, _event: Approached) -> Step:
    if visit.reception.is_practice and visit.phase is Phase.AWAITING_CARD:
        return _laid(visit)  # a key stands for the card: nobody need have one to practise
    return prompt(visit) if visit.is_warned else waits(visit, visit.phase)


def _again(visit: Visit, _event: FrontCame) -> Step:
    return prompt(visit)


def _card_laid_early(visit: Visit, _event: CardPresented) -> Step:
    # Nothing is said: they are typing, and what is said would be in their way.
    return waits(with_card(visit, has_card=True), visit.phase)


def _card_taken_early(visit: Visit, _event: CardTaken) -> Step:
    return waits(with_card(visit, has_card=False), visit.phase)


def _pin_typed(visit: Visit, event: PinTyped) -> Step:
    identified = replace(visit, pin=event.pin)
    if visit.has_card:
        return read(identified)
    return waits(identified, Phase.AWAITING_CARD, tell(Phrase.RECEPTION_LAY_CARD))


def _card_laid(visit: Visit, _event: CardPresented) -> Step:
    return _laid(visit)


def _laid(visit: Visit) -> Step:
    laid = with_card(visit, has_card=True)
    return prompt(laid) if visit.by_sight and visit.pin is None else read(laid)


def _pin_dropped(visit: Visit, _event: FrontLeft) -> Step:
    if visit.by_sight:
        return replace(visit, pin=None), ()
    return waits(replace(visit, pin=None), Phase.IDENTIFYING)


# ------------------------------------------------------------------ reading, asking


def _card_read(visit: Visit, _event: CardRead) -> Step:
    return asks(visit)


def _reading_failed(visit: Visit, event: ReadingFailed) -> Step:
    if event.code == card.WrongPin.code:
        return _wrong_pin(visit, event.tries_left)
    if event.code == card.LastTry.code:
        return ask_pin(replace(visit, knows_last_try=True), tell_code(event.code))
    if event.code == card.SightNotAvailable.code:
        return ask_pin(visit, tell_code(event.code))
    is_hopeless = event.code == card.CardUnreadable.code and visit.is_unread
    if event.code in WORTH_ANOTHER_TRY and not (is_hopeless and visit.is_attended):
        return _try_again(visit, event.code)
    return _not_read(visit, event.code)


def _try_again(visit: Visit, code: str) -> Step:
    """A chip that does not answer may only lie badly; the second time the chart helps more."""
    tried = replace(visit, is_unread=visit.is_unread or code == card.CardUnreadable.code)
    if visit.by_sight:
        return prompt(tried, tell_code(code))
    return ask_pin(tried, tell_code(code), tell(Phrase.RECEPTION_PIN_AGAIN))


def _not_read(visit: Visit, code: str) -> Step:
    if visit.is_attended:
        return dialogue.begin(visit, tell_code(code), is_unread=True)
    return tell_all(visit, tell_code(code))


def _wrong_pin(visit: Visit, tries_left: int | None) -> Step:
    if tries_left is None:
        return ask_pin(visit, tell_code(card.WrongPin.code))
    if tries_left == 1:
        last = tell(Phrase.RECEPTION_LAST_TRY)
        return ask_pin(replace(visit, knows_last_try=True), tell_code(card.WrongPin.code), last)
    if tries_left < 1:
        return _not_read(visit, card.PinBlocked.code)
    return ask_pin(visit, tell(Phrase.RECEPTION_WRONG_PIN, tries=tries_left))


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
    every = told(
        event.outcome,
        event.treated_on,
        is_attended=visit.is_attended,
        since=event.since,
        has_card=visit.has_card or visit.way is None,
    )
    is_confirmed = isinstance(event.outcome, Answered) and event.outcome.answer.confirms(
        event.treated_on
    )
    if is_confirmed and visit.is_attended and event.unconfirmed is not None:
        every = (*every, tell(Phrase.FOLLOW_UP_LEFT, unconfirmed=event.unconfirmed))
    if is_confirmed or not visit.is_attended:
        return tell_all(visit, *every)
    if visit.way is not None:
        return dialogue.after_numbers(visit, event.outcome, *every)
    return dialogue.begin(visit, *every)


def _not_stored(visit: Visit, event: ReadingFailed) -> Step:
    return tell_all(visit, tell_code(event.code))


def _answer_overdue(visit: Visit, event: TimeUp) -> Step:
    if event.timer is not Timer.REST:
        return visit, ()
    return tell_all(visit, tell(Phrase.OUTAGE_RECEIVED))


# ------------------------------------------------------------------ told


def _next_card(visit: Visit, event: CardPresented) -> Step:
    if visit.has_card:
        return visit, ()
    begun, effects = _begin(visit, event)
    return begun, (Forget(), *effects)


# ------------------------------------------------------------------ the table

_WAITING_ROWS: tuple[tuple[Phase, str], ...] = (
    (Phase.IDENTIFYING, "asks for the PIN again"),
    (Phase.AWAITING_CARD, "asks for the card again; in practice stands for it"),
)
_R, _I, _A, _S, _READ, _ASK, _C, _E, _T = Phase

TABLE: dict[tuple[Phase, type[Event]], Rule] = {
    (_R, Approached): Rule(
        _begin, (_I, _A), "a new visit: asks for the PIN; by sight for the card"
    ),
    (_R, CardPresented): Rule(
        _begin, (_I, _S), "a new visit, card first: asks for the PIN, or whether it is them"
    ),
    (_R, Announced): Rule(_announce, (_R,), "says how the box is, for a minute"),
    (_R, TimeUp): Rule(_wipe, (_R,), "wipes thanks or announcement"),
    (_I, PinTyped): Rule(_pin_typed, (_READ, _A), "reads the card, or asks for it"),
    (_I, CardPresented): Rule(_card_laid_early, (_I,), "notes the card, says nothing"),
    (_I, CardTaken): Rule(_card_taken_early, (_I,), "notes that it is gone, says nothing"),
    (_A, CardPresented): Rule(
        _card_laid, (_READ, _S), "hands the PIN to the reader and drops it; by sight asks first"
    ),
    (_A, PinTyped): Rule(_pin_typed, (_A,), "the later PIN counts"),
    (_A, FrontLeft): Rule(_pin_dropped, (_I, _A), "drops the PIN"),
    **{
        (phase, kind): rule
        for phase, again in _WAITING_ROWS
        for kind, rule in (
            (Approached, Rule(_go_on, (phase, _READ, _S), f"more time; after the warning {again}")),
            (FrontCame, Rule(_again, (phase,), again)),
            (WentBack, Rule(leave, (_R, _T), "gives up; a card lying there is to be taken")),
            (TimeUp, Rule(time_up_waiting, (phase, _R, _T), "warns first, then gives up")),
        )
    },
    (_READ, CardRead): Rule(_card_read, (_ASK,), "the check is stored: says that it asks"),
    (_READ, ReadingFailed): Rule(
        _reading_failed,
        (_I, _A, _S, _T, _C),
        "says why; asks for the PIN, or for the card, again where that can help",
    ),
    (_READ, TimeUp): Rule(_reader_hangs, (_READ, _T, _C), "the reader hangs: says so"),
    (_ASK, OutcomeKnown): Rule(
        _outcome_known, (_T, _C), "tells the result; attended and not confirmed: what to do"
    ),
    (_ASK, ReadingFailed): Rule(_not_stored, (_T,), "what was typed could not be kept: says why"),
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
    (_T, CardPresented): Rule(_next_card, (_T, _I, _S), "the next visit, if no card lay there"),
    **identifying.ROWS,
    **dialogue.ROWS,
    **telling.ROWS,
    **{
        (phase, kind): rule
        for phase in Phase
        for kind, rule in (
            (ReceptionChosen, Rule(_receive, (phase, _R, _T), "receives so from now on")),
            (StaffCalled, Rule(_call, (phase,), "calls the staff, and says so")),
            (StaffAnswered, Rule(_answer_call, (phase,), "ends the call, and says so")),
        )
    },
}
"""What happens in which phase upon which event; everything else is ignored."""
