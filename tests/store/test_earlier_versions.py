"""Stores written by the code of earlier versions itself, opened by this one.

Each commit that changed what lies on the disk is taken from git's history and writes a store of
checks, ends without closing it, as by a power cut, and this version goes on with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.check import Answered
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.events import Event
from kiosk.ports.access import Entry
from kiosk.ports.records import Search
from tests.support.store import Box, answered

ROOT = Path(kiosk.__file__).parent.parent
FORMS = (
    *(f"kiosk/store/{name}.py" for name in ("schema", "vault", "keyring", "rows")),
    "kiosk/formats/answer_json.py",
)
FIRST = "48c7092b"
"""The first whose tests can be asked to write one; before it, hours old, nothing was installed."""
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
WRITES = """
import os, sys
from datetime import date
from pathlib import Path
from tests.support.store import Box, answered

box = Box(Path(sys.argv[1]))
records = box.store().records
checks = []
for day in (date(2026, 11, 15), date(2026, 10, 15)):
    for is_settled in (True, False):
        checks.append(records.open(box.check(treated_on=day)).check_id)
        if is_settled:
            records.settle(checks[-1], answered(), at=box.wall, next_attempt_at=None)
checks.append(records.open(box.check(is_trusted=False)).check_id)
print(*checks, flush=True)
os._exit(0)
"""


def _git(*arguments: str) -> bytes:
    tool = shutil.which("git")
    if tool is None or not (ROOT / ".git").exists():
        return b""
    return subprocess.run([tool, "-C", ROOT, *arguments], capture_output=True, check=False).stdout


def versions() -> list[str]:
    """Commits that changed what lies on the disk, oldest first."""
    return _git("log", "--reverse", "--format=%h", f"{FIRST}~..", "--", *FORMS).decode().split()


VERSIONS = versions()
IN_EVERY_CHECK = VERSIONS[:1]


@pytest.mark.parametrize(
    "version",
    [
        pytest.param(each, marks=() if each in IN_EVERY_CHECK else pytest.mark.soak)
        for each in VERSIONS
    ],
)
def test_a_store_of_every_earlier_version_is_gone_on_with(
    box: Box, tmp_path: Path, version: str
) -> None:
    checks = written_by(version, box, tmp_path)
    store = box.store()
    records = store.records
    kept = records.history(None)
    assert [each.check_id for each in kept] == checks
    assert all(former.sequence < each.sequence for former, each in pairwise(kept))
    assert [each.state for each in kept] == [State.ANSWERED, State.SENDING] * 2 + [State.SENDING]
    answer = kept[0].answer
    assert answer is not None
    assert Answered(answer) == answered()
    assert [each.check_id for each in records.search(Search(day=NOVEMBER.first_day))] == []
    found = records.search(Search(day=date(2026, 11, 15)))
    assert {each.check_id for each in found} >= set(checks[:2])

    for each in checks:
        records.settle(each, answered(), at=box.wall, next_attempt_at=None)
    assert records.adopt_provisional(box.stamp()) == 1
    assert records.open(box.check()).sequence > kept[-1].sequence
    assert records.purge(OCTOBER).checks == 2
    store.control.audit.append(
        Entry(Event.MONTH_PURGED, box.wall, is_trusted=True, who="kioskd", where="timer")
    )
    assert store.control.audit.verify().fault is None
    box.undo.close()
    assert [each.check_id for each in box.store().records.history(NOVEMBER)][:2] == checks[:2]


def written_by(version: str, box: Box, folder: Path) -> list[str]:
    """Ids of the checks that the code of a version put into the box, oldest first."""
    old = folder / "old"
    with tarfile.open(fileobj=BytesIO(_git("archive", version, "kiosk", "tests"))) as archive:
        archive.extractall(old, filter="data")
    done = subprocess.run(
        [sys.executable, "-c", WRITES, box.state_dir],
        cwd=old,
        env={**os.environ, "PYTHONPATH": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
