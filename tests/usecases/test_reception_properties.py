"""The rules of the visit, over any sequence of events."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.changes import Change, Since
from kiosk.domain.check import Answer, Answered, Deferred, Eligibility, Refused
from kiosk.domain.fallback import Way
from kiosk.domain.identity import Pin
from kiosk.domain.insurance import InsurerNumber
from kiosk.domain.presentation import InsuredNumbers
from kiosk.domain.reception import Attendance, Identify, Reception
from kiosk.domain.treatment import Place, Treatment
from kiosk.domain.visit import (
    Announced,
    Approached,
    AskChoice,
    AskNumbers,
    CameWithoutCard,
    CardPresented,
    CardRead,
    CardTaken,
    Chose,
    Event,
    Forget,
    FrontCame,
    FrontLeft,
    NumbersTyped,
    OutcomeKnown,
    Phase,
    PinTyped,
    ReadingFailed,
    ReceptionChosen,
    SetTimer,
    StaffCalled,
    Tell,
    Timer,
    TimeUp,
    VerifyCard,
    Visit,
    WayKept,
    WentBack,
)
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.tells import utterances
from kiosk.phrasebook.told import tell
from kiosk.usecases.reception import TABLE, step

TODAY = date(2026, 11, 21)
NUMBERS = st.integers(0, 3)
JA = Phrasebook.load("ja")


def answers() -> st.SearchStrategy[Answered]:
    person = st.builds(
        Eligibility,
        name=st.sampled_from(["山田", None]),
        birth_date=st.sampled_from([date(1980, 1, 1), date(1950, 1, 1), None]),
        card_classification=st.sampled_from(["01", "05", None]),
    )
    return st.builds(
        lambda code, people, warning: Answered(
            Answer(
                validity_code=code,
                confirmed_on=TODAY,
                eligibilities=tuple(people),
                is_simulated=True,
                warning=warning,
            )
        ),
        st.sampled_from("1234567"),
        st.lists(person, max_size=2),
        st.sampled_from([None, "お知らせ"]),
    )


MAY_SHOW = frozenset({Phase.TOLD, Phase.CHOOSING, Phase.ENTERING, Phase.ASKING})
"""Where a private result may still stand: told, and on the questions that follow from it."""
ASKED_BEFORE = frozenset(
    {Phase.SIGHTING, Phase.AWAITING_CARD, Phase.READING, Phase.CHOOSING, Phase.ENTERING}
)
"""Begun while somebody stood by, who may have left since: what was begun is ended."""
OUTCOMES = st.one_of(
    answers(),
    st.builds(Deferred, st.just("K201")),
    st.builds(Refused, st.sampled_from(["K231", "K239"]), st.just(True)),  # noqa: FBT003 - a strategy
)
RECEPTIONS = st.builds(
    Reception,
    st.sampled_from(list(Attendance)),
    st.sampled_from(list(Identify)),
    st.builds(Treatment, st.sampled_from([None, TODAY]), st.sampled_from(list(Place))),
    st.booleans(),
)
NUMBERS_TYPED = InsuredNumbers(InsurerNumber("06139992"), "", "1", "", date(1980, 1, 1))
SINCE = st.sampled_from([None, Since(TODAY, is_today=True, changes=tuple(Change))])
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from(
        [Approached(), CardPresented(), CardTaken(), WentBack(), FrontCame(), FrontLeft()]
    ),
    st.sampled_from([CameWithoutCard(), StaffCalled(), NumbersTyped(NUMBERS_TYPED)]),
    st.builds(Chose, st.integers(0, 4)),
    st.builds(WayKept, NUMBERS, st.sampled_from(list(Way)), st.sampled_from([None, 0, 2])),
    st.builds(ReceptionChosen, RECEPTIONS),
    st.just(Announced((tell(Phrase.OUTAGE_LINE_DOWN),))),
    st.builds(PinTyped, st.just(Pin("1234"))),
    st.builds(CardRead, NUMBERS),
    st.builds(
        ReadingFailed,
        NUMBERS,
        st.sampled_from(["K102", "K103", "K105", "K112", "K121", "K303", "unknown"]),
        st.sampled_from([None, 0, 1, 2]),
    ),
    st.builds(OutcomeKnown, NUMBERS, OUTCOMES, st.just(TODAY), st.none(), SINCE),
    st.builds(TimeUp, NUMBERS, st.sampled_from(list(Timer))),
)


@given(st.lists(EVENTS, max_size=40))
@settings(max_examples=400, deadline=None)
def test_whatever_happens_the_rules_hold(events: list[Event]) -> None:
    visit = Visit()
    shows_private = False
    for event in events:
        before = visit
        visit, effects = step(visit, event)
        rule = TABLE.get((before.phase, type(event)))
        assert visit.phase is before.phase or (rule and visit.phase in rule.to)
        assert rule or not effects
        for effect in effects:
            if isinstance(effect, Tell):
                assert utterances(effect.phrase, effect.values, JA)
                assert not effect.is_private or isinstance(event, OutcomeKnown)
                shows_private |= effect.is_private
            elif isinstance(effect, Forget):
                shows_private = False
            elif isinstance(effect, VerifyCard):
                assert visit.pin is None
                assert effect.visit == visit.number
                assert effect.pin is not None or before.by_sight
            elif isinstance(effect, SetTimer):
                assert effect.visit == visit.number
                assert effect.seconds > 0
        assert visit.pin is None or visit.phase is Phase.AWAITING_CARD
        assert not (visit.phase is Phase.RESTING and (visit.has_card or shows_private))
        assert not shows_private or visit.phase in MAY_SHOW
        assert (
            visit.reception.is_attended
            or not any(isinstance(each, AskChoice | AskNumbers) for each in effects)
            or before.phase in ASKED_BEFORE
        )
        is_told = any(isinstance(each, Tell) for each in effects)
        if visit.reception.is_practice and is_told and not isinstance(event, Announced):
            marked = next(each for each in effects if isinstance(each, Tell))
            assert marked.phrase == Phrase.PRACTICE_MARK
        assert visit.number >= before.number


@given(st.lists(EVENTS, max_size=30))
@settings(deadline=None)
def test_from_anywhere_time_and_a_taken_card_lead_to_rest(events: list[Event]) -> None:
    visit = Visit()
    timers: list[SetTimer] = []
    for event in events:
        visit, effects = step(visit, event)
        timers = [each for each in effects if isinstance(each, SetTimer)] or timers
    visit, effects = step(visit, CardTaken())
    timers = [each for each in effects if isinstance(each, SetTimer)] or timers
    for _ in range(8):
        if visit.phase is Phase.RESTING:
            break
        visit, effects = step(visit, TimeUp(timers[-1].visit, timers[-1].timer))
        timers = [each for each in effects if isinstance(each, SetTimer)] or timers
    assert visit.phase is Phase.RESTING
