"""SIGTERM at any moment, whatever hangs: kioskd ends, and within what systemd allows it."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.conftest import QUEUED, Ward, open_clinic, opened_ward
from tests.support.faked_time import Calendar
from tests.support.pcscd import Pcscd
from tests.support.visitor import Visitor

pytestmark = pytest.mark.pcsc

UNIT = Path(__file__).parents[2] / "systemd" / "kioskd.service"
ALLOWED_S = float(re.findall(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.MULTILINE)[0])
ROUNDS = int(os.environ.get("MADOGUCHI_ENDINGS", "50"))
BEGINS = datetime(2026, 11, 22, 0, tzinfo=UTC)
BUSY = "import os\nbegun_by = os.getppid()\nwhile os.getppid() == begun_by: pass"
"""Until it is killed, or whoever began it was."""


def ends(ward: Ward) -> float:
    """Seconds it took; where it hangs, the stacks of its threads."""
    assert ward.kioskd is not None
    began = time.monotonic()
    ward.kioskd.send_signal(signal.SIGTERM)
    try:
        ward.kioskd.communicate(timeout=ALLOWED_S)
    except subprocess.TimeoutExpired:
        pytest.fail(f"not ended after {ALLOWED_S:g} s:\n{ward.where_it_stands()}")
    assert ward.kioskd.returncode == 0
    return time.monotonic() - began


def queued(ward: Ward, count: int) -> Visitor:
    """So many checks wait, and a visitor stands there."""
    ward.clinic.simulator("offline")
    for _ in range(count):
        visitor = ward.visitor()
        ward.lay("taro")
        visitor.until("<ask_pin>")
        visitor.type_pin("1234")
        visitor.until("outage.received")
        ward.take()
        visitor.until("<forget>")
        visitor.link.close()
    assert ward.states() == [QUEUED] * count
    return ward.visitor()


@pytest.mark.soak
def test_it_ends_while_pcscd_hangs(ward: Ward, pcscd: Pcscd) -> None:
    if pcscd.own is None:
        pytest.skip("pcscd is not ours to stop")
    ward.visitor()
    with pcscd.own.hanging():
        ends(ward)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_it_ends_while_the_service_answers_nothing(ward: Ward) -> None:
    visitor = queued(ward, 3)
    ward.clinic.simulator("hold")
    ward.clinic.simulator("online")
    # The drain finds the line by itself, or when a visitor does.
    ward.lay("taro")
    visitor.until("<ask_pin>")
    visitor.type_pin("1234")
    visitor.until("reception.asking")
    ends(ward)


@contextmanager
def busy_machine(count: int) -> Iterator[None]:
    """So many that never rest, each as important as kioskd."""
    restless = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for each in restless:
            each.kill()
            each.wait()


def at_random(ward: Ward, between: Callable[[random.Random], None], told: pytest.Config) -> None:
    """Start it and tell it to end, again and again, at moments between nothing and four seconds."""
    chance = random.Random(8)  # noqa: S311 - it chooses moments
    ends(ward)
    took = []
    with busy_machine(6):
        for _ in range(ROUNDS):
            ward.switch_on()
            between(chance)
            time.sleep(4 * chance.random())
            took.append(ends(ward))
    line = f"{ROUNDS} endings: slowest {max(took):.1f} s, median {sorted(took)[ROUNDS // 2]:.1f} s"
    told.get_terminal_writer().line(line)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_it_ends_at_any_moment_with_checks_waiting(ward: Ward, pytestconfig: pytest.Config) -> None:
    queued(ward, 3)
    at_random(ward, lambda _: None, pytestconfig)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_it_ends_at_any_moment_when_the_calendar_jumps(
    pcscd: Pcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    calendar = Calendar.opened(tmp_path / "clock", monkeypatch, BEGINS)

    def jump(chance: random.Random) -> None:
        calendar.turn_to(calendar.now() + timedelta(hours=chance.randrange(1, 24)))

    with open_clinic(tmp_path) as clinic, opened_ward(clinic, pcscd) as ward:
        at_random(ward, jump, pytestconfig)
