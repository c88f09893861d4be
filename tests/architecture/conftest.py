"""The project's own tree."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def sources() -> list[Path]:
    """Every Python file we wrote, by path."""
    return sorted(
        file for folder in ("kiosk", "tests", "bench") for file in (ROOT / folder).rglob("*.py")
    )


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a tool of this environment from the project's folder."""

    def call(*command: str) -> subprocess.CompletedProcess[str]:
        tool = Path(sys.executable).parent / command[0]
        return subprocess.run(
            [tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )

    return call
