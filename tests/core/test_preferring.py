"""Preferences over the desk: everybody may know them, staff set them, the audit keeps who did."""

from __future__ import annotations

from typing import Any

from kiosk.desk.manner import manner_of
from kiosk.desk.messages import Ask, Failed, Reply
from kiosk.domain.patience import Patience
from kiosk.events import Event
from tests.core.conftest import PASSCODE, Box
from tests.support.visitor import Visitor

SPEED = {"name": "speed", "value": "150"}


def order(visitor: Visitor, **about: str) -> dict[str, Any]:
    answer = visitor.ask(lambda number: Ask(number, "set", about))
    assert isinstance(answer, Reply)
    return answer.document


def test_staff_set_them_and_the_next_front_is_told(box: Box) -> None:
    visitor = box.visitor()
    assert visitor.query("preferences")["speed"] == "100"
    refused = visitor.ask(lambda number: Ask(number, "set", SPEED))
    assert isinstance(refused, Failed)
    assert refused.code == "K313"
    box.set_passcode()
    visitor.log_in(PASSCODE)
    assert order(visitor, **SPEED)["speed"] == "150"
    assert order(visitor, name="language", value="en")["language"] == "en"
    wrong = visitor.ask(lambda number: Ask(number, "set", {"name": "speed", "value": "9"}))
    assert isinstance(wrong, Failed)
    assert wrong.code == "K314"
    assert visitor.query("preferences")["speed"] == "150"
    assert box.core is not None
    assert box.core.language == "en"
    assert manner_of(box.core.manner.document()).preferences.speed == "150"
    assert box.kiosk is not None
    rows = [row for _, row in box.kiosk.store.control.audit.entries()]
    changes = [row.what for row in rows if row.event is Event.SETTINGS_CHANGED]
    assert changes == ["speed:150", "language:en"]


def waits_s(box: Box) -> float:
    """How long the machine of the visit waits for a PIN now."""
    assert box.core is not None
    return box.core._visits.reception.patience.pin_s


def test_what_is_waited_for_is_stretched_at_once_and_after_a_restart(box: Box) -> None:
    usual_s = Patience().pin_s
    assert waits_s(box) == usual_s
    visitor = box.visitor()
    box.set_passcode()
    visitor.log_in(PASSCODE)
    order(visitor, name="waits", value="1000")
    assert waits_s(box) == 10 * usual_s
    box.switch_off()
    box.switch_on()
    assert waits_s(box) == 10 * usual_s
