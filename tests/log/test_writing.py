"""A log that nobody reads, or that cannot be written, holds up nobody."""

from __future__ import annotations

import ast
import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kiosk
from kiosk.events import Event
from kiosk.log import ALLOWED, FieldNotAllowed, in_background, record

PATIENCE_S = 30.0
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
LINES = 4000
"""More than a pipe (64 KiB) and the queue hold together."""
CHATTERBOX = f"""
import sys
from kiosk.events import Event
from kiosk.log import LAST_WORDS_S, in_background, record

is_heard = "heard" in sys.argv
with in_background(last_words_s={PATIENCE_S} if is_heard else LAST_WORDS_S):
    for number in range({LINES}):
        record(Event.DRAIN_FINISHED, count=number)
    print("logged", flush=True)
    sys.stdin.readline()
print("ended", flush=True)
"""


def _chatterbox(stderr: int, *manner: str) -> subprocess.Popen[str]:
    """``heard``: somebody reads it, and may be held up for a moment."""
    return subprocess.Popen(
        [sys.executable, "-c", CHATTERBOX, *manner],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def _end(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate("\n", timeout=PATIENCE_S)
    assert process.returncode == 0
    return out


def test_a_pipe_nobody_reads_holds_up_neither_work_nor_end() -> None:
    nobody, end = os.pipe()
    process = _chatterbox(end)
    os.close(end)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "logged\n"
        assert _end(process) == "ended\n"
    finally:
        os.close(nobody)


def test_what_was_dropped_is_counted_once_somebody_reads() -> None:
    reader, end = os.pipe()
    process = _chatterbox(end, "heard")
    os.close(end)
    assert process.stdout is not None
    assert process.stdout.readline() == "logged\n"
    found: list[str] = []
    with os.fdopen(reader) as stream:
        reading = threading.Thread(target=lambda: found.extend(stream))
        reading.start()
        _end(process)
        reading.join()
    told = [json.loads(line) for line in found]
    kept = [each["count"] for each in told if each["event"] == "drain_finished"]
    dropped = sum(each["count"] for each in told if each["event"] == "log_lines_dropped")
    assert kept == sorted(set(kept))
    assert dropped > 0
    assert len(kept) + dropped == LINES


def test_a_closed_pipe_ends_nothing() -> None:
    reader, end = os.pipe()
    os.close(reader)
    process = _chatterbox(end)
    os.close(end)
    assert _end(process) == "logged\nended\n"


def test_a_closed_standard_error_ends_no_command() -> None:
    ended = subprocess.run(
        [
            *("sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable),
            (
                "from kiosk.events import Event; from kiosk.log import record;"
                "record(Event.JOB_FAILED); print('ended')"
            ),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert ended.stdout == "ended\n"


def test_nothing_is_lost_where_the_end_comes_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    with in_background(last_words_s=PATIENCE_S):
        for number in range(100):
            record(Event.DRAIN_FINISHED, count=number)
    told = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [each["count"] for each in told] == list(range(100))


def test_a_command_that_ends_at_once_starts_no_thread(capfd: pytest.CaptureFixture[str]) -> None:
    record(Event.DRAIN_FINISHED, count=1)
    assert "log" not in {each.name for each in threading.enumerate()}
    assert json.loads(capfd.readouterr().err)["event"] == "drain_finished"


def test_people_at_a_terminal_get_lines_without_braces() -> None:
    ours, theirs = pty.openpty()
    subprocess.run(
        [
            *(sys.executable, "-c"),
            (
                "from kiosk.events import Event; from kiosk.log import record;"
                "record(Event.MONTH_PURGED, month='2026-11', checks=3)"
            ),
        ],
        stderr=theirs,
        check=True,
        timeout=PATIENCE_S,
    )
    os.close(theirs)
    line = os.read(ours, 4096).decode()
    os.close(ours)
    assert line.endswith(" event=month_purged checks=3 month=2026-11\r\n")
    assert line.startswith("at=20")
    assert "\x1b" not in line


def test_what_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(FieldNotAllowed, match="name"):
        record(Event.CHECK_STORED, name="試験 太郎")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event=st.sampled_from(Event),
    field=st.sampled_from(sorted(ALLOWED - {"event", "at", "check_id", "answer", "apdu"})),
    name=st.text(alphabet="試験太郎シケンﾀﾛｳしけん𠮷髙", min_size=1, max_size=8),
    number=st.integers(10**7, 10**16 - 1),
    around=st.text(alphabet="abc :/._-", max_size=3),
    is_number=st.booleans(),
)
def test_neither_a_name_nor_a_number_of_anybody_gets_through_any_event_or_field(
    capfd: pytest.CaptureFixture[str],
    event: Event,
    field: str,
    name: str,
    number: int,
    around: str,
    *,
    is_number: bool,
) -> None:
    """As a careless call would log it: by itself, or in a text with more around it."""
    value = (
        number
        if is_number
        else f"{around}{name}{around}{number}{around}{str(number).translate(WIDE)}"
    )
    record(event, **{field: value})
    line = capfd.readouterr().err
    told = json.loads(line)
    assert told["event"] == event.value
    assert str(number) not in line.replace(told["at"], "")
    assert not any(each in line for each in (*name, *"０１２３４５６７８９"))


def test_every_call_keeps_to_the_list() -> None:
    """So that nothing is raised for the log's sake while a visitor stands there."""
    calls = [
        node
        for path in Path(kiosk.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "record"
    ]
    assert len(calls) > 10
    names = {each.arg for call in calls for each in call.keywords}
    assert names <= ALLOWED, "a field by ** or one that is not on the list"
