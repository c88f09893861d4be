"""``kiosk simulator card``: what no card can be is a wrong call, before anything is looked for."""

from __future__ import annotations

import pytest

from kiosk.cli.main import run


@pytest.mark.parametrize(
    "option",
    ["--tries 4", "--tries -1", "--tries x", "--pulled-at 0", "--slow-ms -1", "--key dsa"],
)
def test_a_value_out_of_its_range_is_a_wrong_call(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, value = option.split()
    status = run(["simulator", "card", "--dir", "nowhere", "--person", "taro", name, value])
    assert status == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"Invalid value for '{name}'" in told.err
