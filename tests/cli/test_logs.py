"""``kiosk logs`` over a real journal, as systemd-journal-remote writes one, and over a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import KIOSK

REMOTE = Path("/lib/systemd/systemd-journal-remote")
SETTLED = {"at": "2026-11-21T01:02:03Z", "event": "check_answered", "outcome": "Answered"}
FAILED = {"at": "2026-11-21T01:02:04Z", "event": "job_failed", "job": "drain", "code": "K211"}
TRACE = "something of others: 12345678 山田"
BY_SYSTEMD = "kioskd.service: Failed with result 'exit-code'."
OTHER = {"at": "2026-11-21T01:02:05Z", "event": "settled", "code": "K211"}
NO_LOG = 13


def entry(message: str, *, ago_s: int, unit: str = "kioskd.service", priority: int = 6) -> str:
    """One entry of the journal export format (systemd.io/JOURNAL_EXPORT_FORMATS)."""
    at_us = int((time.time() - ago_s) * 1e6)
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
    return "\n".join(
        [
            f"__REALTIME_TIMESTAMP={at_us}",
            f"__MONOTONIC_TIMESTAMP={10**9 - ago_s}",
            f"_BOOT_ID={boot}",
            "_MACHINE_ID=0123456789abcdef0123456789abcdef",
            f"_SYSTEMD_UNIT={unit}",
            f"PRIORITY={priority}",
            f"MESSAGE={message}",
            "",
            "",
        ]
    )


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The folder of a journal with kioskd and another unit in it."""
    if not REMOTE.exists():
        pytest.skip("systemd-journal-remote is missing: apt-get install systemd-journal-remote")
    entries = [
        entry(json.dumps(SETTLED), ago_s=3 * 86_400),
        entry(json.dumps(FAILED), ago_s=60),
        entry(TRACE, ago_s=50),
        entry(BY_SYSTEMD, ago_s=40, priority=4),
        entry(json.dumps(OTHER), ago_s=30, unit="kiosk-receipt.service"),
    ]
    place = tmp_path / "journal"
    place.mkdir()
    subprocess.run(
        [REMOTE, "-o", place / "kiosk.journal", "-"],
        input="".join(entries), text=True, check=True, capture_output=True,
    )  # fmt: skip
    return place


def logs(*arguments: str | Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **({"PATH": path} if path else {})}
    return subprocess.run(
        [KIOSK, "logs", *arguments],
        capture_output=True, text=True, check=False, timeout=60, env=environment,
    )  # fmt: skip


def lines(*arguments: str | Path) -> list[dict[str, Any]]:
    called = logs("--json", *arguments)
    assert called.returncode == 0, called.stderr
    found: list[dict[str, Any]] = json.loads(called.stdout)["lines"]
    return found


MASKED = {"message": "something of others: ******** 山田"}
SYSTEMD = {"message": BY_SYSTEMD}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), [FAILED, MASKED, SYSTEMD]),
        (("--since", "-7d"), [SETTLED, FAILED, MASKED, SYSTEMD]),
        (("--unit", "kiosk-receipt.service"), [OTHER]),
        (("--level", "warning"), [SYSTEMD]),
        (("--code", "K211"), [FAILED]),
        (("--code", "K999"), []),
    ],
)
def test_the_journal_by_unit_time_level_and_code(
    journal: Path, arguments: Sequence[str], expected: list[dict[str, Any]]
) -> None:
    assert lines("--directory", journal, *arguments) == expected


def test_for_people_an_event_stands_as_it_was_logged(journal: Path) -> None:
    called = logs("--directory", journal)
    assert called.stdout.splitlines() == [json.dumps(FAILED), MASKED["message"], BY_SYSTEMD]


def test_where_nothing_was_logged_it_says_so(journal: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = ("--directory", journal, "--unit", "kiosk-trim.service")
    no_tool = logs("--json", path=str(empty))
    for called in (logs("--json", *nothing), logs("--json", "--directory", empty), no_tool):
        assert called.returncode == NO_LOG
        assert json.loads(called.stdout)["code"] == "K326"
        assert "hint:" in called.stderr


def test_beside_systemd_the_kept_standard_error_is_read(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.log"
    file.write_text(f"{json.dumps(FAILED)}\n{TRACE}\n", "utf-8")
    assert lines("--file", file) == [FAILED, MASKED]
    assert lines("--file", file, "--code", "K211") == [FAILED]
    assert logs("--file", file, "--since", "-1d").returncode == 2


def test_what_the_journal_hears_of_us_is_one_json_document_a_line(tmp_path: Path) -> None:
    """Under systemd standard error is a socket of the journal, and JOURNAL_STREAM names it."""
    script = "from kiosk.events import Event\nfrom kiosk.log import record\n"
    script += "record(Event.JOB_FAILED, job='山田', code='K211', where='12345678')\n" * 2
    file = tmp_path / "stderr"
    with file.open("w") as journal_stream:
        name = os.fstat(journal_stream.fileno())
        subprocess.run(
            [sys.executable, "-c", script],
            stderr=journal_stream, check=True,
            env={**os.environ, "JOURNAL_STREAM": f"{name.st_dev}:{name.st_ino}"},
        )  # fmt: skip
    found = lines("--file", file)
    assert [sorted(each) for each in found] == [["at", "code", "event", "job", "where"]] * 2
    assert (found[0]["job"], found[0]["where"]) == ("*", "********")
