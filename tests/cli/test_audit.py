"""``kiosk audit verify`` after somebody was at control.db with its own key in hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.cli.main import run
from kiosk.events import Event
from kiosk.settings import load
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.wiring import assemble

Verified = Callable[..., tuple[int, str]]
TAMPERED = {
    "order at row 2": "DELETE FROM audit WHERE number = 2",
    "changed at row 3": "UPDATE audit SET body = replace(body, 'a', 'b') WHERE number = 3",
    "truncated at row 4": "DELETE FROM audit WHERE number > 3",
}


@pytest.fixture
def config(world: World, simulator: RunningSimulator) -> Path:
    """Settings of a kiosk with five rows in its audit."""
    del simulator
    write(world.config, rows=5)
    return world.config


def write(config: Path, rows: int) -> str:
    """So many rows more; the head."""
    with assemble(load(config)) as kiosk:
        for _ in range(rows):
            kiosk.gate.note(Event.LOOKED, "staff/staff-1", "screen", what="history")
        return str(kiosk.gate.head())


@pytest.fixture
def verified(config: Path, capsys: pytest.CaptureFixture[str]) -> Verified:
    """Status and what was said of it."""

    def verify(*arguments: str) -> tuple[int, str]:
        status = run(["--config", str(config), "audit", "verify", *arguments])
        return status, capsys.readouterr().err

    return verify


@pytest.mark.parametrize("found", TAMPERED)
def test_what_was_tampered_with_is_said_with_its_row(
    config: Path, verified: Verified, found: str
) -> None:
    assert verified() == (0, "")
    with assemble(load(config)) as kiosk:
        kiosk.store.control.audit._database.rows(TAMPERED[found])
    status, said = verified()
    assert (status, found in said, said.startswith("K325: ")) == (13, True, True)


def test_rows_lost_by_a_damage_are_told_with_their_numbers_and_the_rest_is_whole(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with assemble(load(config)) as kiosk:
        kiosk.store.control.copy()
    write(config, rows=3)
    control = load(config).state.dir / "sealed" / "control.db"
    control.write_bytes(bytes(control.stat().st_size))
    arguments = ["--config", str(config), "audit", "verify"]
    assert run([*arguments, "--json"]) == 0
    (gap,) = json.loads(capsys.readouterr().out)["lost"]
    assert (gap["first"], gap["exact"]) == (6, False)
    assert run(arguments) == 0
    said = capsys.readouterr().out
    assert str(gap["last"]) in said
    assert "書かれたときのまま" in said


def test_two_rows_exchanged_are_found(config: Path, verified: Verified) -> None:
    with assemble(load(config)) as kiosk:
        database = kiosk.store.control.audit._database
        for old, new in ((2, -1), (3, 2), (-1, 3)):
            database.rows("UPDATE audit SET number = ? WHERE number = ?", (new, old))
    status, said = verified()
    assert (status, "changed at row 2" in said) == (13, True)


def test_an_old_copy_put_back_is_whole_and_found_by_a_head_kept_elsewhere(
    config: Path, verified: Verified, tmp_path: Path
) -> None:
    state = load(config).state.dir
    shutil.copytree(state, tmp_path / "copy")
    head = write(config, rows=2)
    assert verified("--head", head) == (0, "")
    shutil.rmtree(state)
    shutil.copytree(tmp_path / "copy", state)
    assert verified() == (0, "")
    status, said = verified("--head", head)
    assert (status, "truncated at row 6" in said) == (13, True)
