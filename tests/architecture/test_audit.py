"""``tools/audit.py``: known vulnerabilities of what the lock names, by a copy of advisories."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
AUDIT = ROOT / "tools/audit.py"
_PYSEC = """\
id: PYSEC-1
modified: "2026-01-02"
affected:
- package: {ecosystem: PyPI, name: httpx}
  ranges:
  - type: ECOSYSTEM
    events: [{introduced: "0"}]
"""


def advisory(name: str, *events: dict[str, str], **more: object) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    package = {"ecosystem": "PyPI", "name": name}
    return {
        "id": "TEST-1", "modified": "2026-11-20T00:00:00Z", "aliases": ["CVE-0000-0000"],
        "affected": [{"package": package, "ranges": ranges}], **more,
    }  # fmt: skip


def audited(folder: Path, *advisories: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Against the project's own lock; as an archive, the way OSV gives it away."""
    archive = folder / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number, each in enumerate(advisories):
            file.writestr(f"{number}.json", json.dumps(each))
    command = [sys.executable, str(AUDIT), str(archive)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("events", "is_found"),
    [
        (({"introduced": "0"},), True),
        (({"introduced": "0"}, {"fixed": "0.1"}), False),
        (({"introduced": "0"}, {"fixed": "999"}), True),
        (({"introduced": "0"}, {"last_affected": "0.1"}), False),
        (({"introduced": "999"},), False),
    ],
)
def test_a_version_is_judged_by_the_events_of_the_advisory(
    tmp_path: Path, events: tuple[dict[str, str], ...], *, is_found: bool
) -> None:
    done = audited(tmp_path, advisory("Textual", *events))
    assert ("TEST-1" in done.stdout) is is_found
    assert done.returncode == int(is_found)
    assert "the newest of 2026-11-20" in done.stderr


def test_what_was_withdrawn_or_is_of_others_is_not_found(tmp_path: Path) -> None:
    withdrawn = advisory("textual", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")
    other = advisory("a-package-nobody-locks", {"introduced": "0"})
    assert audited(tmp_path, withdrawn, other).returncode == 0


def test_nothing_asked_is_no_answer(tmp_path: Path) -> None:
    assert audited(tmp_path).returncode == 2


def test_the_folder_of_the_python_packaging_authority_is_read(tmp_path: Path) -> None:
    (tmp_path / "PYSEC-1.yaml").write_text(_PYSEC)
    command = [sys.executable, str(AUDIT), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "PYSEC-1" in done.stdout
    assert done.returncode == 1
