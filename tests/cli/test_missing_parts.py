"""Without the extra ``receipt`` each command says which part is missing (K608)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.passcode import Passcode
from kiosk.ports.access import Holder, Standing
from kiosk.settings import load
from kiosk.simulator.world import World
from kiosk.wiring import assemble

_WITHOUT = """
import sys
for part in sys.argv[1].split(","):
    sys.modules[part] = None
from kiosk.cli.main import run
sys.exit(run(sys.argv[2:]))
"""
"""A library that is not installed, as Python says it: the import of None is an ImportError."""


@pytest.fixture
def without(world: World) -> Callable[..., subprocess.CompletedProcess[str]]:
    world.write_config("https://127.0.0.1:1")
    with world.config.open("a", encoding="utf-8") as file:
        file.write("\n[receipt]\nfiles = true\n")
    with assemble(load(world.config)) as kiosk:
        kiosk.store.control.access.set_passcode(
            Holder(Standing.STAFF, "staff-1"), Passcode("482915")
        )

    def called(parts: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", _WITHOUT, parts, "--config", str(world.config), *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    return called


_EXPORT = ("export", "--month", "2026-11", "--output", "{file}", "--format")


@pytest.mark.parametrize(
    ("part", "arguments"),
    [
        ("lxml", (*_EXPORT, "oqs")),
        ("reportlab", (*_EXPORT, "list-pdf")),
        ("starlette", ("receipt", "serve", "--dir", "{file}")),
        ("segno", ("setup", "second", "totp", "--label", "staff-1", "--qr")),
    ],
)
def test_it_says_what_is_missing_and_leaves_nothing(
    without: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    part: str,
    arguments: tuple[str, ...],
) -> None:
    file = tmp_path / "out"
    done = without(part, *(each.format(file=file) for each in arguments))
    assert done.returncode == 16
    assert "K608" in done.stderr
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert not file.exists()


def test_what_needs_none_of_it_works_without(
    without: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    every = "lxml,reportlab,segno,starlette,uvicorn"
    file = tmp_path / "out"
    done = without(every, *(each.format(file=file) for each in _EXPORT), "list-csv", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["file"] == str(file)
    assert file.exists()
