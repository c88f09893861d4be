"""Journeys A and B through the core, in this process: what is told and what is stored."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.messages import Claim, Failed
from kiosk.domain.lifecycle import State
from kiosk.sync.care import LINE
from tests.core.conftest import PASSCODE, Box
from tests.support.visitor import Visitor

Visit = Callable[[str, str], Visitor]
TOO_LATE = ["<forget>", "reception.welcome", "reception.purpose", "<ask_pin>"]
"""Whoever answers after all was forgotten is somebody new."""


def test_journey_a(box: Box) -> None:
    visitor = box.visitor()
    visitor.press()
    assert visitor.until("<ask_pin>") == ["reception.welcome", "reception.purpose", "<ask_pin>"]
    visitor.type_pin("9999")
    assert visitor.until("reception.lay_card") == ["reception.lay_card"]
    assert box.stored() == []
    box.lay("taro")
    told = visitor.until("<ask_pin>")
    assert told == ["reception.reading", "reception.wrong_pin", "<ask_pin>"]
    assert visitor.words("reception.wrong_pin").startswith("暗証番号が違います。あと2回です。")
    assert box.stored() == []
    visitor.type_pin("1234")
    told = visitor.until("result.valid")
    assert told == [
        "reception.reading",
        "reception.asking",
        "reception.confirmed",
        "result.valid",
    ]
    assert visitor.words("result.valid").endswith("様。資格、有効。3割。")
    assert [each.state for each in box.stored()] == [State.ANSWERED]
    assert visitor.until("reception.card_left") == ["reception.card_left"]
    told = visitor.until("reception.result_ends")
    assert told == ["reception.card_left", "reception.result_ends"]
    box.take()
    assert visitor.until("reception.thanks") == ["<forget>", "reception.thanks"]
    assert visitor.until_forgotten() == ["<forget>"]
    assert len(box.simulator.journal) == 1


def test_journey_b5_a_later_no_is_said_to_the_staff(box: Box, a_visit: Visit) -> None:
    box.simulator.offline()
    visitor = a_visit("invalid", "5678")
    visitor.until("outage.received")
    staff = box.visitor(claims=False)
    box.set_passcode()
    staff.log_in(PASSCODE)
    box.simulator.online()
    staff.until("result.not_valid_later")
    assert not any(each.is_private for each in visitor.happened)
    assert "次の来院で、番号を必ず確認してください。" in staff.words("result.not_valid_later")


def received(box: Box, visitor: Visitor, times: int) -> list[str]:
    """One visit after the other while the line is cut; what was told until each was received."""
    told: list[str] = []
    for _ in range(times):
        box.lay("taro")
        visitor.until("<ask_pin>")
        visitor.type_pin("1234")
        told += visitor.until("outage.received")
        box.take()
        visitor.until("reception.thanks")
    return told


def test_the_line_is_said_to_be_down_once_and_a_live_answer_hurries_the_rest(box: Box) -> None:
    box.simulator.offline()
    visitor = box.visitor()
    told = received(box, visitor, 3)
    assert told.count("outage.line_down") == 1
    box.simulator.online()
    box.lay("hanako")
    visitor.until("<ask_pin>")
    visitor.type_pin("2345")
    visitor.until("result.valid")
    box.take()
    visitor.until("outage.line_back")
    assert {each.state for each in box.stored()} == {State.ANSWERED}
    assert len(box.simulator.journal) == 4


def test_a_line_that_was_found_cut_at_rest_is_still_told_to_who_comes_then(box: Box) -> None:
    visitor = box.visitor()
    box.take()

    def looked(*, is_up: bool) -> None:
        assert box.core is not None
        (box.simulator.online if is_up else box.simulator.offline)()
        box.core._schedule.wake(LINE)
        visitor.until_condition(lambda each: each.line is is_up)

    for _ in range(2):
        looked(is_up=False)
        told = received(box, visitor, 2)
        assert told.count("outage.line_down") == 1
        assert told.index("outage.line_down") < told.index("outage.received")
        looked(is_up=True)
        visitor.until("outage.line_back")


def test_a_front_that_dies_while_asking_loses_nothing(box: Box, a_visit: Visit) -> None:
    box.simulator.hold()
    a_visit("taro", "1234").link.close()
    again = box.visitor()
    assert again.until("reception.asking") == ["reception.asking"]
    box.simulator.release()
    assert again.until("result.valid")[-2:] == ["reception.confirmed", "result.valid"]
    assert [each.state for each in box.stored()] == [State.ANSWERED]
    assert len(box.simulator.journal) == 1


def test_switched_off_while_asking_the_check_is_there_afterwards(box: Box, a_visit: Visit) -> None:
    box.simulator.hold()
    a_visit("taro", "1234")
    box.simulator.release()
    box.switch_off()
    box.switch_on()
    assert [each.state for each in box.stored()] == [State.ANSWERED]
    assert len(box.simulator.journal) == 1


def test_a_blocked_card_a_strange_pin_and_giving_up_leave_nothing_stored(box: Box) -> None:
    visitor = box.visitor()
    box.lay("hanako")
    for phrase in ("reception.wrong_pin", "reception.last_try", "error.K103"):
        visitor.until("<ask_pin>")
        visitor.type_pin("0000")
        visitor.until(phrase)
    box.take()
    visitor.until_forgotten()
    visitor.press()
    visitor.until("<ask_pin>")
    visitor.press("back")
    visitor.until_forgotten()
    assert box.stored() == []
    assert box.simulator.journal == []


def test_nobody_there_any_more_is_asked_and_then_forgotten(box: Box) -> None:
    box.hurry()
    visitor = box.visitor()
    visitor.press()
    visitor.until("<ask_pin>")
    told = TOO_LATE
    while told == TOO_LATE:  # they have a fifth of a second here, and a machine may stand still
        assert visitor.until("reception.still_there") == ["reception.still_there"]
        visitor.press()
        told = visitor.until("<ask_pin>")
    assert told == ["reception.welcome", "<ask_pin>"]
    assert visitor.until_forgotten() == ["reception.still_there", "<forget>"]


def test_two_fronts_one_visit(box: Box) -> None:
    box.hurry()
    first = box.visitor()
    second = box.visitor(claims=False)
    assert second.ask(Claim) == Failed(1, "K312")
    second.type_pin("1234")
    second.press()
    box.lay("taro")
    assert first.until("<ask_pin>") == ["reception.card_first", "reception.purpose", "<ask_pin>"]
    second.type_pin("1234")
    assert first.until("reception.still_there") == ["reception.still_there"]
    assert not second.happened
    assert box.stored() == []
