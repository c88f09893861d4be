"""The reception closed while a technician works on the box, and opened again in every way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kiosk.desk.local import LocalLink
from kiosk.desk.messages import Ask, Failed, Logout, Reply, Role
from kiosk.desk.upkeep import LASTS_S
from kiosk.domain.passcode import Passcode
from kiosk.domain.patience import WARNING_S
from kiosk.events import Event
from kiosk.ports.access import Holder, Standing
from tests.core.conftest import PASSCODE, Box
from tests.support.visitor import Visitor

WORDS = "correct horse battery"
TECHNICIAN = Holder(Standing.TECHNICIAN, "technician-1")


@pytest.fixture
def technician(box: Box) -> Visitor:
    """Logged in, over a line that reaches no further."""
    assert box.core is not None
    assert box.kiosk is not None
    box.set_passcode()
    box.kiosk.store.control.access.set_passcode(TECHNICIAN, Passcode(WORDS))
    link = LocalLink(box.core.counter, Role.TECHNICIAN)
    front = Visitor(link, claims=False)
    front.log_in(WORDS)
    return front


@contextmanager
def closed(box: Box, technician: Visitor) -> Iterator[Visitor]:
    """The reception, closed, and open again when this ends."""
    reception = box.visitor()
    assert technician.query("upkeep", closed=True) == {"closed": True}
    reception.until("upkeep.closed")
    reception.until_condition(lambda each: each.closed)
    yield reception
    reception.until("upkeep.open")
    reception.until_condition(lambda each: not each.closed)


def rows(box: Box) -> list[tuple[str, str]]:
    assert box.core is not None
    every = [row for _, row in box.core.gate.audit.entries()]
    return [(row.who, row.what) for row in every if row.event is Event.MAINTAINED_REMOTELY]


def test_no_visit_begins_and_everybody_who_comes_is_told(box: Box, technician: Visitor) -> None:
    with closed(box, technician) as reception:
        reception.press()
        assert "reception.welcome" not in reception.until("upkeep.closed")
        reception.press("without_card")
        reception.until("upkeep.closed")
        box.lay("taro")
        reception.until("upkeep.closed")
        box.take()
        technician.query("upkeep", closed=False)
    reception.press()
    reception.until("<ask_pin>")
    who = str(TECHNICIAN)
    assert rows(box) == [(who, "upkeep:closed"), (who, "upkeep:open")]
    assert not box.stored()


def test_it_opens_when_the_line_of_whoever_closed_it_ends(box: Box, technician: Visitor) -> None:
    with closed(box, technician):
        technician.link.close()
    assert rows(box) == [(str(TECHNICIAN), "upkeep:closed"), ("kioskd", "upkeep:open")]


def test_it_opens_with_the_logout(box: Box, technician: Visitor) -> None:
    with closed(box, technician):
        technician.ask(Logout)


def test_staff_open_it_at_any_time(box: Box, technician: Visitor) -> None:
    with closed(box, technician) as reception:
        reception.log_in(PASSCODE)
        assert reception.query("upkeep", closed=False) == {"closed": False}
    technician.link.close()
    assert rows(box)[-1] == ("staff/staff-1", "upkeep:open"), "nothing is opened twice"


def test_it_opens_after_half_an_hour_and_the_session_lasts_so_long(
    box: Box, technician: Visitor
) -> None:
    assert box.core is not None
    counter, upkeep = box.core.counter, box.core.counter._upkeep
    with closed(box, technician):
        assert upkeep.closer is not None
        upkeep.closer.touched_at -= 2 * LASTS_S
        counter.tend()
        assert upkeep.closer is not None, "hands on the box are no idle session"
        upkeep._now = lambda: time.monotonic() + LASTS_S - WARNING_S
        counter.tend()
        assert upkeep.closer is not None, "it is warned of first"
        upkeep._now = lambda: time.monotonic() + LASTS_S + 1
        counter.tend()


def test_a_visit_under_way_is_not_cut_off(box: Box, technician: Visitor) -> None:
    reception = box.visitor()
    reception.press()
    reception.until("<ask_pin>")
    refused = technician.ask(lambda number: Ask(number, "upkeep", {"closed": True}))
    assert isinstance(refused, Failed)
    assert refused.code == "K312"


def test_nobody_without_a_login_closes_it(box: Box) -> None:
    refused = box.visitor().ask(lambda number: Ask(number, "upkeep", {"closed": True}))
    assert isinstance(refused, Failed)
    assert refused.code == "K313"


def test_after_a_restart_it_is_open(box: Box, technician: Visitor) -> None:
    technician.query("upkeep", closed=True)
    box.switch_off()
    box.switch_on()
    reception = box.visitor()
    assert not reception.until_condition(lambda _: True).closed
    assert isinstance(reception.ask(lambda number: Ask(number, "preferences")), Reply)
