"""Journeys C1, C2 and B5 through the core: what is asked, told and kept to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.desk.messages import Ask, Entered, Failed, Reply
from kiosk.domain.dates import day_in_japan
from kiosk.domain.fallback import Way
from kiosk.domain.lifecycle import State
from kiosk.domain.reception import Attendance
from kiosk.events import Event
from kiosk.ports.follow_ups import FollowUp
from tests.core.conftest import PASSCODE, STAFF, Box
from tests.support.visitor import Visitor

Visit = Callable[[str, str], Visitor]
UNHURRIED = 0.3
"""Whoever answers questions has 30 s for each, also where the machine stands still."""


@pytest.fixture
def attended(box: Box) -> Box:
    box.switch_off()
    box.attendance, box.tempo = Attendance.ATTENDED, UNHURRIED
    box.switch_on()
    return box


def unconfirmed(box: Box) -> list[FollowUp]:
    assert box.kiosk is not None
    return box.kiosk.store.follow_ups.open()


def test_journey_c_first_visit_and_the_next(attended: Box, a_visit: Visit) -> None:
    visitor = a_visit("none", "6789")
    assert visitor.until("fallback.portal")[-2:] == ["result.none", "fallback.portal"]
    visitor.choose(2)
    visitor.until("fallback.notice")
    visitor.choose(2)
    visitor.until("fallback.returning")
    visitor.choose(2)
    visitor.until("follow_up.left")
    assert visitor.words("fallback.first_visit").startswith("施術をし、3割などの自己負担を")
    assert visitor.words("follow_up.left") == "未確認、1件。"
    (kept,) = unconfirmed(attended)
    assert kept.way is Way.FIRST_VISIT
    attended.take()
    visitor.until("reception.thanks")

    # By the next visit the insurer has registered the card: the same card, now valid.
    visitor.link.close()
    people = attended.world.people
    people["none"] = replace(people["taro"], id="none", pin="6789")
    visitor = a_visit("none", "6789")
    visitor.until("follow_up.left")
    assert visitor.words("follow_up.left") == "未確認、0件。"
    assert unconfirmed(attended) == []


def test_the_power_goes_between_the_questions(attended: Box, a_visit: Visit) -> None:
    visitor = a_visit("none", "6789")
    visitor.until("fallback.portal")
    attended.switch_off()
    attended.switch_on()
    (kept,) = unconfirmed(attended)
    assert kept.way is None
    assert kept.reason == "none"


def test_no_card_at_all(attended: Box) -> None:
    visitor = attended.visitor()
    visitor.press("without_card")
    visitor.until("fallback.certificate")
    visitor.choose(1)
    visitor.until("<ask_numbers>")
    visitor.press("back")
    assert visitor.until("fallback.on_paper")[-1] == "fallback.on_paper"
    assert unconfirmed(attended) == []


def test_a_choice_nobody_asked_for_is_nothing(box: Box, a_visit: Visit) -> None:
    visitor = a_visit("none", "6789")
    visitor.choose(1)
    visitor.until("result.none")
    visitor.choose(1)
    box.take()
    assert visitor.until("reception.thanks")[-2:] == ["<forget>", "reception.thanks"]


def test_journey_b5_an_answer_that_comes_later_leaves_a_follow_up(box: Box, a_visit: Visit) -> None:
    box.simulator.offline()
    visitor = a_visit("invalid", "5678")
    visitor.until("outage.received")
    assert unconfirmed(box) == []
    box.take()
    visitor.until("reception.thanks")
    box.simulator.online()
    visitor.until("outage.line_back")
    (kept,) = unconfirmed(box)
    assert kept.reason == "invalid"
    assert kept.check_id == box.stored()[0].check_id


TARO = {
    "kind": "insured_numbers",
    "insurer_number": "06139992",
    "symbol": "1234",
    "number": "5678",
    "branch_number": "00",
    "birth_date": "1980-04-12",
}


def test_numbers_typed_after_the_questions_confirm_and_close(attended: Box) -> None:
    taro = attended.world.people["taro"].told[0].eligibility
    visitor = attended.visitor()
    visitor.press("without_card")
    visitor.until("fallback.certificate")
    visitor.choose(1)
    visitor.until("<ask_numbers>")
    wrong = visitor.ask(lambda number: Entered(number, {**TARO, "insurer_number": "06139993"}))
    assert wrong == Failed(visitor.requests, "K340")
    assert taro.birth_date is not None
    numbers = {
        **TARO,
        "insurer_number": taro.insurer_number,
        "symbol": taro.symbol,
        "number": taro.number,
        "branch_number": taro.branch_number,
        "birth_date": taro.birth_date.isoformat(),
    }
    assert visitor.ask(lambda number: Entered(number, numbers)) == Reply(visitor.requests)
    told = visitor.until("result.valid")
    assert told == ["reception.asking", "reception.confirmed_by_numbers", "result.valid"]
    assert unconfirmed(attended) == []
    (stored,) = attended.stored()
    assert stored.state is State.ANSWERED


def test_staff_check_by_hand_offline_and_it_is_answered_later(box: Box) -> None:
    taro = box.world.people["taro"].told[0].eligibility
    assert taro.birth_date is not None
    box.set_passcode()
    staff = box.visitor()
    assert staff.ask(lambda number: Ask(number, "by_hand", {})) == Failed(staff.requests, "K313")
    staff.log_in(PASSCODE)
    box.simulator.offline()
    four = {
        "kind": "four_items",
        "name_kana": taro.name_kana,
        "birth_date": taro.birth_date.isoformat(),
        "sex": taro.sex,
    }
    yesterday = day_in_japan(datetime.now(UTC)) - timedelta(days=1)
    about = {"presentation": four, "place": "home", "treated_on": yesterday.isoformat()}
    assert staff.condition is not None
    stirred = staff.condition.stirred
    document = staff.query("by_hand", **about)
    assert document["outcome"] == "deferred"
    assert document["place"] == "home"
    staff.until_condition(lambda now: now.stirred > stirred)
    (kept,) = staff.query("matters_named")["matters"]
    assert kept["kind"] == "waiting"
    assert kept["treated_on"] == yesterday.isoformat()
    box.simulator.online()
    staff.until("result.valid_later")
    assert staff.query("matters")["counts"]["waiting"] == 0
    again = staff.query("by_hand", **about)
    assert again["outcome"] == "answered"
    assert again["checked_today"] is True
    assert again["changes"] == []


def test_by_sight_a_card_is_looked_at_first(box: Box) -> None:
    box.set_passcode()
    staff = box.visitor()
    staff.log_in(PASSCODE)
    chosen = staff.query("reception", attendance="attended", identify="sight")
    assert (chosen["attendance"], chosen["identify"]) == ("attended", "sight")
    box.lay("taro")
    staff.until("reception.is_it_them")
    staff.choose(1)
    assert staff.until("result.valid")[-1] == "result.valid"
    box.take()
    staff.until("reception.thanks")
    box.switch_off()
    box.switch_on()
    visitor = box.visitor()
    condition = visitor.until_condition(lambda each: each.identify == "sight")
    assert condition.attendance == "attended"


def test_practice_stores_and_asks_nothing_and_says_so(box: Box) -> None:
    box.set_passcode()
    staff = box.visitor()
    staff.log_in(PASSCODE)
    assert staff.query("reception", practice=True)["practice"] is True
    staff.until("practice.begun")
    staff.until_condition(lambda each: each.practice)
    staff.press()
    staff.until("<ask_pin>")
    staff.type_pin("1111")
    assert staff.until("reception.lay_card")[:1] == ["practice.mark"]
    staff.press()
    told = staff.until("result.valid")
    assert told[0] == "practice.mark"
    assert told[-3:] == ["practice.mark", "reception.confirmed", "result.valid"]
    assert staff.ask(lambda number: Ask(number, "by_hand", {})) == Failed(staff.requests, "K344")
    assert staff.query("reception", practice=False)["practice"] is False
    assert box.stored() == []
    assert box.simulator.journal == []


def calls(box: Box) -> list[tuple[Event, str, str]]:
    """Calls for the staff and their answers, as the audit has them."""
    assert box.core is not None
    rows = [row for _, row in box.core.gate.audit.entries()]
    kinds = {Event.STAFF_CALLED, Event.CALL_ANSWERED}
    return [(each.event, each.who, each.where) for each in rows if each.event in kinds]


def test_the_staff_are_called_and_the_call_ends(box: Box) -> None:
    box.set_passcode()
    staff = box.visitor(claims=False)
    staff.log_in(PASSCODE)
    visitor = box.visitor()
    visitor.press("call_staff")
    visitor.until("reception.calling")
    staff.until("reception.called")
    staff.until_condition(lambda each: each.called)
    staff.query("answer_call")
    staff.until_condition(lambda each: not each.called)
    assert calls(box) == [
        (Event.STAFF_CALLED, "reception", "key"),
        (Event.CALL_ANSWERED, str(STAFF), "screen"),
    ]


def test_a_call_outlasts_the_visit_until_a_member_of_staff_logs_in(box: Box) -> None:
    box.set_passcode()
    visitor = box.visitor()
    visitor.press("any")
    visitor.until("<ask_pin>")
    visitor.press("call_staff")
    visitor.until_condition(lambda each: each.called)
    visitor.press("back")
    visitor.until("<forget>")
    staff = box.visitor(claims=False)
    staff.until_condition(lambda each: each.called)
    staff.log_in(PASSCODE)
    staff.until_condition(lambda each: not each.called)
    assert calls(box)[-1] == (Event.CALL_ANSWERED, "staff", "login")


def test_who_has_come_ends_the_call_without_a_login(box: Box) -> None:
    visitor = box.visitor()
    visitor.press("call_staff")
    visitor.until_condition(lambda each: each.called)
    visitor.press("call_over")
    visitor.until("reception.call_over")
    visitor.until_condition(lambda each: not each.called)
    assert calls(box)[-1] == (Event.CALL_ANSWERED, "reception", "key")


def left_open(box: Box, a_visit: Visit, person: str) -> tuple[Visitor, dict[str, Any]]:
    """The staff, and the one matter that a visit has left them."""
    a_visit(person, str(box.world.people[person].pin))
    box.set_passcode()
    staff = box.visitor(claims=False)
    staff.log_in(PASSCODE)
    while not unconfirmed(box):
        staff.query("status")
    (open_one,) = staff.query("matters_named")["matters"]
    return staff, open_one


def test_the_only_eligibility_of_an_answer_is_none_to_choose(box: Box, a_visit: Visit) -> None:
    """It is one that is not valid, or nothing would be open."""
    staff, open_one = left_open(box, a_visit, "invalid")
    assert open_one["choices"] == 1
    order = {name: open_one[name] for name in ("follow_up_id", "check_id")}
    order |= {"resolution": "chosen", "choice": 0}
    assert staff.ask(lambda number: Ask(number, "resolve", order)) == Failed(staff.requests, "K345")


def test_staff_resolve_what_the_service_could_not(box: Box, a_visit: Visit) -> None:
    staff, open_one = left_open(box, a_visit, "several")
    assert open_one["kind"] == "follow_up"
    follow_up_id = open_one["follow_up_id"]
    order = {"follow_up_id": follow_up_id, "resolution": "chosen", "choice": 99}
    assert staff.ask(lambda number: Ask(number, "resolve", order)) == Failed(staff.requests, "K345")
    order = {"follow_up_id": follow_up_id, "resolution": "asked"}
    record = staff.query("record", check_id=open_one["check_id"])
    assert len(record["eligibilities"]) == open_one["choices"]
    order["check_id"] = open_one["check_id"]
    assert staff.query("resolve", **order) == {"unconfirmed": 0}
    assert unconfirmed(box) == []
    assert box.kiosk is not None
    entries = [row for _, row in box.kiosk.store.control.audit.entries()]
    (looked,) = [each for each in entries if each.what == "record"]
    (resolved,) = [each for each in entries if each.event.value == "follow_up_resolved"]
    assert (resolved.what, resolved.record) == ("asked", looked.record)
    assert looked.record
