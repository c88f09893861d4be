"""What watches over many boxes names metrics that there are, and settings that there are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from kiosk.appliance.metrics import prometheus
from kiosk.settings import examine

METRIC = re.compile(r"\bkiosk_[a-z_]+")

SECTIONS = {
    "facility": {"code": "0000000000", "terminal": "W0000001"},
    "service": {
        "url": "https://service.invalid",
        "ca": "ca.pem",
        "certificate": "terminal.pem",
        "key": "terminal.key",
        "patience_s": 10.0,
    },
    "access": {"technician_users": ["tech", "@technicians"], "idle_minutes": 5},
    "receipt": {"qr": False},
}


@pytest.fixture(scope="module")
def fleet(root: Path) -> Path:
    return root / "fleet"


@pytest.fixture(scope="module")
def metrics() -> set[str]:
    """Every name that is written, by a status in which everything is known."""
    status: dict[str, Any] = {
        "facility": "0000000000", "terminal": "W0000001", "simulated": False, "version": "1",
        "queue": {"waiting": 0, "set_aside": 0, "oldest_seconds": None},
        "clock": {"trusted": True, "fault": None}, "purge": {"late": [], "copies": []},
        "follow_ups": {"due": 0}, "losses": [], "jobs": [{"name": "line", "result": "ok"}],
    }  # fmt: skip

    text = prometheus(status, certificate_ends_at=datetime(2030, 1, 1, tzinfo=UTC), readers=1)
    return set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))


def test_the_dashboard_shows_every_metric_and_no_other(fleet: Path, metrics: set[str]) -> None:
    board = json.loads((fleet / "grafana-dashboard.json").read_text("utf-8"))
    shown = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in METRIC.findall(target["expr"])
    }
    assert shown == metrics
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_the_alerts_watch_every_metric_and_no_other(fleet: Path, metrics: set[str]) -> None:
    rules = (fleet / "prometheus-rules.yml").read_text("utf-8")
    named = {name for line in re.findall(r"expr: (.+)", rules) for name in METRIC.findall(line)}
    assert named == metrics
    assert len(re.findall(r"- alert: ", rules)) == len(re.findall(r"action: ", rules))


def test_the_rules_are_of_the_form_prometheus_takes(fleet: Path) -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    rules = str(fleet / "prometheus-rules.yml")
    done = subprocess.run([tool, "check", "rules", rules], check=False, capture_output=True)
    assert done.returncode == 0, done.stdout


def test_the_role_is_of_the_form_ansible_takes(fleet: Path) -> None:
    tool = shutil.which("ansible-playbook")
    if tool is None:
        pytest.skip("ansible-playbook is not installed")
    folder = fleet / "ansible"
    command = [tool, "-i", "inventory.example.yml", "site.yml", "--syntax-check"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_what_the_role_writes_are_settings(fleet: Path, tmp_path: Path) -> None:
    role = fleet / "ansible" / "roles" / "madoguchi"
    # As Ansible sets them: the line of a tag leaves nothing behind.
    environment = Environment(trim_blocks=True, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - no page
    environment.filters["to_json"] = json.dumps
    template = environment.from_string((role / "templates" / "kiosk.toml.j2").read_text("utf-8"))
    file = tmp_path / "kiosk.toml"
    file.write_text(template.render(madoguchi_settings=SECTIONS))
    assert tomllib.loads(file.read_text()) == SECTIONS
    settings, problems, _ = examine(file)
    assert settings is not None, problems


def test_no_secret_is_in_the_role(fleet: Path) -> None:
    """Keys are made on the box and passcodes are typed there: nothing of them is Ansible's."""
    for file in (fleet / "ansible").rglob("*.*"):
        text = file.read_text("utf-8")
        assert not re.search(r"passcode(_|: )|vault|PRIVATE KEY", text), file
