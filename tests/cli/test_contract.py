"""What every command keeps to: one JSON document, words beside it, a status with a meaning."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.cli.main import run
from kiosk.settings import load
from kiosk.simulator.world import World
from kiosk.wiring import assemble
from tests.support.cli import KIOSK
from tests.support.results import eligibility
from tests.support.store import Box, answered

STATUSES = {0, 2, 3, 4, *range(11, 17)}

REPORTS = [
    "adoption",
    "adoption promoted asking --count 5",
    "adoption report",
    "adoption site --kind ahaki",
    "adoption statistics",
    "audit show",
    "audit take-key",
    "audit verify",
    "bundle {new}/support.tar.gz",
    "check --local --visual",
    "config backup {new}/settings",
    "config check",
    "config show",
    "doctor",
    "export --month 2026-11 --format csv --output {new}/csv",
    "history",
    "history --kana ヤマ",
    "purge --dry-run",
    "queue list",
    "receipt list",
    "receipt revoke nobody",
    "receipt ways",
    "setup keys",
    "setup passcode list",
    "setup passcode remove --label nobody",
    "status",
    "sync --once",
]

MISTAKES = [
    ("adoption --practitioner 70x", 2),
    (f"adoption --practitioner {'7' * 5000}", 2),
    ("adoption --closes-on 2026-13-01", 2),
    ("adoption promoted asking --count 99999999999999999999", 2),
    ("audit show --after 99999999999999999999", 2),
    ("audit verify --head 1;zz", 2),
    ("audit verify --key-fd 99", 2),
    ("bundle /nowhere/at/all", 16),
    ("bundle {new}/none.tar.gz --since nonsense", 2),
    ("check --local --pin-fd 99", 2),
    ("config restore {junk}", 15),
    ("config restore {pipe}", 15),
    ("config restore {folder}", 2),
    ("export --month 2026-11 --format csv --output {junk}", 16),
    ("history --passcode-fd 99", 2),
    ("history --passcode-fd -1", 2),
    ("history --passcode-fd 99999999999999999999", 2),
    ("export --month 2026-11 --format csv --output {new}/none --passcode-fd 99", 2),
    ("receipt list --passcode-fd 99", 2),
    ("setup --sheet-fd 99", 2),
    ("setup keys --new-fd 99", 2),
    ("status --unlock-fd 99", 2),
    ("technician --passcode-fd 99", 2),
    ("history --day 2026-02-30", 2),
    ("history --month 0000-01", 2),
    ("history --month 9999-12", 2),
    ("history --month 2026-11 --kana ヤ", 2),
    ("history --kana \udcff", 2),
    ("history annul \udcff --reason not-this-patient", 2),
    ("history annul nobody --reason not-this-patient", 13),
    ("history correct nobody --treated-on 2026-11-01 --reason not-this-patient", 13),
    ("logs --file {folder}", 2),
    ("paper sign --output {folder}", 16),
    ("paper sign --output /nowhere/at/all", 16),
    ("purge --now 2026-11-21T00:00:00", 2),
    ("queue retry nobody", 13),
    ("receipt pair", 13),
    ("setup passcode remove --label nobody", 4),
    ("setup passcode set --label name --passcode-fd 99", 2),
    ("setup second recovery --label nobody", 2),
    ("update {junk}", 15),
]


@pytest.fixture
def config(world: World, box: Box) -> Path:
    """Of a kiosk with one result and one check that waits, at a service that does not answer."""
    world.write_config("https://127.0.0.1:1")
    text = world.config.read_text("utf-8")
    world.config.write_text(f"{text}\n[receipt]\nfiles = true\n", "utf-8")
    with assemble(load(world.config)) as kiosk:
        done = kiosk.records.open(box.check())
        kiosk.records.settle(
            done.check_id, answered(eligibility().name or ""), at=box.wall, next_attempt_at=None
        )
        kiosk.records.open(box.check())
    return world.config


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    places = {name: tmp_path / name for name in ("new", "junk", "folder", "pipe")}
    places["new"].mkdir()
    places["folder"].mkdir()
    places["junk"].write_bytes(bytes(range(256)) * 100)
    os.mkfifo(places["pipe"])
    return {name: str(place) for name, place in places.items()}


def test_a_report_is_one_document_that_says_what_is_simulated(
    config: Path, places: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    for line in REPORTS:
        status = run(["--config", str(config), *line.format(**places).split(), "--json"])
        told = capfd.readouterr()
        document = json.loads(told.out)
        assert told.out.count("\n") == 1, line
        assert status in STATUSES, line
        if "code" in document and status >= 11:
            assert told.err.startswith(f"{document['code']}: "), line
        else:
            assert (document["simulated"], document["mark"]) == (True, "模擬"), line


def test_a_mistake_is_told_and_what_to_do_next(
    config: Path, places: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    for line, expected in MISTAKES:
        words = line.format(**places).split(" ")
        assert run(["--config", str(config), *words, "--json"]) == expected, line
        told = capfd.readouterr()
        if expected == 2:
            assert told.out == "", line
            assert "Error: " in told.err, line
        elif expected >= 11:
            assert told.err.startswith(f"{json.loads(told.out)['code']}: "), line
            assert "hint: " in told.err, line


def test_what_is_no_time_of_a_log_is_told_before_anything_is_written(
    config: Path, places: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    file = Path(places["new"]) / "none.tar.gz"
    for words in (("bundle", str(file)), ("logs",)):
        assert run(["--config", str(config), *words, "--since", "nonsense"]) == 2
        assert "nonsense" in capfd.readouterr().err
    assert not file.exists()
    with assemble(load(config)) as kiosk:
        assert not kiosk.store.control.audit.entries()


def test_every_check_of_a_list_bears_the_mark(
    config: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["--config", str(config), "history"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert all(line.startswith("模擬。") for line in lines if re.search(r"\d月\d+日", line))


def test_what_is_compared_must_be_numbers(
    config: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for content in (b"", b"\xff\xfe", b"[1]", b'{"number": 5}', b"[" * 20_000):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))
        assert run(["--config", str(config), "receipt", "compare", "--json"]) == 2
        told = capfd.readouterr()
        assert told.out == ""
        assert "standard input" in told.err


Wrapped = Callable[[str], subprocess.CompletedProcess[bytes]]


@pytest.fixture
def shell(config: Path) -> Wrapped:
    """A line of a shell, in which ``kiosk`` is this kiosk."""

    def line(text: str) -> subprocess.CompletedProcess[bytes]:
        script = f'set -o pipefail; kiosk() {{ "{KIOSK}" --config "{config}" "$@"; }}; {text}'
        return subprocess.run(
            ["bash", "-c", script],  # noqa: S607 - the system's
            capture_output=True,
            check=False,
            timeout=60,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )

    return line


ENDS = [
    ("kiosk status --json | true", 141, "", ""),
    ("(kiosk history || test $? = 141) | head -n 1", 0, "模擬。記録、2件。\n", ""),
    ("kiosk status --json > /dev/full", 16, "", "K610"),
    ("kiosk status > /dev/full", 16, "", "K610"),
    ("kiosk status >&-", 0, "", ""),
    ("kiosk check --local --json <&- >&- 2>&-", 2, "", ""),
    ("kiosk history annul x --reason not-this-patient 2>&-", 13, "", ""),
]


def test_closed_and_full_ends_are_no_bug(shell: Wrapped) -> None:
    for line, status, out, err in ENDS:
        done = shell(line)
        told = done.stderr.decode()
        assert (done.returncode, done.stdout.decode()) == (status, out), (line, told)
        assert err in told, line
        assert "Traceback" not in told, line
        assert "bug" not in told, line


@pytest.mark.parametrize(
    ("environment", "encoding"),
    [
        ("PYTHONIOENCODING=ascii", "utf-8"),
        ("PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C", "utf-8"),
        ("PYTHONIOENCODING=cp932", "cp932"),
        ("-u HOME -u LANG -u LC_ALL -u TERM", "utf-8"),
    ],
)
def test_whatever_the_locale_japanese_is_written(
    config: Path, environment: str, encoding: str
) -> None:
    command = f'env {environment} "{KIOSK}" --config "{config}" history'
    done = subprocess.run(
        ["bash", "-c", f"{command} && {command} --json"],  # noqa: S607 - the system's
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *told, document = done.stdout.decode(encoding).splitlines()
    assert told[0].startswith("模擬。")
    assert json.loads(document)["checks"][0]["mark"] == "模擬"


def test_a_log_cannot_move_the_cursor(config: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = config.with_name("log")
    file.write_bytes(b'\x1b[2Jcleared\n{"event": "a\x1b[31m"}\n\x9b2J\n')
    assert run(["--config", str(config), "logs", "--file", str(file)]) == 0
    told = capfd.readouterr().out
    assert "cleared" in told
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", told)


def test_a_folder_that_is_not_ours_is_said_to_be_so(config: Path) -> None:
    """The most ordinary mistake of all: without sudo."""
    as_anybody = []
    if os.getuid() == 0:
        less = "-dac_override,-dac_read_search"
        as_anybody = ["setpriv", f"--bounding-set={less}", f"--inh-caps={less}"]
    config.parent.chmod(0)
    for command in ("status", "doctor"):
        done = subprocess.run(
            [*as_anybody, KIOSK, "--config", str(config), *command.split(), "--json"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode in STATUSES - {0}, (command, done.stderr)
        assert "Permission denied" in done.stdout + done.stderr, command
    config.parent.chmod(0o700)


def test_a_question_nobody_can_answer_is_said_to_be_one(config: Path) -> None:
    """A box whose key is lost may be begun anew, in words that somebody types."""
    config.with_name("device.key").write_bytes(bytes(32))
    done = subprocess.run(
        [KIOSK, "--config", str(config), "setup", "--begin-anew", "name", "--json"],
        capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.returncode, "standard input ended" in done.stderr) == (2, True), done.stderr
