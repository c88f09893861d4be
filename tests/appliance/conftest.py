"""Fixtures of the boxes: a machine in QEMU."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.drive import Drive
from tests.support.guest import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Iterator[Guest]:
    """A machine with an empty drive; its plug is out at the end."""
    machine = Guest(tmp_path, Drive(tmp_path))
    try:
        yield machine
    finally:
        machine.switch_off()
