"""What a command must not load to answer (ARCHITECTURE, decision 8)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

OWNED = {
    "smartcard",
    "httpx",
    "sqlite_utils",
    "sqlcipher3",
    "apscheduler",
    "starlette",
    "uvicorn",
    "jinja2",
    "reportlab",
    "PIL",
    "pypdf",
    "tomlkit",
    "jpholiday",
    "textual",
    "pyttsx3",
    "pyopenjtalk",
}
REPORT_WHAT_IS_LOADED = """
import json, sys
from kiosk.cli.main import run
status = run(sys.argv[1:])
loaded = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"status": status, "loaded": loaded}), file=sys.stderr)
"""


def loaded_by(root: Path, *arguments: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", REPORT_WHAT_IS_LOADED, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(done.stderr.splitlines()[-1])
    return report["status"], set(report["loaded"])


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_help_loads_none_of_the_owned_libraries(root: Path, arguments: list[str]) -> None:
    _, loaded = loaded_by(root, *arguments)
    assert "kiosk" in loaded
    assert not OWNED & loaded


def test_help_answers(root: Path) -> None:
    assert loaded_by(root, "--help")[0] == 0


def test_the_libraries_are_there_to_be_loaded(root: Path) -> None:
    assert importable(root) == OWNED


def importable(root: Path) -> set[str]:
    probe = "import sys; from importlib.util import find_spec as f; print(*filter(f, sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", probe, *sorted(OWNED)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("command", ["check", "doctor", "history", "queue", "purge", "status"])
def test_what_needs_no_timer_and_no_simulator_loads_neither(root: Path, command: str) -> None:
    status, loaded = loaded_by(root, command, "--help")
    assert status == 0
    assert not {"apscheduler", "starlette", "uvicorn", "textual"} & loaded
