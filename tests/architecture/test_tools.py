"""Lint, format, types and the import law: the same calls as ``make check``."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

# A cold cache on a machine of two cores takes longer than any other test may.
pytestmark = pytest.mark.timeout(600)

TOOLS = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "import law": ("lint-imports", "--no-cache"),
}


@pytest.mark.parametrize("name", TOOLS)
def test_tool_has_nothing_to_say(run: Run, name: str) -> None:
    done = run(*TOOLS[name])
    assert done.returncode == 0, done.stdout + done.stderr
