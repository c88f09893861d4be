"""The visit, told as stories; ``test_reception_properties`` holds its rules over any story."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.check import Answer, Answered, Deferred, Eligibility, Outcome, Refused
from kiosk.domain.identity import Pin
from kiosk.domain.patience import WARNING_S
from kiosk.domain.visit import (
    Announced,
    Approached,
    AskPin,
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
    Tell,
    Timer,
    TimeUp,
    VerifyCard,
    Visit,
    WentBack,
)
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.tells import utterances
from kiosk.phrasebook.told import tell
from kiosk.usecases.reception import TABLE, step
from kiosk.usecases.visiting import CARD_LEFT_S

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 21)
PIN = Pin("1234")
TARO = Eligibility(name="山田　太郎", name_kana="ﾔﾏﾀﾞ ﾀﾛｳ", birth_date=date(1980, 4, 7))
JA = Phrasebook.load("ja")
VALID = Answered(
    Answer(validity_code="1", confirmed_on=TODAY, eligibilities=(TARO,), is_simulated=True)
)
OFFLINE = Deferred("K201")


class Story:
    """One kiosk, event by event."""

    def __init__(self) -> None:
        self.visit = Visit()
        self.effects: tuple[Effect, ...] = ()

    def on(self, *events: Event) -> Story:
        for event in events:
            self.visit, self.effects = step(self.visit, event)
        return self

    def known(self, outcome: Outcome) -> Story:
        number = self.visit.number
        return self.on(CardRead(number), OutcomeKnown(number, outcome, TODAY))

    def time_up(self, timer: Timer) -> Story:
        return self.on(TimeUp(self.visit.number, timer))

    def failed(self, code: str, tries_left: int | None = None) -> Story:
        return self.on(ReadingFailed(self.visit.number, code, tries_left))

    @property
    def said(self) -> list[str]:
        return [
            line.read
            for each in self.effects
            if isinstance(each, Tell)
            for line in utterances(each.phrase, each.values, JA)
        ]

    @property
    def phrases(self) -> list[str]:
        return [each.phrase for each in self.effects if isinstance(each, Tell)]

    @property
    def timer(self) -> tuple[Timer, float] | None:
        found = [each for each in self.effects if isinstance(each, SetTimer)]
        return (found[-1].timer, found[-1].seconds) if found else None

    def does(self, kind: type[Effect]) -> bool:
        return any(isinstance(each, kind) for each in self.effects)


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def reading(story: Story) -> Story:
    return story.on(CardPresented(), PinTyped(PIN))


def test_journey_a_pin_first(story: Story) -> None:
    assert story.on(Approached()).said == [
        "マイナ保険証の受付です。暗証番号4桁を押し、決定を押してください。",
        "カードの情報は、資格の確認だけに使います。",
    ]
    assert story.does(AskPin)
    assert story.on(PinTyped(PIN)).said == ["カードを読み取り機に置いてください。"]
    assert story.on(CardPresented()).said == ["読んでいます。動かさないでください。"]
    assert VerifyCard(1, PIN) in story.effects
    assert story.failed("K102", 2).said == [
        "暗証番号が違います。あと2回です。もう一度、4桁を押してください。"
    ]
    assert story.does(AskPin)
    assert story.on(PinTyped(PIN)).phrases == ["reception.reading"]
    assert story.on(CardRead(1)).phrases == ["reception.asking"]
    assert story.on(OutcomeKnown(1, VALID, TODAY)).said == [
        "確認できました。保険証の提示は要りません。カードをお取りください。",
        "山田　太郎様。資格、有効。3割。",
    ]
    assert story.timer == (Timer.CARD_LEFT, CARD_LEFT_S)
    assert story.time_up(Timer.CARD_LEFT).said == ["カードが残っています。お取りください。"]
    assert story.timer == (Timer.CARD_LEFT, CARD_LEFT_S)
    assert story.on(CardTaken()).said == ["ありがとうございました。"]
    assert isinstance(story.effects[0], Forget)
    assert story.time_up(Timer.REST).effects == (Forget(),)
    assert story.visit == Visit(1)


def test_card_first_works_as_well(story: Story) -> None:
    assert story.on(CardPresented()).said[0].startswith("カードを読みました。暗証番号")
    assert story.on(PinTyped(PIN)).does(VerifyCard)


def test_only_the_result_is_private(reading: Story) -> None:
    reading.known(VALID)
    assert [each.is_private for each in reading.effects if isinstance(each, Tell)] == [False, True]


def test_deferred_is_never_confirmed_and_has_no_share(reading: Story) -> None:
    (said,) = reading.known(OFFLINE).said
    assert said.startswith("受け付けました。資格は、まだ確認できていません。確認待ちです。")
    assert "有効" not in said
    assert "割" not in said


def test_refused_sends_to_the_reception_with_the_reason(reading: Story) -> None:
    assert reading.known(Refused("K233", is_simulated=True)).phrases == [
        "reception.ask_staff",
        "error.K233",
    ]


def test_a_card_laid_with_one_try_left_is_not_tried_before_the_warning(reading: Story) -> None:
    assert reading.failed("K117").said == [
        "あと1回です。この番号は、まだ試していません。",
        "まちがえると、市区町村の窓口で手続きが要ります。確かめて、もう一度、4桁を押してください。",
    ]
    assert reading.does(AskPin)
    reading.on(PinTyped(PIN))
    assert VerifyCard(1, PIN, is_warned=True) in reading.effects


def test_who_was_warned_after_a_wrong_pin_is_not_warned_twice(reading: Story) -> None:
    reading.failed("K102", 1)
    reading.on(PinTyped(PIN))
    assert VerifyCard(1, PIN, is_warned=True) in reading.effects


def test_the_warning_does_not_reach_the_next_visitor(reading: Story) -> None:
    reading.failed("K117")
    reading.on(WentBack(), CardTaken(), CardPresented(), PinTyped(PIN))
    assert VerifyCard(2, PIN) in reading.effects


def test_the_last_try_is_warned_of_before_the_pin_is_asked(reading: Story) -> None:
    assert reading.failed("K102", 1).said[-1].startswith("あと1回です。まちがえると、市区町村")
    assert isinstance(reading.effects[-2], AskPin)


def test_a_card_that_does_not_say_its_tries_is_not_guessed_at(reading: Story) -> None:
    assert reading.failed("K102").phrases == ["error.K102"]
    assert reading.does(AskPin)


@pytest.mark.parametrize(("code", "tries"), [("K103", None), ("K102", 0)])
def test_a_blocked_pin_ends_the_visit(reading: Story, code: str, tries: int | None) -> None:
    assert reading.failed(code, tries).phrases == ["error.K103"]
    assert reading.visit.phase is Phase.TOLD
    assert not reading.does(AskPin)


@pytest.mark.parametrize("code", ["K104", "K105", "K106", "K111", "K123"])
def test_what_the_visitor_can_mend_starts_over_with_the_pin(reading: Story, code: str) -> None:
    assert reading.failed(code).phrases == [f"error.{code}", "reception.pin_again"]
    assert reading.visit.phase is Phase.IDENTIFYING


@pytest.mark.parametrize("code", ["K107", "K121", "K122", "K303", "unknown"])
def test_what_they_cannot_mend_is_told_and_ends(reading: Story, code: str) -> None:
    assert reading.failed(code).phrases == [f"error.{code}"]
    assert reading.visit.phase is Phase.TOLD


def test_a_card_pulled_while_read_is_asked_for_again_with_the_pin(reading: Story) -> None:
    reading.on(CardTaken()).failed("K105")
    assert reading.visit == Visit(1, Phase.IDENTIFYING, has_card=False)
    assert reading.on(PinTyped(PIN)).phrases == ["reception.lay_card"]


def test_a_pin_typed_while_reading_is_ignored(reading: Story) -> None:
    before = reading.visit
    assert reading.on(PinTyped(Pin("9999"))).effects == ()
    assert reading.visit == before


def test_a_card_taken_while_asking_still_gets_its_result(reading: Story) -> None:
    reading.on(CardRead(1), CardTaken(), OutcomeKnown(1, VALID, TODAY))
    assert reading.phrases[0] == "reception.confirmed"
    assert reading.timer
    assert reading.timer[0] is Timer.STILL_THERE
    assert reading.time_up(Timer.STILL_THERE).phrases == ["reception.result_ends"]
    assert reading.timer == (Timer.REST, WARNING_S)
    assert reading.on(Approached()).timer == (Timer.STILL_THERE, 12.0)
    reading.time_up(Timer.STILL_THERE)
    assert reading.time_up(Timer.REST).effects == (Forget(),)
    assert reading.visit == Visit(1)


def test_standing_there_is_warned_of_20_s_before_and_any_key_goes_on(story: Story) -> None:
    story.on(Approached())
    assert story.timer
    assert story.timer[0] is Timer.STILL_THERE
    assert story.time_up(Timer.STILL_THERE).phrases == ["reception.still_there"]
    assert story.timer == (Timer.REST, WARNING_S)
    assert WARNING_S >= 20
    assert story.on(Approached()).phrases == ["reception.welcome"]
    assert story.does(AskPin)
    story.time_up(Timer.STILL_THERE).time_up(Timer.REST)
    assert story.effects == (Forget(),)
    assert story.visit == Visit(1)


def test_a_rest_without_a_warning_before_does_not_end_a_visit(story: Story) -> None:
    assert story.on(Approached()).time_up(Timer.REST).effects == ()


def test_waiting_for_the_card_times_out_and_drops_the_pin(story: Story) -> None:
    story.on(Approached(), PinTyped(PIN)).time_up(Timer.STILL_THERE)
    assert story.on(Approached()).phrases == ["reception.lay_card"]
    story.time_up(Timer.STILL_THERE).time_up(Timer.REST)
    assert story.visit == Visit(1)


def test_giving_up_with_a_card_reminds_of_it(story: Story) -> None:
    story.on(CardPresented(), WentBack())
    assert story.phrases == ["reception.card_left"]
    assert story.visit.phase is Phase.TOLD
    assert story.on(CardTaken()).visit == Visit(1)


def test_an_event_of_another_visit_changes_nothing(reading: Story) -> None:
    late: list[Event] = [CardRead(0), ReadingFailed(0, "K105"), OutcomeKnown(0, VALID, TODAY)]
    late.append(TimeUp(0, Timer.REST))
    for event in late:
        before = reading.visit
        assert reading.on(event).effects == ()
        assert reading.visit == before


def test_a_card_left_behind_is_wiped_and_never_asked_for_the_next_ones_pin(reading: Story) -> None:
    reading.known(VALID)
    assert reading.time_up(Timer.CARD_LEFT).phrases == ["reception.card_left"]
    assert reading.time_up(Timer.CARD_LEFT).phrases[-1] == "reception.result_ends"
    assert reading.on(Approached()).phrases == ["reception.card_left"]
    wiped = [reading.time_up(Timer.CARD_LEFT).does(Forget) for _ in range(6)]
    assert wiped == [n == 3 for n in range(6)]
    assert reading.on(Approached()).phrases == ["reception.card_left"]
    assert not reading.does(AskPin)


def test_the_next_card_wipes_the_result_first(reading: Story) -> None:
    reading.on(CardRead(1), CardTaken(), OutcomeKnown(1, VALID, TODAY), CardPresented())
    assert isinstance(reading.effects[0], Forget)
    assert reading.visit == Visit(2, Phase.IDENTIFYING, has_card=True)


def test_a_hanging_reader_and_an_overdue_answer_end_too(reading: Story) -> None:
    assert reading.time_up(Timer.REST).phrases == ["error.K106"]
    slow = Story().on(CardPresented(), PinTyped(PIN), CardRead(1)).time_up(Timer.REST)
    assert slow.phrases == ["outage.received"]
    assert slow.on(OutcomeKnown(1, VALID, TODAY)).effects == ()


def test_a_front_that_dies_takes_no_pin_with_it_and_finds_the_visit_again(story: Story) -> None:
    story.on(Approached(), PinTyped(PIN), FrontLeft())
    assert story.visit == Visit(1, Phase.IDENTIFYING)
    assert story.on(FrontCame()).phrases == ["reception.welcome"]
    story.on(CardPresented(), PinTyped(PIN), FrontLeft())
    assert story.on(FrontCame()).phrases == ["reception.reading"]
    assert story.on(CardRead(1), FrontCame()).phrases == ["reception.asking"]
    story.on(OutcomeKnown(1, VALID, TODAY), FrontCame())
    assert story.phrases == ["reception.card_left"]
    assert isinstance(story.effects[0], Forget)


def test_announcements_are_for_a_kiosk_at_rest(story: Story) -> None:
    said = Announced((tell(Phrase.OUTAGE_LINE_DOWN),))
    assert story.on(said).phrases == ["outage.line_down"]
    assert story.time_up(Timer.REST).effects == (Forget(),)
    assert story.on(Approached(), said).effects == ()


def test_the_page_of_the_visit_is_up_to_date() -> None:
    made = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "visit_md.py"), "--check"], check=False
    )
    assert made.returncode == 0, "run python tools/visit_md.py"


def test_every_phase_has_a_way_to_rest() -> None:
    reached = {Phase.RESTING}
    while True:
        more = {phase for (phase, _), rule in TABLE.items() if reached & set(rule.to)}
        if more <= reached:
            break
        reached |= more
    assert reached == set(Phase)
