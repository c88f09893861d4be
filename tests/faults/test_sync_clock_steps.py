"""The clock set back a day and ahead thirty years in the middle of catching up, in a real process.

What is under way is answered, what waits is asked for, each once; and the time that nobody vouches
for is not remembered as the latest that was trusted.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.lifecycle import State
from kiosk.settings import load
from kiosk.simulator.fault import FaultKind
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.wiring import assemble
from tests.faults.test_sync_killed import KIOSK, receive_offline

CHECKS = 40
PATIENCE_S = 40.0
STEPS = ((6, "-1d"), (14, "+10950d"), (22, "-1d"), (30, "+0"))
"""After so many questions the clock says so."""


def faketime_library() -> Path | None:
    """libfaketime for threads; None where it is not installed."""
    if not shutil.which("faketime"):
        return None
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """There is no event across this border."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.soak
def test_no_check_is_lost_or_asked_twice_when_the_clock_leaps_while_the_queue_drains(
    world: World, simulator: RunningSimulator, tmp_path: Path
) -> None:
    library = faketime_library()
    if library is None:
        pytest.skip("faketime is not installed")
    checks = receive_offline(world, simulator, CHECKS)
    simulator.fault(FaultKind.SLOW, delay=0.2)
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [KIOSK, "--config", str(world.config), "sync"]
    with subprocess.Popen(command, env={**os.environ, **faked}) as process:
        try:
            for count, offset in STEPS:
                wait_until(lambda count=count: len(simulator.journal) >= count, process)  # type: ignore[misc]
                clock.write_text(offset)
            wait_until(lambda: len(simulator.journal) >= CHECKS, process)
        finally:
            process.send_signal(signal.SIGTERM)
    with assemble(load(world.config)) as kiosk:
        assert Counter(kiosk.records.get(each).state for each in checks) == {State.ANSWERED: CHECKS}
        assert kiosk.clock.fault() is None
        assert kiosk.clock.stamp().is_trusted
    asked = Counter(each["check_id"] for each in simulator.journal)
    assert asked == dict.fromkeys(checks, 1)
