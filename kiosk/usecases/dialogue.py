"""After a check that could not be done: the ministry's chart, one question a screen.

Only where somebody of the clinic stands by: a patient alone is sent to the staff instead. Every
question is answered by a digit, 1 for yes and 2 for no; 戻る goes back one question.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.check import Deferred, Outcome
from kiosk.domain.fallback import BY_NUMBERS, WITH_CARD, WITHOUT_CARD, Question, Way, after
from kiosk.domain.presentation import Paper
from kiosk.domain.visit import (
    Approached,
    AskChoice,
    AskNumbers,
    CameWithoutCard,
    CardPresented,
    CardTaken,
    Chose,
    Effect,
    FrontCame,
    KeepWay,
    NumbersTyped,
    Phase,
    SetTimer,
    Timer,
    TimeUp,
    VerifyByHand,
    Visit,
    WayKept,
    WentBack,
)
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code
from kiosk.usecases.visiting import (
    Rule,
    Step,
    asks,
    at_rest,
    leave,
    tell_all,
    waits,
    warns,
    with_card,
)

KEEPING_S = 10.0
"""Writing it down takes no longer; what to do is said all the same."""
YES, NO = 1, 2

_QUESTIONS = {
    Question.CERTIFICATE: Phrase.FALLBACK_CERTIFICATE,
    Question.PORTAL: Phrase.FALLBACK_PORTAL,
    Question.NOTICE: Phrase.FALLBACK_NOTICE,
    Question.RETURNING: Phrase.FALLBACK_RETURNING,
    Question.FACE: Phrase.FALLBACK_FACE,
}
_WAYS = {
    Way.CERTIFICATE: Phrase.FALLBACK_BY_CERTIFICATE,
    Way.PORTAL: Phrase.FALLBACK_BY_PORTAL,
    Way.NOTICE: Phrase.FALLBACK_BY_NOTICE,
    Way.RETURNING: Phrase.FALLBACK_KNOWN,
    Way.FACE: Phrase.FALLBACK_BY_FACE,
    Way.FIRST_VISIT: Phrase.FALLBACK_FIRST_VISIT,
}


def begin(
    visit: Visit, *told: Effect, question: Question = WITH_CARD, is_unread: bool = False
) -> Step:
    """After what was told, the first question.

    Args:
        visit: as it stands.
        told: said before it.
        question: the first one.
        is_unread: a card is there, and could not be read.
    """
    return _ask(replace(visit, pin=None, asked=(question,), is_unread=is_unread), *told)


def begin_without_card(visit: Visit, _event: CameWithoutCard) -> Step:
    """No card: the 資格確認書 first; a patient who is alone is sent to the staff."""
    begun = replace(at_rest(visit), number=visit.number + (visit.phase is Phase.RESTING))
    begun = with_card(begun, has_card=visit.has_card)
    if not visit.is_attended:
        return tell_all(begun, tell(Phrase.RECEPTION_CALL_STAFF))
    return begin(begun, question=WITHOUT_CARD)


def _ask(visit: Visit, *told: Effect) -> Step:
    question = _QUESTIONS[visit.asked[-1]]
    return waits(visit, Phase.CHOOSING, *told, AskChoice(question, NO))


def _chose(visit: Visit, event: Chose) -> Step:
    if not visit.asked or event.choice not in {YES, NO}:
        return _again(visit, event)
    is_yes = event.choice == YES
    then = after(visit.asked[-1], is_yes=is_yes, has_face=visit.is_unread)
    if isinstance(then, Question):
        return _ask(replace(visit, asked=(*visit.asked, then)))
    kept = replace(visit, asked=(), is_warned=False)
    return kept, (
        KeepWay(visit.number, then),
        SetTimer(visit.number, Timer.REST, KEEPING_S),
    )


def _kept(visit: Visit, event: WayKept) -> Step:
    way = tell(_WAYS[event.way])
    if event.code is not None:
        return tell_all(visit, way, tell_code(event.code))
    kept = replace(visit, way=event.way, unconfirmed=event.unconfirmed)
    if event.way in BY_NUMBERS or event.way is Way.FACE:
        return _ask_numbers(kept, way)
    return _done(kept, way)


def _done(visit: Visit, *told: Effect) -> Step:
    if not visit.unconfirmed:
        return tell_all(visit, *told)  # "not yet confirmed" and "unconfirmed: none" are no pair
    return tell_all(visit, *told, tell(Phrase.FOLLOW_UP_LEFT, unconfirmed=visit.unconfirmed))


# ------------------------------------------------------------------ the numbers, by keypad


def _ask_numbers(visit: Visit, *told: Effect) -> Step:
    paper = Paper.FACE if visit.way is Way.FACE else Paper.NUMBERS
    return waits(visit, Phase.ENTERING, *told, AskNumbers(paper))


def _numbers_typed(visit: Visit, event: NumbersTyped) -> Step:
    treatment = visit.reception.treatment
    asking, effects = asks(visit)
    return asking, (VerifyByHand(visit.number, event.presentation, treatment), *effects)


def _copied(visit: Visit, _event: WentBack) -> Step:
    """The numbers stay on paper: the way is written down all the same."""
    return _done(visit, tell(Phrase.FALLBACK_ON_PAPER))


def _more_time(visit: Visit, _event: Approached) -> Step:
    if visit.is_warned:
        return _ask_numbers(visit)
    return waits(visit, Phase.ENTERING)


def _numbers_again(visit: Visit, _event: FrontCame) -> Step:
    return _ask_numbers(visit)


def after_numbers(visit: Visit, outcome: Outcome, *told: Effect) -> Step:
    """The check by hand confirmed nothing: to be answered later, or on with the chart."""
    if isinstance(outcome, Deferred) or visit.way is Way.FACE:
        return _done(visit, *told)
    return begin(replace(visit, way=None), *told, question=Question.RETURNING)


def _again(visit: Visit, _event: object) -> Step:
    return _ask(visit) if visit.asked else (visit, ())


def _go_on(visit: Visit, event: Approached) -> Step:
    if visit.is_warned or not visit.asked:
        return _again(visit, event)
    return waits(visit, Phase.CHOOSING)


def _back(visit: Visit, event: WentBack) -> Step:
    if len(visit.asked) > 1:
        return _ask(replace(visit, asked=visit.asked[:-1]))
    return leave(visit, event)


def _card_moved(visit: Visit, event: CardPresented | CardTaken) -> Step:
    return with_card(visit, has_card=isinstance(event, CardPresented)), ()


def _time_up(visit: Visit, event: TimeUp) -> Step:
    if event.timer is Timer.STILL_THERE:
        return warns(visit)
    return leave(visit, event) if event.timer is Timer.REST else (visit, ())


_C, _E, _R, _T = Phase.CHOOSING, Phase.ENTERING, Phase.RESTING, Phase.TOLD

ROWS: dict[tuple[Phase, type], Rule] = {
    **{
        (phase, CameWithoutCard): Rule(
            begin_without_card, (_C, _T), "asks for the 資格確認書; alone: sends to the staff"
        )
        for phase in (Phase.RESTING, Phase.IDENTIFYING, Phase.AWAITING_CARD, Phase.SIGHTING)
    },
    (_C, Chose): Rule(_chose, (_C,), "asks the next question, or writes the way down"),
    (_C, WayKept): Rule(
        _kept, (_T, _E), "says what to do and how many are unconfirmed, or takes the numbers"
    ),
    (_C, Approached): Rule(_go_on, (_C,), "more time; after the warning asks again"),
    (_C, FrontCame): Rule(_again, (_C,), "asks again"),
    (_C, WentBack): Rule(_back, (_C, _R, _T), "one question back, or out"),
    (_C, CardPresented): Rule(_card_moved, (_C,), "notes the card"),
    (_C, CardTaken): Rule(_card_moved, (_C,), "notes that it is gone"),
    (_C, TimeUp): Rule(_time_up, (_C, _R, _T), "warns first, then gives up"),
    (_E, NumbersTyped): Rule(_numbers_typed, (Phase.ASKING,), "stores the check, and asks"),
    (_E, WentBack): Rule(_copied, (_T,), "the numbers were copied on paper: says what is left"),
    (_E, Approached): Rule(_more_time, (_E,), "more time; after the warning asks again"),
    (_E, FrontCame): Rule(_numbers_again, (_E,), "asks again"),
    (_E, CardPresented): Rule(_card_moved, (_E,), "notes the card"),
    (_E, CardTaken): Rule(_card_moved, (_E,), "notes that it is gone"),
    (_E, TimeUp): Rule(_time_up, (_E, _R, _T), "warns first, then gives up"),
}
"""The rows of ``kiosk.usecases.reception.TABLE`` that are about the dialogue."""
