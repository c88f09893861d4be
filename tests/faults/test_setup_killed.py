"""``kiosk setup`` killed on the way: whatever was done is whole, and running it again ends well."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.domain.facility import Facility
from kiosk.service.activation import Identity
from kiosk.settings import load
from kiosk.simulator.portal.sheet import sheet_pdf
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.cli import KIOSK, line_on_descriptor

PATIENCE_S = 60.0
PASSCODE = "482915"


@dataclass
class Run:
    """How the set-up of one box is called.

    Args:
        folder: of the box.
        pdf: its sheet.
        url: of the service.
        ca: of the world.
    """

    folder: Path
    pdf: Path
    url: str
    ca: Path

    def start(self) -> subprocess.Popen[str]:
        passcode = line_on_descriptor(PASSCODE)
        process = subprocess.Popen(
            [
                KIOSK, "setup", "--json", "--config", self.folder / "kiosk.toml",
                "--settings-pdf", self.pdf, "--keep-pdf", "--service", self.url, "--ca", self.ca,
                "--agree", "--accept-as", "試験 花子", "--label", "受付", "--no-practice",
                "--passcode-fd", passcode,
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            pass_fds=[int(passcode)], env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        os.close(int(passcode))
        return process

    def killed(self, step: int, delay_s: float) -> None:
        """Killed once a step has been announced, and a while after."""
        process = self.start()
        assert process.stderr is not None
        with process.stderr, process:
            assert any(f"手順{step}／" in line for line in process.stderr)
            time.sleep(delay_s)  # the very moment is what is tried here
            process.kill()
            assert process.stdout is not None
            process.stdout.close()
            process.wait(PATIENCE_S)

    def is_whole(self) -> bool:
        """Settings and certificate are absent or fit to be used."""
        config, identity = self.folder / "kiosk.toml", Identity(self.folder / "state/identity")
        if identity.certificate.exists():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_cert_chain(identity.certificate, identity.key)
        if not config.exists():
            return True
        return load(config).service.certificate == identity.certificate and bool(
            identity.expires_at
        )


def killed_and_run_again(
    world: World, simulator: RunningSimulator, tmp_path: Path, moments: list[tuple[int, float]]
) -> None:
    facility = Facility("9910000042", "W0000001")
    account = world.accounts.add(facility.code, begins_on=world.accounts.all()[0].begins_on)
    pdf = tmp_path / "sheet.pdf"
    pdf.write_bytes(sheet_pdf(account, "架空はりきゅう院"))
    run = Run(tmp_path / "box", pdf, simulator.url, world.ca)
    for step, delay_s in moments:
        run.killed(step, delay_s)
        assert run.is_whole(), (step, delay_s)
    process = run.start()
    out, err = process.communicate(timeout=PATIENCE_S)
    steps = json.loads(out)["steps"]
    assert steps["activation"] in {"done", "kept"}, err
    assert (steps["passcode"], steps["service"]) in {("done", "done"), ("kept", "done")}
    # Not one code wasted: the lost answer to the first question was asked for again.
    rows = world.accounts._db.execute("select * from issued where facility = ?", (facility.code,))
    assert len(rows.fetchall()) == 1


def test_killed_in_the_activation_and_behind_it(
    world: World, simulator: RunningSimulator, tmp_path: Path
) -> None:
    killed_and_run_again(world, simulator, tmp_path, [(3, 0.03), (3, 0.1), (5, 0.02)])


@pytest.mark.soak
def test_killed_at_every_step_and_many_moments(
    world: World, simulator: RunningSimulator, tmp_path: Path
) -> None:
    moments = [(3, 0.01 * tick) for tick in range(25)]
    moments += [(step, 0.01 * tick) for step in range(1, 10) for tick in range(4)]
    killed_and_run_again(world, simulator, tmp_path, moments)
