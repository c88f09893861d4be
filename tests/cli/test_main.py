"""The door itself: options before or behind the command, usage, bugs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli.main import globals_first, run
from kiosk.simulator.world import World


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["status", "--config", "f", "--json"], ["--config", "f", "status", "--json"]),
        (["status", "--state-dir=d"], ["--state-dir=d", "status"]),
        (["--config", "f", "status"], ["--config", "f", "status"]),
        (["status", "--config"], ["--config", "status"]),
        (["queue", "retry", "--", "--config", "x"], ["queue", "retry", "--", "--config", "x"]),
    ],
)
def test_global_options_may_stand_anywhere(given: list[str], meant: list[str]) -> None:
    assert globals_first(given) == meant


def test_a_wrong_option_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--nonsense"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "--nonsense" in told.err


def test_no_settings_say_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--json", "--config", "/nowhere/kiosk.toml"]) == 15
    told = capsys.readouterr()
    assert told.out.startswith('{"code": "K502"')
    assert "hint: " in told.err


def test_a_slip_in_the_state_folder_makes_none(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.write_config("https://127.0.0.1:1")
    config, missing = ["--config", str(world.config)], tmp_path / "nodir" / "state"
    for words in (
        "status",
        "history",
        "queue list",
        "purge --dry-run",
        "audit show",
        "sync --once",
    ):
        given = [*words.split(), "--json", *config, "--state-dir", str(missing)]
        assert run(given) == 15, words
        told = capsys.readouterr()
        assert json.loads(told.out) == {"code": "K537", "detail": str(missing)}
        assert not missing.parent.exists(), words


def test_an_option_is_no_value_of_another(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("--config", "--state-dir", "--unlock-fd"):
        assert run(["status", name, "--json"]) == 2
        assert f"Error: {name} wants a value, and --json is an option" in capsys.readouterr().err
