"""Killed in the middle of catching up, answers lost on the way: each check once at the service."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from kiosk.domain.identity import Pin
from kiosk.domain.lifecycle import State
from kiosk.settings import load
from kiosk.simulator.deck import card_of
from kiosk.simulator.fault import FaultKind
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.sync.drain import drain
from kiosk.usecases.verify import open_check, verify
from kiosk.wiring import assemble

KIOSK = str(Path(sys.executable).with_name("kiosk"))
PATIENCE_S = 120.0
"""Of a process among many others."""
MOST_BEFORE_A_KILL = 5
"""Answers until one is lost, and with it the process."""
CHECKS_A_KILL = 2 * MOST_BEFORE_A_KILL
"""Some are under way, or answered and not yet durable, when it is killed."""


def receive_offline(world: World, simulator: RunningSimulator, count: int) -> list[str]:
    """So many checks, all of them waiting."""
    simulator.offline()
    reader = InProcessReader()
    with assemble(load(world.config), laid_on=reader) as kiosk:
        reader.insert(card_of(world, "taro", pull=reader.remove))
        openings = [open_check(kiosk.facility, kiosk.clock) for _ in range(count)]
        for each in openings:
            verify(each, Pin(world.pin("taro")), reader, kiosk.asking, is_simulated=True)
    simulator.online()
    return [each.check_id for each in openings]


def kill_while_it_asks(world: World, simulator: RunningSimulator, chance: random.Random) -> bool:
    """Start catching up, and kill it when an answer is lost; False when it had nothing left to do.

    Not the first of a round: by then the line is open, several are under way, and more are claimed.
    """
    begins = len(simulator.journal)
    enough = begins + chance.randint(1, MOST_BEFORE_A_KILL)
    command = [KIOSK, "--config", str(world.config), "sync", "--once", "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:

        def reached(count: int) -> bool:
            """There is no event across this border."""
            end = time.monotonic() + PATIENCE_S
            while len(simulator.journal) < count and process.poll() is None:
                assert time.monotonic() < end
                time.sleep(0.002)
            return process.poll() is None

        if reached(enough):
            simulator.fault(FaultKind.ANSWER_LOST, times=1)
            reached(len(simulator.journal) + 1)
        process.kill()
    simulator.clear()
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.soak)])
@pytest.mark.timeout(5400)
def test_each_check_is_answered_once(world: World, simulator: RunningSimulator, kills: int) -> None:
    chance = random.Random(kills)  # noqa: S311 - it chooses moments, and the same ones each time
    checks = receive_offline(world, simulator, kills * CHECKS_A_KILL)
    killed = sum(kill_while_it_asks(world, simulator, chance) for _ in range(kills))
    assert killed >= kills * 3 // 4
    with assemble(load(world.config)) as kiosk:
        assert drain(kiosk.asking, due_only=False).remaining == 0
        states = Counter(kiosk.records.get(each).state for each in checks)
    assert states == {State.ANSWERED: len(checks)}
    first = Counter(each["check_id"] for each in simulator.journal if not each["repeated"])
    assert first == dict.fromkeys(checks, 1)
    lost = sum(each["repeated"] for each in simulator.journal)
    assert lost >= kills // 2
