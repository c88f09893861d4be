"""The door itself: options before or behind the command, usage, bugs."""

from __future__ import annotations

import pytest

from kiosk.cli.main import globals_first, run


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
