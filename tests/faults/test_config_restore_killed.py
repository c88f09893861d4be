"""``kiosk config restore`` killed at every step: all of the old settings count, or all new ones."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.appliance.config_backup import packed
from kiosk.settings import load
from kiosk.settings_files import restoring
from tests.faults.test_config_restore import lay_settings, said

PATIENCE_S = 60.0
WITH_A_FUSE = """
import os, signal, sys
from kiosk.cli.main import main
left, folder = int(sys.argv.pop(1)), sys.argv.pop(1)
def burn(event, about):
    global left
    changes = event in {"os.rename", "os.remove"} or (event == "open" and about[2] & os.O_CREAT)
    if changes and str(about[0]).startswith(folder):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(burn)
main()
"""
"""The command itself, killed before the N-th file it makes, renames or removes in a folder."""
COMMON = "20-b.toml"


@dataclass
class Desk:
    """Settings on which a restore is tried again and again.

    Args:
        folder: they lie here.
        spare: as they were, with the backup.
        old: what they say.
        new: what those of the backup say.
    """

    folder: Path
    spare: Path
    old: dict[str, str]
    new: dict[str, str]

    @property
    def file(self) -> Path:
        return self.folder / "kiosk.toml"

    def lay_anew(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.spare, self.folder)

    def restore(self, fuse: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *(sys.executable, "-c", WITH_A_FUSE, str(fuse), str(self.folder)),
                *("--config", str(self.file), "config", "restore"),
                *(str(self.folder / "backup.json"), "--json"),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    work = tmp_path / "work"
    new = lay_settings(work, "new", "10-a.toml", COMMON)
    file = work / "kiosk.toml"
    backup = packed(file, load(file), datetime(2026, 11, 21, tzinfo=UTC), "0.2.0")
    old = lay_settings(work, "old", COMMON, "90-c.toml")
    (work / "backup.json").write_bytes(backup)
    shutil.copytree(work, tmp_path / "spare")
    return Desk(work, tmp_path / "spare", old, new)


def cut_off(desk: Desk, fuse: int) -> str | None:
    """Which settings count after it, "old" or "new"; None where it ended before the fuse did."""
    desk.lay_anew()
    done = desk.restore(fuse)
    found = said(desk.file)
    if done.returncode == 0:
        assert found == desk.new
        return None
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert found in (desk.old, desk.new)
    load(desk.file)
    again = desk.restore(10**6)
    assert again.returncode == 0, again.stderr
    assert said(desk.file) == desk.new
    assert not restoring(desk.file).exists()
    return "old" if found == desk.old else "new"


@pytest.mark.parametrize(("fuse", "which"), [(1, "old"), (13, "new")])
def test_killed_on_the_way_one_of_both_counts(desk: Desk, fuse: int, which: str) -> None:
    assert cut_off(desk, fuse) == which


@pytest.mark.soak
def test_killed_at_every_step(desk: Desk) -> None:
    seen: list[str] = []
    while (which := cut_off(desk, len(seen))) is not None:
        seen.append(which)
    # Up to the commit point the old ones, from it on the new: never back again.
    assert seen == sorted(seen, key=["old", "new"].index)
    assert set(seen) == {"old", "new"}
    assert len(seen) > 10
