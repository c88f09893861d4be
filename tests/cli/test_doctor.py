"""``kiosk doctor`` from its door."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli.main import run
from kiosk.settings import load
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


def test_no_pcscd_is_told_and_the_readers_are_not_asked(tmp_path: Path) -> None:
    pytest.importorskip("smartcard", reason="pyscard is missing: install the extra `reader`")
    kiosk = Path(sys.executable).with_name("kiosk")
    environment = os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")}
    done = subprocess.run(
        [kiosk, "doctor", "--json"], env=environment, capture_output=True, text=True, check=False
    )
    found = findings(done.stdout)
    assert done.returncode == 4
    assert (found["reader.service"]["state"], found["reader.service"]["code"]) == ("fail", "K122")
    assert found["reader.present"]["state"] == "skipped"
    assert "reader.extended" not in found


def test_a_repair_is_asked_for_done_and_on_record(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = World.create(tmp_path)
    world.write_config("https://127.0.0.1:1")
    config = ["--config", str(world.config)]
    folder = load(world.config).state.dir
    folder.mkdir(mode=0o700)
    assert run(["status", "--json", *config]) == 0
    folder.chmod(0o755)
    capsys.readouterr()

    monkeypatch.setattr("sys.stdin", io.StringIO("2\n" * 4))
    run(["doctor", "--repair", "--json", *config])
    refused = {each["name"]: each for each in json.loads(capsys.readouterr().out)["repairs"]}
    assert not refused["state.folder"]["done"]
    assert folder.stat().st_mode & 0o777 == 0o755

    monkeypatch.setattr("sys.stdin", io.StringIO())
    run(["doctor", "--repair", "--json", *config])
    told = capsys.readouterr()
    assert findings(told.out)["state.folder"]["state"] == "warn"
    assert not any(each["done"] for each in json.loads(told.out)["repairs"])
    assert "standard input ended" in told.err

    answers = "".join("1\n" if name == "state.folder" else "2\n" for name in refused)
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    run(["doctor", "--repair", "--json", *config])
    told = capsys.readouterr()
    report = json.loads(told.out)
    done = next(each for each in report["repairs"] if each["name"] == "state.folder")
    assert (done["done"], done["audited"], done["detail"]) == (True, True, None)
    assert findings(told.out)["state.folder"]["state"] == "ok"
    assert folder.stat().st_mode & 0o777 == 0o700
