"""``kiosk status --prometheus``: of the form its readers take, by a parser of its grammar."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.appliance.metrics import prometheus
from kiosk.cli.main import run
from kiosk.sync.care import LINE
from tests.core.conftest import Box
from tests.support.visitor import Visitor

Visit = Callable[[str, str], Visitor]
SAMPLE = re.compile(
    r'([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (\S+)'
)


def parsed(text: str) -> dict[str, float]:
    """Values by name; every family with its HELP and TYPE before it, each once."""
    values: dict[str, float] = {}
    assert text.endswith("\n")
    lines = text.splitlines()
    assert len(lines) % 3 == 0
    for about, kind, sample in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        found = SAMPLE.fullmatch(sample)
        assert found, sample
        name = found[1]
        assert name not in values
        assert re.fullmatch(rf"# HELP {name} .+\.", about)
        assert kind == f"# TYPE {name} gauge"
        values[name] = float(found[3])
    return values


def status_of(**changed: object) -> dict[str, Any]:
    status: dict[str, Any] = {
        "version": "1.0",
        "facility": "1312345678",
        "terminal": "W0000001",
        "simulated": False,
        "queue": {"waiting": 3, "set_aside": 1, "oldest_seconds": 12.5},
        "clock": {"trusted": False, "fault": "set_back"},
        "purge": {"late": ["2026-09"], "copies": [{}, {}]},
        "follow_ups": {"open": 4, "due": 2},
        "losses": [{"saved": 9, "sequences": [4, 7]}, {"saved": 0, "sequences": []}],
        "jobs": [],
    }
    return status | changed


def test_every_figure_comes_through() -> None:
    ends_at = datetime(2027, 1, 1, tzinfo=UTC)
    values = parsed(prometheus(status_of(), certificate_ends_at=ends_at, readers=2))
    assert values == {
        "kiosk_info": 1,
        "kiosk_queue_waiting": 3,
        "kiosk_queue_set_aside": 1,
        "kiosk_queue_oldest_seconds": 12.5,
        "kiosk_follow_ups_due": 2,
        "kiosk_readers": 2,
        "kiosk_clock_trusted": 0,
        "kiosk_clock_fault": 1,
        "kiosk_purge_late_months": 1,
        "kiosk_purge_copies_left": 2,
        "kiosk_checks_lost": 3,
        "kiosk_certificate_end_seconds": ends_at.timestamp(),
    }


@pytest.mark.parametrize(("result", "value"), [("ok", 1), ("K201", 0), (None, None)])
def test_the_line_as_kioskd_last_found_it(result: str | None, value: float | None) -> None:
    status = status_of(jobs=[{"name": LINE, "result": result}])
    values = parsed(prometheus(status, certificate_ends_at=None, readers=None))
    assert values.get("kiosk_line_up") == value
    assert "kiosk_readers" not in values


def test_a_label_may_hold_anything() -> None:
    text = prometheus(status_of(version='a"b\\c\nd'), certificate_ends_at=None, readers=None)
    parsed(text)
    assert r'version="a\"b\\c\nd"' in text


def test_the_command_of_a_kiosk_with_a_queue(
    box: Box, a_visit: Visit, capfd: pytest.CaptureFixture[str]
) -> None:
    box.simulator.offline()
    visitor = a_visit("taro", "1234")
    visitor.until("outage.received")
    with closing(visitor.link):
        box.take()
    capfd.readouterr()
    assert run(["--config", str(box.world.config), "status", "--prometheus"]) == 0
    text = capfd.readouterr().out
    values = parsed(text)
    assert values["kiosk_queue_waiting"] == 1
    assert 'simulated="true"' in text
    assert values["kiosk_certificate_end_seconds"] > datetime.now(UTC).timestamp()
    assert run(["--config", str(box.world.config), "status", "--prometheus", "--json"]) == 2


def test_promtool_takes_it() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is missing: apt-get install prometheus")
    text = prometheus(status_of(), certificate_ends_at=None, readers=1)
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
