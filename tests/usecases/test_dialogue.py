"""After a check that could not be done: journey C1, and every way out of it."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain.check import Answer, Answered, Deferred, Outcome, Refused
from kiosk.domain.codes import Sex
from kiosk.domain.fallback import BY_NUMBERS, Way
from kiosk.domain.identity import Pin
from kiosk.domain.insurance import InsurerNumber
from kiosk.domain.presentation import FourItems, InsuredNumbers, Paper
from kiosk.domain.reception import Attendance, Reception
from kiosk.domain.treatment import Treatment
from kiosk.domain.visit import (
    Approached,
    AskChoice,
    AskNumbers,
    AskPin,
    CameWithoutCard,
    CardPresented,
    CardRead,
    CardTaken,
    Chose,
    Effect,
    Event,
    Forget,
    FrontCame,
    KeepWay,
    NumbersTyped,
    OutcomeKnown,
    Phase,
    PinTyped,
    ReadingFailed,
    ReceptionChosen,
    Tell,
    Timer,
    TimeUp,
    VerifyByHand,
    Visit,
    WayKept,
    WentBack,
)
from kiosk.phrasebook import Phrasebook
from kiosk.phrasebook.tells import utterances
from kiosk.usecases.reception import step
from tests.support.store import answered

TODAY = date(2026, 11, 15)
JA = Phrasebook.load("ja")
NONE = Answered(Answer(validity_code="4", confirmed_on=TODAY, eligibilities=(), is_simulated=True))
YES, NO = Chose(1), Chose(2)
FACE = FourItems("", "ヤマダタロウ", date(1980, 4, 7), Sex.MALE)


class Room:
    """One kiosk with somebody of the clinic beside it."""

    def __init__(self, attendance: Attendance = Attendance.ATTENDED) -> None:
        self.visit = Visit(reception=Reception(attendance))
        self.effects: tuple[Effect, ...] = ()

    def on(self, *events: Event) -> Room:
        for event in events:
            self.visit, self.effects = step(self.visit, event)
        return self

    def checked(self, outcome: object, unconfirmed: int | None = None) -> Room:
        self.on(CardPresented(), PinTyped(Pin("1234")))
        number = self.visit.number
        assert isinstance(outcome, Answered | Deferred | Refused)
        return self.on(CardRead(number), OutcomeKnown(number, outcome, TODAY, unconfirmed))

    def time_up(self, timer: Timer) -> Room:
        return self.on(TimeUp(self.visit.number, timer))

    def kept(self, way: Way, unconfirmed: int | None = 1, code: str | None = None) -> Room:
        assert KeepWay(self.visit.number, way) in self.effects
        return self.on(WayKept(self.visit.number, way, unconfirmed, code))

    @property
    def said(self) -> list[str]:
        """What is told and asked, in order."""
        every = [
            (each.phrase, each.values if isinstance(each, Tell) else {})
            for each in self.effects
            if isinstance(each, Tell | AskChoice)
        ]
        return [line.read for phrase, values in every for line in utterances(phrase, values, JA)]


@pytest.fixture
def room() -> Room:
    return Room()


def test_journey_c1(room: Room) -> None:
    assert room.checked(NONE).said == [
        "資格情報なし。",
        "マイナポータルの画面はありますか。はいは1、いいえは2。",
    ]
    assert room.on(NO).said[0].startswith("資格情報のお知らせとカードはありますか。")
    assert room.on(NO).said[0].startswith("2回目以降の方ですか。")
    assert room.on(NO).kept(Way.FIRST_VISIT).said == [
        "施術をし、3割などの自己負担を受け取ってください。番号は、後で必ず確認してください。",
        "未確認、1件。",
    ]
    assert room.visit.phase is Phase.TOLD


def test_journey_c2_says_how_many_are_left(room: Room) -> None:
    assert room.checked(answered(), unconfirmed=0).said[-1] == "未確認、0件。"
    assert "未確認" not in "".join(
        Room(Attendance.UNATTENDED).checked(answered(), unconfirmed=0).said
    )


@pytest.mark.parametrize(
    ("answers", "way"),
    [
        ((YES,), Way.PORTAL),
        ((NO, YES), Way.NOTICE),
        ((NO, NO, YES), Way.RETURNING),
        ((NO, NO, NO), Way.FIRST_VISIT),
    ],
)
@pytest.mark.parametrize("outcome", [NONE, Deferred("K201"), Refused("K231", is_simulated=True)])
def test_every_way_can_be_reached(
    room: Room, outcome: object, answers: tuple[Chose, ...], way: Way
) -> None:
    room.checked(outcome).on(*answers).kept(way)
    if way in BY_NUMBERS:
        assert room.visit.phase is Phase.ENTERING
        assert isinstance(room.effects[1], AskNumbers)
        room.on(WentBack())
    assert room.visit.phase is Phase.TOLD
    assert room.said[-1] == "未確認、1件。"


def test_a_patient_alone_is_asked_nothing() -> None:
    room = Room(Attendance.UNATTENDED).checked(NONE)
    assert room.visit.phase is Phase.TOLD
    assert room.said[0].startswith("確認が終わりました。受付にお声がけください。")


def test_without_a_card_the_certificate_comes_first(room: Room) -> None:
    assert room.on(CameWithoutCard()).said == ["資格確認書はありますか。はいは1、いいえは2。"]
    room.on(YES).kept(Way.CERTIFICATE, 0).on(WentBack())
    assert room.said == ["入力をやめました。紙に控えてください。"]


def test_alone_without_a_card_they_are_sent_to_the_staff() -> None:
    room = Room(Attendance.UNATTENDED).on(CameWithoutCard())
    assert room.said == ["職員にお声がけください。"]
    room.time_up(Timer.STILL_THERE)
    assert room.time_up(Timer.REST).visit.phase is Phase.RESTING


def test_no_card_after_a_pin_drops_the_pin(room: Room) -> None:
    room.on(Approached(), PinTyped(Pin("1234")), CameWithoutCard())
    assert room.visit.pin is None
    assert room.visit.number == 1


def test_a_card_that_cannot_be_read_leads_there_too(room: Room) -> None:
    room.on(CardPresented(), PinTyped(Pin("1234")), ReadingFailed(1, "K103"))
    assert room.said[-1].startswith("マイナポータルの画面はありますか。")


def test_back_goes_one_question_back_and_then_out(room: Room) -> None:
    room.checked(NONE).on(NO, WentBack())
    assert room.said[0].startswith("マイナポータルの画面はありますか。")
    room.on(WentBack())
    assert room.visit.phase is Phase.TOLD
    assert room.said == ["カードが残っています。お取りください。"]


@pytest.mark.parametrize("choice", [0, 3, 9, -1])
def test_no_such_choice_asks_again(room: Room, choice: int) -> None:
    before = room.checked(NONE).visit
    assert room.on(Chose(choice)).visit == before
    assert room.said[0].startswith("マイナポータルの画面はありますか。")


def test_a_choice_pressed_twice_is_taken_once(room: Room) -> None:
    room.checked(NONE).on(YES)
    assert room.on(YES).effects == ()
    assert room.on(WentBack()).visit.phase is Phase.TOLD


def test_what_could_not_be_written_is_said_and_what_to_do_all_the_same(room: Room) -> None:
    room.checked(NONE).on(YES).kept(Way.PORTAL, None, "K303")
    assert room.said[0].startswith("画面の番号を写してください。")
    assert "未確認" not in "".join(room.said)
    assert len(room.said) == 3


def test_time_warns_then_gives_up_and_any_key_keeps_it(room: Room) -> None:
    room.checked(NONE).on(CardTaken()).time_up(Timer.STILL_THERE)
    assert room.visit.is_warned
    assert room.on(Approached()).said[0].startswith("マイナポータルの画面はありますか。")
    room.time_up(Timer.STILL_THERE).time_up(Timer.REST)
    assert room.visit == Visit(1, reception=Reception(Attendance.ATTENDED))
    assert room.effects == (Forget(),)


def test_a_front_that_comes_asks_the_question_and_tells_no_result(room: Room) -> None:
    room.checked(NONE).on(FrontCame())
    assert not any(isinstance(each, Tell) for each in room.effects)
    assert any(isinstance(each, AskChoice) for each in room.effects)


def test_the_manner_outlives_the_visit(room: Room) -> None:
    room.on(ReceptionChosen(Reception(Attendance.UNATTENDED))).checked(NONE).on(
        CardTaken()
    ).time_up(Timer.STILL_THERE).time_up(Timer.REST)
    assert room.visit.is_attended is False
    room.on(Approached())
    assert any(isinstance(each, AskPin) for each in room.effects)
    assert room.visit.is_attended is False


NUMBERS = InsuredNumbers(InsurerNumber("06139992"), "123", "456", "01", date(1980, 4, 12))


def test_numbers_are_asked_about_and_a_yes_ends_it(room: Room) -> None:
    room.checked(NONE).on(YES).kept(Way.PORTAL).on(NumbersTyped(NUMBERS))
    assert VerifyByHand(1, NUMBERS, Treatment()) in room.effects
    room.on(OutcomeKnown(1, answered(), TODAY, 0))
    assert room.visit.phase is Phase.TOLD
    assert room.said[-1] == "未確認、0件。"


def test_numbers_that_confirm_nothing_lead_on_and_not_round_in_a_circle(room: Room) -> None:
    room.checked(NONE).on(YES).kept(Way.PORTAL).on(NumbersTyped(NUMBERS))
    room.on(OutcomeKnown(1, NONE, TODAY, None))
    assert room.said[-1].startswith("2回目以降の方ですか。")


def test_numbers_asked_about_offline_are_to_be_answered_later(room: Room) -> None:
    room.checked(NONE).on(YES).kept(Way.PORTAL).on(NumbersTyped(NUMBERS))
    room.on(OutcomeKnown(1, Deferred("K201"), TODAY, None))
    assert room.visit.phase is Phase.TOLD
    assert room.said[0].startswith("受け付けました。")
    assert room.said[-1] == "未確認、1件。"


def test_what_waits_is_not_said_to_leave_nothing_unconfirmed(room: Room) -> None:
    room.checked(NONE).on(YES).kept(Way.PORTAL, unconfirmed=0).on(NumbersTyped(NUMBERS))
    assert room.on(OutcomeKnown(1, Deferred("K201"), TODAY, None)).said[1:] == []


@pytest.mark.parametrize("outcome", [answered(), Deferred("K201")])
def test_who_came_without_a_card_is_not_told_to_take_it(room: Room, outcome: Outcome) -> None:
    room.on(CameWithoutCard(), YES).kept(Way.CERTIFICATE).on(NumbersTyped(NUMBERS))
    room.on(OutcomeKnown(1, outcome, TODAY, 0))
    assert room.visit.phase is Phase.TOLD
    assert "カードを" not in "".join(room.said)
    room.checked(NONE).on(YES).kept(Way.PORTAL).on(NumbersTyped(NUMBERS))
    room.on(OutcomeKnown(room.visit.number, outcome, TODAY, 0))
    assert "カードをお取りください" in room.said[0]


def test_a_chip_that_stays_silent_leads_to_the_chart_the_second_time(room: Room) -> None:
    room.on(CardPresented(), PinTyped(Pin("1234")))
    room.on(ReadingFailed(1, "K105"), PinTyped(Pin("1234")))
    room.on(ReadingFailed(1, "K106"))
    assert any(isinstance(each, AskPin) for each in room.effects), "it may only lie badly"
    room.on(PinTyped(Pin("1234")), ReadingFailed(1, "K106"))
    assert room.said[-1].startswith("マイナポータルの画面はありますか。")
    assert room.on(NO, NO, NO).said == ["カードの表の、名前などを控えますか。はいは1、いいえは2。"]


def test_a_patient_alone_may_go_on_trying_a_chip_that_stays_silent() -> None:
    alone = Room(Attendance.UNATTENDED).on(CardPresented())
    for _ in range(3):
        alone.on(PinTyped(Pin("1234")), ReadingFailed(1, "K106"))
        assert any(isinstance(each, AskPin) for each in alone.effects)


def test_numbers_that_could_not_be_kept_are_said_to_be(room: Room) -> None:
    room.checked(NONE).on(YES).kept(Way.PORTAL).on(NumbersTyped(NUMBERS))
    room.on(ReadingFailed(1, "K342"))
    assert room.visit.phase is Phase.TOLD
    assert room.said[0].startswith("その施術日では")


def test_numbers_nobody_asked_for_are_nothing(room: Room) -> None:
    assert room.on(Approached(), NumbersTyped(NUMBERS)).effects == ()


def test_entering_warns_and_gives_up(room: Room) -> None:
    room.checked(NONE).on(YES).kept(Way.PORTAL).on(CardTaken()).time_up(Timer.STILL_THERE)
    assert room.visit.is_warned
    room.on(Approached())
    assert any(isinstance(each, AskNumbers) for each in room.effects)
    room.time_up(Timer.STILL_THERE).time_up(Timer.REST)
    assert room.visit.phase is Phase.RESTING


def test_the_face_of_a_card_that_cannot_be_read_is_the_last_question(room: Room) -> None:
    room.on(CardPresented(), PinTyped(Pin("1234")))
    room.on(ReadingFailed(room.visit.number, "K103"))
    assert room.on(NO, NO, NO).said == ["カードの表の、名前などを控えますか。はいは1、いいえは2。"]
    room.on(YES).kept(Way.FACE)
    assert AskNumbers(Paper.FACE) in room.effects
    assert room.said[0].startswith("施術をし、3割などの自己負担を受け取ってください。")
    room.on(NumbersTyped(FACE))
    room.on(OutcomeKnown(room.visit.number, NONE, TODAY, 1))
    assert room.visit.phase is Phase.TOLD
    assert room.said[-1] == "未確認、1件。"


def test_a_face_that_nobody_copies_leaves_what_the_chart_says(room: Room) -> None:
    room.on(CardPresented(), PinTyped(Pin("1234")))
    room.on(ReadingFailed(room.visit.number, "K103"), NO, NO, NO, NO).kept(Way.FIRST_VISIT)
    assert room.visit.phase is Phase.TOLD
