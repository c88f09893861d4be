"""Who has the visit and who may ask what, over the socket and in one process alike."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from kiosk.desk.link import Link
from kiosk.desk.messages import (
    Ask,
    Claim,
    Condition,
    CoreUnreachable,
    Failed,
    Happened,
    Hello,
    Login,
    Logout,
    Pressed,
    Prove,
    Reach,
    Release,
    Reply,
    Role,
    Typed,
)
from kiosk.domain.visit import (
    Approached,
    FrontCame,
    FrontLeft,
    PinTyped,
    SetTimer,
    Tell,
    Timer,
    WentBack,
)
from kiosk.events import Event
from tests.support.desk import LOCKED, PASSCODE, TWO_STEPS, Desk, hear

Front = Callable[[], Link]
ALL_WELL = Condition(line=True, reader=True, waiting=0, clock=True)


def claimed(link: Link) -> Link:
    link.send(Claim(1))
    assert hear(link, Reply) == Reply(1)
    return link


def test_the_first_front_has_the_visit_and_the_other_is_told(desk: Desk, front: Front) -> None:
    first, second = claimed(front()), front()
    assert desk.house.next_event() == FrontCame()
    second.send(Claim(7))
    assert hear(second, Failed) == Failed(7, "K312")
    first.send(Release(2))
    assert hear(first, Reply) == Reply(2)
    assert desk.house.next_event() == FrontLeft()
    claimed(second)
    assert desk.house.next_event() == FrontCame()


def test_a_front_that_dies_frees_the_visit(desk: Desk, front: Front) -> None:
    first = claimed(front())
    first.close()
    assert [desk.house.next_event(), desk.house.next_event()] == [FrontCame(), FrontLeft()]
    claimed(front())


def test_claiming_twice_is_one_claim(desk: Desk, front: Front) -> None:
    link = claimed(claimed(front()))
    link.send(Pressed("any"))
    assert [desk.house.next_event(), desk.house.next_event()] == [FrontCame(), Approached()]


def test_keys_and_pin_are_taken_from_the_one_that_has_the_visit(desk: Desk, front: Front) -> None:
    first, second = claimed(front()), front()
    for message in (Typed("1234"), Pressed("any")):
        second.send(message)
        assert hear(second, Failed) == Failed(0, "K312")
    first.send(Pressed("any"))
    first.send(Pressed("back"))
    first.send(Typed("１２３４"))
    heard = [desk.house.next_event() for _ in range(4)]
    assert heard[:3] == [FrontCame(), Approached(), WentBack()]
    assert isinstance(heard[3], PinTyped)
    assert heard[3].pin.reveal() == b"1234"
    assert desk.house.is_quiet()


@pytest.mark.parametrize(
    "digits", ["", "123", "12345", "12a4", "٣٣٣٣", "\x00\x00\x00\x00", "1" * 5000]
)
def test_what_is_no_pin_never_reaches_the_visit(desk: Desk, front: Front, digits: str) -> None:
    link = claimed(front())
    link.send(Typed(digits))
    assert hear(link, Failed) == Failed(0, "K109")
    assert desk.house.next_event() == FrontCame()
    assert desk.house.is_quiet()


def test_effects_go_to_the_one_that_has_the_visit_and_to_nobody_else(
    desk: Desk, front: Front
) -> None:
    first, second = claimed(front()), front()
    desk.counter.happened(SetTimer(1, Timer.REST, 1.0))
    desk.counter.happened(Tell("reception.thanks"))
    desk.counter.happened(Tell("line.warning", {"warning": "山田"}, is_private=True))
    assert [hear(first, Happened).number for _ in range(2)] == [1, 2]
    second.send(Ask(3, "status"))
    assert isinstance(second.receive(30), Reply)


def test_a_result_of_somebody_absent_is_for_staff_sessions_only(desk: Desk, front: Front) -> None:
    visitor, staff = claimed(front()), front()
    staff.send(Login(4, PASSCODE))
    assert hear(staff, Reply).document == {"role": "staff", "second": None}
    desk.counter.tell_staff(Tell("line.warning", {"warning": "山田"}, is_private=True))
    assert hear(staff, Happened).values == {"warning": "山田"}
    staff.send(Logout(5))
    assert hear(staff, Reply).document == {"role": "visitor"}
    desk.counter.tell_staff(Tell("line.warning", {"warning": "佐藤"}, is_private=True))
    for link in (visitor, staff):
        link.send(Ask(9, "status"))
        assert isinstance(link.receive(30), Reply)


def test_the_condition_is_pushed_when_it_changes_and_given_to_who_comes(
    desk: Desk, front: Front
) -> None:
    first = front()
    desk.counter.condition(ALL_WELL)
    desk.counter.condition(ALL_WELL)
    worse = Condition(line=False, reader=True, waiting=1, clock=True)
    desk.counter.condition(worse)
    assert [hear(first, Condition), hear(first, Condition)] == [ALL_WELL, worse]
    assert hear(front(), Condition) == worse


def test_patient_data_needs_a_staff_session(front: Front) -> None:
    link = front()
    link.send(Ask(1, "history"))
    assert hear(link, Failed) == Failed(1, "K313")
    link.send(Login(2, PASSCODE))
    hear(link, Reply)
    link.send(Ask(3, "history", {"month": "2026-11"}))
    assert hear(link, Reply).document["query"] == "history"


def test_a_uid_that_may_only_visit_reads_nothing_and_cannot_log_in(
    desk: Desk, front: Front
) -> None:
    desk.highest[os.getuid()] = Role.VISITOR
    link = claimed(front())
    tried: list[Ask | Login] = [Ask(0, "status"), Ask(1, "history"), Login(2, PASSCODE)]
    for number, message in enumerate(tried):
        link.send(message)
        assert hear(link, Failed) == Failed(number, "K313")


def test_a_technician_reaches_the_status_and_no_patient(desk: Desk, front: Front) -> None:
    desk.highest[os.getuid()] = Role.TECHNICIAN
    link = front()
    link.send(Ask(1, "status"))
    assert hear(link, Reply).id == 1
    link.send(Login(2, PASSCODE))
    assert hear(link, Failed) == Failed(2, "K321")
    link.send(Ask(3, "history"))
    assert hear(link, Failed) == Failed(3, "K313")


_MAINTAINED = {Reach.VISITOR, Reach.BOX, Reach.TECHNICIAN, Reach.MAINTAINER, Reach.OWN}
REACHED = {
    (Role.VISITOR, Role.VISITOR): {Reach.VISITOR},
    (Role.VISITOR, Role.RECEIPT): {Reach.VISITOR, Reach.RECEIPT, Reach.NEWS},
    (Role.VISITOR, Role.TECHNICIAN): {Reach.VISITOR, Reach.BOX},
    (Role.VISITOR, Role.STAFF): {Reach.VISITOR, Reach.BOX},
    (Role.TECHNICIAN, Role.TECHNICIAN): _MAINTAINED,
    (Role.TECHNICIAN, Role.STAFF): _MAINTAINED,
    # Staff may close a way out of the box; to open one is the technician's.
    (Role.STAFF, Role.STAFF): set(Reach) - {Reach.MAINTAINER},
}


@pytest.mark.parametrize(("role", "highest"), list(REACHED))
def test_who_may_ask_what(role: Role, highest: Role) -> None:
    assert {each for each in Reach if each.is_open_to(role, highest)} == REACHED[role, highest]


def test_the_receipt_computer_fetches_what_is_its_own(desk: Desk, front: Front) -> None:
    desk.highest[os.getuid()] = Role.RECEIPT
    link = front()
    link.send(Ask(1, "receipt"))
    assert hear(link, Reply).id == 1
    link.send(Ask(2, "box"))
    assert hear(link, Failed) == Failed(2, "K313")


def test_the_receipt_computer_may_not_have_the_visit(desk: Desk, front: Front) -> None:
    desk.highest[os.getuid()] = Role.RECEIPT
    link = front()
    link.send(Claim(1))
    assert hear(link, Failed) == Failed(1, "K313")


def test_a_lock_out_says_how_long_it_lasts(front: Front) -> None:
    link = front()
    link.send(Login(1, LOCKED))
    assert hear(link, Failed) == Failed(1, "K320", wait_s=30)


def test_a_second_step_opens_what_the_passcode_alone_does_not(desk: Desk, front: Front) -> None:
    link = front()
    link.send(Prove(1, "123123"))
    assert hear(link, Failed) == Failed(1, "K313")
    for number, code in ((2, "999999"), (6, "123123")):
        link.send(Login(number, TWO_STEPS))
        assert hear(link, Reply).document == {"role": "visitor", "second": "totp"}
        link.send(Ask(number + 1, "history"))
        assert hear(link, Failed) == Failed(number + 1, "K313")
        link.send(Prove(number + 2, code))
        answer = link.receive(30)
        assert isinstance(answer, Failed if number == 2 else Reply)
    link.send(Ask(9, "history"))
    assert hear(link, Reply).id == 9
    assert desk.house.gate.noted == [(Event.LOOKED, "staff/staff-1", "screen", "history", "")]


def test_what_is_asked_is_on_record_first_and_nothing_of_it_but_names_of_ours(
    desk: Desk, front: Front
) -> None:
    link = front()
    link.send(Login(1, PASSCODE))
    hear(link, Reply)
    for about in (
        {"month": "2026-11"},
        {"month": "試験 太郎"},
        {"check_id": "some-id"},
        {"kana": "ア"},
    ):
        link.send(Ask(2, "history", about))
        hear(link, Reply)
    link.close()
    desk.counter.close()
    who = ("staff/staff-1", "screen")
    assert desk.house.gate.noted == [
        (Event.LOOKED, *who, "history:2026-11", ""),
        (Event.LOOKED, *who, "history", ""),
        (Event.LOOKED, *who, "history", "some-id"),
        (Event.LOOKED, *who, "history", ""),
        (Event.LOGGED_OUT, *who, "", ""),
    ]


def test_a_query_that_fails_or_breaks_is_answered_with_a_code(front: Front) -> None:
    link = front()
    cases = [
        (Ask(1, "status", {"month": 5}), "K314"),
        (Ask(2, "status", {"month": "none"}), "K306"),
        (Ask(3, "broken"), "unknown"),
        (Ask(4, "no such query"), "K314"),
    ]
    for message, code in cases:
        link.send(message)
        assert hear(link, Failed) == Failed(message.id, code)


def test_hello_twice_a_message_of_the_core_or_an_unknown_key_is_an_error(front: Front) -> None:
    link = claimed(front())
    for message in (Hello(1, "screen"), Reply(1), Pressed("f13")):
        link.send(message)
        assert hear(link, Failed) == Failed(0, "K314")


def test_after_the_core_closed_the_front_finds_it_gone(desk: Desk, front: Front) -> None:
    link = front()
    desk.counter.close()
    with pytest.raises(CoreUnreachable):
        drained(link)


def drained(link: Link) -> None:
    while link.receive(30) is not None:
        continue


def test_the_house_knows_when_a_member_of_staff_has_come(desk: Desk, front: Front) -> None:
    staff = front()
    staff.send(Login(4, PASSCODE))
    assert hear(staff, Reply).document == {"role": "staff", "second": None}
    assert desk.house.staff_logins == 1
    staff.send(Login(5, "999999"))
    assert isinstance(staff.receive(30), Failed)
    assert desk.house.staff_logins == 1
