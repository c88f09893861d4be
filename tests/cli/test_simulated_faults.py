"""``kiosk simulator fault``: numbers that are none are refused where they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.cli.main import run


@pytest.mark.parametrize("option", ["--after", "--for", "--delay"])
@pytest.mark.parametrize("number", ["nan", "inf", "1e400"])
def test_a_number_of_seconds_is_one(
    option: str, number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["simulator", "fault", "slow", "--dir", str(tmp_path)]
    assert run([*where, option, number]) == 2
    told = capsys.readouterr()
    assert (told.out, option in told.err) == ("", True)


def test_nor_in_a_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[fault]]\nkind = "slow"\ndelay = nan\n')
    assert run(["simulator", "fault", "--dir", str(tmp_path), "--script", str(script)]) == 15
    assert "fault.0.delay" in capsys.readouterr().err
