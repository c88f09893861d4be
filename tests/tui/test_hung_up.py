"""A terminal that hangs up, or takes nothing: the screen ends all the same, by a real pty."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.tui.terminal import Outlet
from tests.support.tmux import ROOT

PATIENCE_S = 30.0
LEFT_SCREEN = b"\x1b[?1049l"
FIRST_BYTES = b"\x1b[?1049h"


@dataclass
class Far:
    """The far side of a terminal with the scripted screen in it.

    Args:
        pid: of the screen.
        end: the master of the pty.
    """

    pid: int
    end: int
    seen: bytes = b""
    status: int | None = None

    def reads_until(self, words: bytes) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        while words not in self.seen:
            assert time.monotonic() < ends_at, self.seen
            self.read()

    def read(self) -> None:
        if select.select([self.end], [], [], 0.1)[0]:
            try:
                self.seen += os.read(self.end, 1 << 16)
            except OSError:
                return

    def is_waited_for(self) -> bool:
        """The screen's main thread waits for another thread, and not for events."""
        task = Path(f"/proc/{self.pid}/task/{self.pid}/wchan")
        return "futex" in task.read_text("ascii")

    def threads(self) -> set[str]:
        return {each.name for each in Path(f"/proc/{self.pid}/task").iterdir()}

    def stall(self) -> None:
        """Read nothing while page after page is drawn anew, until the screen waits for us."""
        ends_at, since, rows = time.monotonic() + PATIENCE_S, time.monotonic(), 40
        while time.monotonic() - since < 0.4:
            assert time.monotonic() < ends_at, "it never filled the terminal"
            if not self.is_waited_for():
                since, rows = time.monotonic(), 81 - rows
                self.resize(120, rows)
            time.sleep(0.02)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def has_ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None

    def until_ended(self, meanwhile: Callable[[], None] = lambda: time.sleep(0.02)) -> int:
        ends_at = time.monotonic() + PATIENCE_S
        while not self.has_ended():
            assert time.monotonic() < ends_at, "it stays"
            meanwhile()
        assert self.status is not None
        return self.status


@pytest.fixture
def far() -> Iterator[Far]:
    pid, end = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        screen = [sys.executable, "-m", "tests.support.screen_script"]
        os.execve(screen[0], screen, os.environ | {"TERM": "xterm-256color"})  # noqa: S606 - a pty of its own
    opened = Far(pid, end)
    opened.resize(120, 40)
    yield opened
    if not opened.has_ended():
        os.kill(pid, signal.SIGKILL)
        opened.until_ended()
    os.close(end)


def test_a_terminal_that_takes_nothing_does_not_keep_it_from_ending(far: Far) -> None:
    far.reads_until("受付できます".encode())
    far.stall()
    os.kill(far.pid, signal.SIGTERM)
    assert far.until_ended() == 0


def test_a_terminal_that_hangs_up_in_the_middle_of_a_page_ends_it(far: Far) -> None:
    far.reads_until("受付できます".encode())
    far.stall()
    os.dup2(os.open(os.devnull, os.O_RDWR), far.end)
    assert far.until_ended() == 0


def test_a_terminal_that_is_gone_ends_it_where_no_signal_says_so() -> None:
    end, near = pty.openpty()
    screen = [sys.executable, "-m", "tests.support.screen_script"]
    with subprocess.Popen(
        screen, stdin=near, stdout=near, stderr=subprocess.DEVNULL, cwd=ROOT,
        start_new_session=True, env=os.environ | {"TERM": "xterm-256color"},
    ) as process:  # fmt: skip
        os.close(near)
        far = Far(process.pid, end)
        far.reads_until("受付できます".encode())
        os.close(end)
        try:
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


def test_a_signal_before_the_first_page_leaves_the_terminal_as_it_was(far: Far) -> None:
    far.reads_until(FIRST_BYTES)
    os.kill(far.pid, signal.SIGTERM)
    assert far.until_ended(far.read) == 0
    far.reads_until(LEFT_SCREEN)


def test_going_on_after_a_stop_starts_no_thread_a_second_time(far: Far) -> None:
    far.reads_until("受付できます".encode())
    before = far.threads()
    os.kill(far.pid, signal.SIGCONT)
    os.write(far.end, b"5")
    far.reads_until("暗証番号4桁".encode())
    assert far.threads() == before


def test_bytes_that_are_no_text_press_nothing_and_end_nothing(far: Far) -> None:
    far.reads_until("受付できます".encode())
    for noise in (b"\xff\xfe\x80", b"\xc3(", b"\x00\x01\x1c\x1f"):
        os.write(far.end, noise)
        far.read()
    ends_at = time.monotonic() + PATIENCE_S
    while "キーの使いかた".encode() not in far.seen:
        assert time.monotonic() < ends_at, far.seen
        os.write(far.end, b"/")  # one that comes together with the noise goes with it
        for _ in range(5):
            far.read()
    assert b"Traceback" not in far.seen


def test_what_cannot_be_written_is_dropped() -> None:
    end, near = pty.openpty()
    with os.fdopen(near, "w", encoding="utf-8") as file:
        outlet = Outlet(file)
        outlet.write("受付")
        assert os.read(end, 100).decode() == "受付"
        os.close(end)
        outlet.write("EIO from now on")
        outlet.write("and no second try")
