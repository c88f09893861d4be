"""Another time for processes that are started, by libfaketime; it can be changed while they run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest


def faked_time(clock: Path, offset: str = "+0") -> dict[str, str]:
    """What is added to the environment; skipped where faketime is not installed.

    Args:
        clock: file with the offset, e.g. "+700d"; read again at each look at the clock.
        offset: written there.
    """
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None or not shutil.which("faketime"):
        pytest.skip("faketime is not installed: as root, make setup does it")
    clock.write_text(offset)
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@dataclass
class Calendar:
    """What time every process of a clinic believes it is.

    Args:
        file: of libfaketime.
    """

    file: Path

    def turn_to(self, instant: datetime) -> None:
        """From now on."""
        self.file.write_text(f"{(instant - datetime.now(UTC)).total_seconds():+.3f}")

    def now(self) -> datetime:
        """As they believe."""
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))

    @classmethod
    def opened(cls, file: Path, monkeypatch: pytest.MonkeyPatch, instant: datetime) -> Calendar:
        """For every process started from now on."""
        made = cls(file)
        for name, value in faked_time(file).items():
            monkeypatch.setenv(name, value)
        made.turn_to(instant)
        return made
