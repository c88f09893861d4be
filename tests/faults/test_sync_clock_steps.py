"""The clock set back a day and ahead thirty years in the middle of catching up, in a real process.

What is under way is answered, what waits is asked for without delay, each once; and the time that
nobody vouches for is not remembered as the latest that was trusted.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.domain.lifecycle import State
from kiosk.settings import load
from kiosk.simulator.fault import FaultKind
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.wiring import assemble
from tests.faults.test_sync_killed import KIOSK, receive_offline
from tests.support.faked_time import faked_time

CHECKS = 40
PATIENCE_S = 60.0
"""Below the 30 s after which the queue is looked at whatever the clocks say."""
STEPS = ((6, "-1d"), (14, "+10950d"), (22, "-1d"), (30, "+0"))
"""After so many questions the clock says so."""


class CatchingUp:
    """``kiosk sync`` under a clock of its own.

    Args:
        process: it.
        clock: file with the offset of its clock.
        told: what it writes to stdout.
    """

    def __init__(self, process: subprocess.Popen[bytes], clock: Path, told: Path) -> None:
        self._process = process
        self._told = told
        self.clock = clock

    def until(self, is_so: Callable[[], bool]) -> None:
        """There is no event across this border."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            assert self._process.poll() is None
            assert time.monotonic() < end, self._told.read_text()
            time.sleep(0.01)

    def has_told(self, word: str) -> bool:
        """It has written the word."""
        return word in self._told.read_text()


@contextmanager
def catching_up(world: World, folder: Path) -> Iterator[CatchingUp]:
    """Running; asked to end when left, killed if it does not."""
    clock, told = folder / "clock", folder / "told"
    command = [KIOSK, "--config", str(world.config), "sync", "--json"]
    environment = {**os.environ, **faked_time(clock)}
    with (
        told.open("wb") as out,
        subprocess.Popen(command, env=environment, stdout=out) as process,
    ):
        try:
            yield CatchingUp(process, clock, told)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


@pytest.fixture
def checks(world: World, simulator: RunningSimulator) -> list[str]:
    """So many, all waiting for a service that takes its time."""
    received = receive_offline(world, simulator, CHECKS)
    simulator.fault(FaultKind.SLOW, delay=0.2)
    return received


def assert_each_is_answered_once(
    world: World, simulator: RunningSimulator, checks: list[str]
) -> None:
    """At the service and here; and the clock, put right, is believed."""
    with assemble(load(world.config)) as kiosk:
        assert Counter(kiosk.records.get(each).state for each in checks) == {State.ANSWERED: CHECKS}
        assert kiosk.clock.fault() is None
        assert kiosk.clock.stamp().is_trusted
    asked = Counter(each["check_id"] for each in simulator.journal if not each["repeated"])
    assert asked == dict.fromkeys(checks, 1)


@pytest.mark.soak
def test_no_check_is_lost_or_asked_twice_when_the_clock_leaps_while_the_queue_drains(
    world: World, simulator: RunningSimulator, checks: list[str], tmp_path: Path
) -> None:
    with catching_up(world, tmp_path) as running:
        for count, offset in STEPS:
            running.until(lambda count=count: len(simulator.journal) >= count)  # type: ignore[misc]
            running.clock.write_text(offset)
        running.until(lambda: len(simulator.journal) >= CHECKS)
    assert_each_is_answered_once(world, simulator, checks)


@pytest.mark.soak
@pytest.mark.parametrize("offset", ["-3650d", "+10950d"])
def test_a_line_cut_while_the_clock_is_wrong_is_told_as_k212_and_the_drain_goes_on_once_mended(
    world: World, simulator: RunningSimulator, checks: list[str], tmp_path: Path, offset: str
) -> None:
    with catching_up(world, tmp_path) as running:
        running.until(lambda: len(simulator.journal) >= 10)
        running.clock.write_text(offset)
        # By the certificates of the new connections the wrong time shows.
        simulator.offline()
        simulator.online()
        running.until(lambda: running.has_told("K212"))
        running.clock.write_text("+0")
        running.until(lambda: len({each["check_id"] for each in simulator.journal}) >= CHECKS)
    assert_each_is_answered_once(world, simulator, checks)
