"""Journeys C4 and C5 through a core whose clock is set: announced, then gone to the second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from kiosk.domain.dates import JST
from kiosk.pages.month_end import month_end_lines
from kiosk.phrasebook import Phrasebook
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.sync.jobs import PURGE
from tests.core.conftest import PASSCODE, Box, SetClock
from tests.support.visitor import Visitor

Visit = Callable[[str, str], Visitor]
VISIT = datetime(2026, 11, 15, 12, tzinfo=JST)
CHRISTMAS = datetime(2026, 12, 25, 9, tzinfo=JST)
LAST_MINUTES = datetime(2026, 12, 31, 23, 50, tzinfo=JST)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=JST)


@pytest.fixture
def box(world: World, simulator: RunningSimulator) -> Iterator[Box]:
    """It never knew another time."""
    made = Box(world, simulator)
    set_to(made, VISIT)
    yield made
    made.switch_off()


def set_to(box: Box, moment: datetime) -> None:
    """Switched off, and on again at that time, which runs on."""
    start = time.monotonic()
    box.switch_off()
    box.wall = lambda: moment + timedelta(seconds=time.monotonic() - start)
    box.switch_on()


def strike(box: Box, moment: datetime) -> None:
    """It is that time now, and the timer of the purge has run out."""
    assert box.core is not None
    clock = box.core._parts.asking.clock
    assert isinstance(clock, SetClock)
    clock.set_to(moment)
    box.core._schedule.wake(PURGE)


def visited(box: Box, a_visit: Visit, person: str, pin: str, result: str) -> None:
    box.set_passcode()
    a_visit(person, pin).until(result)
    box.take()


def staff(box: Box) -> Visitor:
    visitor = box.visitor(claims=False)
    visitor.log_in(PASSCODE)
    return visitor


@pytest.mark.parametrize(
    ("person", "pin", "result", "unconfirmed"),
    [("taro", "1234", "result.valid", 0), ("invalid", "5678", "result.not_valid", 1)],
)
def test_journey_c4_whoever_logs_in_can_know_what_goes_soon(
    box: Box, a_visit: Visit, person: str, pin: str, result: str, unconfirmed: int
) -> None:
    visited(box, a_visit, person, pin, result)
    set_to(box, CHRISTMAS)
    visitor = staff(box)
    soon = [{"month": "2026-11", "last_day": "2026-12-31", "unconfirmed": unconfirmed}]
    matters = visitor.query("matters")
    named = [each for each in matters["matters"] if each["kind"] == "goes_soon"]
    assert named == [{"kind": "goes_soon", "patient": None, **each} for each in soon]
    assert matters["ahead"] == named
    (line,) = month_end_lines(matters, Phrasebook.load("ja"))[:1]
    assert line.read == f"11月分は、12月31日で消えます。未確認、{unconfirmed}件。"
    assert visitor.query("status")["purge"] == {
        "late": [],
        "ahead": soon,
        "copies": [],
    }


def test_the_document_behind_the_menu_knows_of_no_patient(box: Box, a_visit: Visit) -> None:
    visited(box, a_visit, "invalid", "5678", "result.not_valid")
    set_to(box, CHRISTMAS)
    matters = box.visitor(claims=False).query("matters")
    assert matters["counts"]["goes_soon"] == 1
    assert not any(each["patient"] for each in (*matters["matters"], *matters["ahead"]))


def test_journey_c5_gone_at_midnight_and_said(box: Box, a_visit: Visit) -> None:
    visited(box, a_visit, "taro", "1234", "result.valid")
    set_to(box, LAST_MINUTES)
    visitor = staff(box)
    before = visitor.query("history", month="2026-11")
    assert (before["count"], before["retention_over"]) == (1, False)
    strike(box, MIDNIGHT - timedelta(seconds=1))
    assert visitor.query("history", month="2026-11")["count"] == 1
    strike(box, MIDNIGHT)
    visitor.until("purge.done")
    assert visitor.words("purge.done") == "11月分を消しました。"
    after = visitor.query("history", month="2026-11")
    assert (after["count"], after["retention_over"]) == (0, True)
    assert visitor.query("history")["count"] == 0
    counts = visitor.query("status")["counts"]
    assert [(each["month"], each["checked"]) for each in counts] == [("2026-11", 1)]
