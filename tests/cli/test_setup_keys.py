"""``kiosk setup keys`` and the lock of a box, through the door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli.main import run
from tests.support.cli import line_on_descriptor

SETTINGS = """
[facility]
code = "9910000001"
terminal = "W0000001"
[service]
url = "https://service.invalid"
ca = "ca.pem"
certificate = "terminal.pem"
key = "terminal.key"
simulated = true
[keys]
provider = "{provider}"
file = "device.key"
[state]
dir = "state"
"""
PASSCODE = "さくらともみじ二十本"


def _settings(folder: Path, provider: str) -> str:
    (folder / "device.key").write_bytes(b"k" * 32)
    (folder / "kiosk.toml").write_text(SETTINGS.format(provider=provider))
    return str(folder / "kiosk.toml")


def test_acceptance_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = ["setup", "keys", "--json", "--config", _settings(tmp_path, "test")]
    assert run(keys) == 13
    assert json.loads(capsys.readouterr().out)["code"] == "K334"
    assert run([*keys, "--accept-as", "試験 花子"]) == 0
    assert json.loads(capsys.readouterr().out)["accepted_by"] == "試験 花子"
    assert run(keys) == 0


def test_a_locked_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = _settings(tmp_path, "passcode")
    assert run(["setup", "keys", "--config", config, "--new-fd", line_on_descriptor(PASSCODE)]) == 0
    status = ["status", "--config", config]
    assert run(status) == 13
    assert run([*status, "--unlock-fd", line_on_descriptor("another passcode")]) == 13
    said = capsys.readouterr().err
    assert "K330" in said
    assert "K331" in said
    assert run([*status, "--unlock-fd", line_on_descriptor(PASSCODE)]) == 0
