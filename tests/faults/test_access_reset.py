"""The way back in, cut off at every step: who gets in afterwards finds nothing that was kept."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.passcode import Passcode
from kiosk.ports.access import Holder, Standing
from kiosk.settings import load
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.wiring import Kiosk, assemble
from tests.faults.store_worker import ANSWER, NOON, open_check

WORDS = "すべて消します"
STAFF = Holder(Standing.STAFF, "staff-1")
PATIENCE_S = 60.0
WITH_A_FUSE = """
import os, signal, sys
from kiosk.cli.main import main
fuse, left = int(sys.argv.pop(1)), None
def burn(event, _):
    global left
    if event == "builtins.input":
        left = fuse
    elif left is not None and event in {"fcntl.flock", "os.remove", "os.rename"}:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(burn)
main()
"""
"""The command itself, killed at the N-th lock, unlink or rename after the words were typed."""


@dataclass
class Cupboard:
    """A kiosk with two months, checks without a month, and somebody's passcode in it.

    Args:
        config: its settings.
        full: its state as it was filled.
        state: where the command works.
    """

    config: Path
    full: Path
    state: Path

    def refill(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.copytree(self.full, self.state)

    def reset(self, fuse: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *(sys.executable, "-c", WITH_A_FUSE, str(fuse), "setup", "--reset-access"),
                *("--json", "--config", str(self.config), "--state-dir", str(self.state)),
            ],
            input=WORDS + "\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )

    def opened(self) -> Kiosk:
        return assemble(load(self.config, state_dir=self.state))


@pytest.fixture
def cupboard(world: World, simulator: RunningSimulator, tmp_path: Path) -> Cupboard:
    del simulator
    made = Cupboard(world.config, tmp_path / "full", tmp_path / "state")
    with assemble(load(world.config, state_dir=made.full)) as kiosk:
        kiosk.gate.access.set_passcode(STAFF, Passcode("482915"))
        for treated_at in (NOON, NOON, NOON - timedelta(days=30)):
            check_id = open_check(kiosk.records, treated_at)
            kiosk.records.settle(check_id, ANSWER, at=NOON, next_attempt_at=None)
    return made


def cut_off(cupboard: Cupboard, fuse: int) -> bool:
    """Whether it was; what it left opens nothing to anybody, and running it again ends it."""
    cupboard.refill()
    done = cupboard.reset(fuse)
    is_cut = done.returncode == -signal.SIGKILL
    assert is_cut or done.returncode == 0, done.stderr
    with cupboard.opened() as kiosk:
        left = kiosk.records.history(None)
        assert kiosk.gate.access.holders() == [STAFF] or not left
        assert not left or is_cut
    again = cupboard.reset(10**6)
    assert again.returncode == 0, again.stderr
    with cupboard.opened() as kiosk:
        assert (kiosk.records.history(None), kiosk.gate.access.holders()) == ([], [])
        audit = kiosk.gate.audit
        assert audit.verify().fault is None
        rows = [(row.event.value, row.what) for _, row in audit.entries()]
    assert rows[-2] == ("access_reset", "unsent:0")
    assert re.fullmatch(r"checks:[0-3]", rows[-1][1])
    assert set(cupboard.state.glob("sealed/*.db")) == {cupboard.state / "sealed" / "control.db"}
    return is_cut


@pytest.mark.parametrize("fuse", [1, 5])
def test_cut_off_on_the_way_it_opens_nothing_and_is_run_again(
    cupboard: Cupboard, fuse: int
) -> None:
    assert cut_off(cupboard, fuse)


@pytest.mark.soak
def test_cut_off_at_every_step(cupboard: Cupboard) -> None:
    fuse = 0
    while cut_off(cupboard, fuse):
        fuse += 1
    assert fuse > 10
