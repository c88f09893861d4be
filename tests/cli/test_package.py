"""What a clinic gets: the wheel of the package, without the simulated world."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked where nothing else of ours is."""
    folder = tmp_path_factory.mktemp("wheel")
    backend = f"import os; os.chdir({str(ROOT)!r}); from hatchling.build import build_wheel; "
    code = f"{backend} print(build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if "No module named 'hatchling'" in done.stderr:
        pytest.skip("hatchling is missing: make setup")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / done.stdout.split()[-1]) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The ``kiosk`` of that wheel, not the one of the source tree."""
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from kiosk.cli.main import main; main()"
    command = [sys.executable, "-P", "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=site)


def test_there_is_no_simulator_in_it(unpacked: Path) -> None:
    names = {str(each.relative_to(unpacked)) for each in unpacked.rglob("*.py")}
    assert "kiosk/cli/serve.py" in names
    assert not [each for each in names if "simulat" in each or "demo" in each]


@pytest.mark.parametrize("command", [("demo",), ("simulator", "people")])
def test_a_command_of_the_simulated_world_says_so(unpacked: Path, command: tuple[str, ...]) -> None:
    done = run(unpacked, *command)
    assert done.returncode == 15
    assert done.stderr.startswith("K520: ")


def test_every_other_command_loads(unpacked: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r}); import importlib, kiosk\n"
        "from kiosk.cli.main import COMMANDS\n"
        "for name in set(COMMANDS) - {'demo', 'simulator'}:\n"
        "    importlib.import_module(COMMANDS[name][0])\n"
        "import kiosk.core.core, kiosk.tui.app, kiosk.line.front, kiosk.voice.worker\n"
        "print(kiosk.__file__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(unpacked))
