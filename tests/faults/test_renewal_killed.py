"""A renewal killed with -9 at any step: the pair that counts is whole, and the next run ends it."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from kiosk.settings import load
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.wiring import assemble
from tests.support.service import PATIENCE_S
from tests.support.terminal import installed

NEVER = 10**6


def renewal(config: Path, moment: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.faults.renewal_worker", config, str(moment)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def killed(world: World, config: Path, moments: Iterable[int]) -> None:
    """Kill one renewal at each moment; what lies there then serves, whichever it is."""
    settings = load(config)
    section = settings.service
    for moment in moments:
        done = renewal(config, moment)
        assert done.returncode == -9, (moment, done.stderr)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(section.certificate, section.key)
        with assemble(settings) as kiosk:
            assert kiosk.service.account(patience_s=PATIENCE_S).facility == kiosk.facility
    before = section.certificate.read_bytes()
    assert renewal(config, NEVER).returncode == 0
    assert section.certificate.read_bytes() != before
    left = sorted(each.name for each in section.certificate.parent.parent.iterdir())
    assert left == ["current", section.certificate.parent.resolve().name]
    rows = world.accounts._db.execute(
        "select key from issued where terminal = ?", (settings.facility.terminal,)
    ).fetchall()
    assert len({row["key"] for row in rows}) == len(rows)


def test_killed_on_the_way(world: World, simulator: RunningSimulator, tmp_path: Path) -> None:
    config, _ = installed(world, simulator.url, tmp_path / "box")
    killed(world, config, [20])


@pytest.mark.soak
def test_killed_at_every_step(world: World, simulator: RunningSimulator, tmp_path: Path) -> None:
    config, _ = installed(world, simulator.url, tmp_path / "box")
    steps = int(renewal(config, NEVER).stdout)
    killed(world, config, range(1, steps + 1))
