"""A box that starts with a wrong clock and no line: what it takes is put right once both are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.dates import Month, day_in_japan
from kiosk.ports.records import StoredCheck
from kiosk.settings import load
from kiosk.wiring import assemble
from tests.journeys.conftest import ANSWERED, QUEUED, Ward, open_clinic, wait_until
from tests.support.faked_time import faked_time
from tests.support.pcscd import Pcscd
from tests.support.visitor import Visitor

pytestmark = pytest.mark.pcsc
BEHIND = timedelta(days=40)
SLACK = timedelta(seconds=30)


def kept(ward: Ward) -> StoredCheck:
    """The one check, as another process reads it."""
    with assemble(load(ward.clinic.config)) as kiosk:
        (check,) = kiosk.records.history(None)
    return check


def taken_in(ward: Ward) -> Visitor:
    """A visit without a line: the check is received and waits."""
    visitor = ward.visitor()
    ward.lay("taro")
    visitor.until("<ask_pin>")
    visitor.type_pin("1234")
    visitor.until("outage.received")
    ward.take()
    return visitor


@pytest.mark.soak
def test_a_check_taken_before_the_clock_was_set_moves_to_its_true_day(
    pcscd: Pcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = tmp_path / "clock"
    with open_clinic(tmp_path) as clinic:
        clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
        text = clinic.config.read_text("utf-8")
        clinic.config.write_text(text.replace('trust = "always"', 'trust = "auto"'), "utf-8")
        clinic.simulator("offline")
        ward = Ward(clinic)
        with monkeypatch.context() as changed:
            for name, value in faked_time(clock, f"-{BEHIND.days}d").items():
                changed.setenv(name, value)
            ward.switch_on()
        visitor = taken_in(ward)
        truly_at = datetime.now(UTC)

        taken = kept(ward)
        assert (taken.state, taken.month, taken.opened.is_trusted) == (QUEUED, None, False)
        assert abs(taken.opened.wall - (truly_at - BEHIND)) < SLACK
        assert taken.treated_on == day_in_japan(taken.opened.wall)

        clock.write_text("+0")
        clinic.simulator("online")
        wait_until(lambda: kept(ward).month is not None)
        mended = kept(ward)
        assert mended.opened.is_trusted
        assert abs(mended.opened.wall - truly_at) < SLACK
        assert mended.treated_on == day_in_japan(mended.opened.wall)
        assert mended.month == Month.of(mended.treated_on)
        assert (mended.check_id, mended.sequence) == (taken.check_id, taken.sequence)
        wait_until(lambda: kept(ward).state == ANSWERED)
        assert ward.asked() == 1
        visitor.link.close()
        ward.switch_off()
