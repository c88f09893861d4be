"""``kiosk doctor`` from its door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli.main import run
from kiosk.simulator.world import World


def findings(text: str) -> dict[str, dict[str, str | None]]:
    return {each["name"]: each for each in json.loads(text)["findings"]}


def test_no_settings_and_the_rest_is_looked_at_nevertheless(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["doctor", "--json", "--config", "/nowhere/kiosk.toml"]) == 4
    told = capsys.readouterr()
    found = findings(told.out)
    assert (found["settings"]["state"], found["settings"]["code"]) == ("fail", "K502")
    assert "reader.service" in found
    assert told.err == ""


def test_a_simulated_box_is_marked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = World.create(tmp_path)
    world.write_config("https://127.0.0.1:1")
    assert run(["doctor", "--json", "--config", str(world.config)]) in (0, 3, 4)
    report = json.loads(capsys.readouterr().out)
    assert (report["simulated"], report["mark"]) == (True, "模擬")
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    run(["doctor", "--config", str(world.config)])
    assert capsys.readouterr().out.startswith("模擬。■")
