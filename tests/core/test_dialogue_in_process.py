"""Journeys C1, C2 and B5 through the core: what is asked, told and kept to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.domain.fallback import Way
from kiosk.domain.reception import Attendance
from kiosk.ports.follow_ups import FollowUp
from tests.core.conftest import Box
from tests.support.visitor import Visitor

Visit = Callable[[str, str], Visitor]


@pytest.fixture
def attended(box: Box) -> Box:
    box.switch_off()
    box.attendance = Attendance.ATTENDED
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
    visitor.until("follow_up.left")
    assert visitor.words("follow_up.left") == "未確認、0件。"
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
