"""Two years go by: kioskd renews its certificate, and the old one ends while it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.simulator.world import World
from tests.journeys.conftest import Ward, open_clinic, wait_until
from tests.support.faked_time import faked_time
from tests.support.pcscd import Pcscd
from tests.support.terminal import installed

pytestmark = [pytest.mark.pcsc, pytest.mark.soak]
A_MINUTE_S = 90.0
"""The job begins within the first."""
DUE, OVER = "+700d", "+740d"
"""Of the two years of a certificate thirty days are left; it ended ten days ago."""


def test_the_certificate_is_renewed_and_its_predecessor_ends_without_a_restart(
    tmp_path: Path, pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_clinic(tmp_path) as clinic:
        world = World.open(clinic.dir)
        url = f"https://127.0.0.1:{world.last_port}"
        config, identity = installed(world, url, tmp_path / "box")
        world.accounts.close()
    old = identity.expires_at
    assert old is not None
    clock = tmp_path / "clock"
    for name, value in faked_time(clock, DUE).items():
        monkeypatch.setenv(name, value)
    with open_clinic(tmp_path) as clinic:
        clinic.config, clinic.vpcd = config, f"{pcscd.host}:{pcscd.port}"
        ward = Ward(clinic)
        ward.switch_on()
        wait_until(lambda: identity.expires_at != old, A_MINUTE_S)
        clock.write_text(OVER)
        visitor = ward.visitor()
        ward.lay("taro")
        visitor.until("<ask_pin>")
        visitor.type_pin("1234")
        visitor.until("result.valid")
        ward.take()
        visitor.link.close()
        assert '"event": "certificate_renewed"' in ward.switch_off()
        assert ward.asked() == 1
