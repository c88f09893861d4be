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
        screen: in it.
        end: the master of the pty.
        near: the other side, as long as it is needed.
    """

    screen: subprocess.Popen[bytes]
    end: int
    near: int
    seen: bytes = b""

    @property
    def pid(self) -> int:
        return self.screen.pid

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

    def waits_for_us(self) -> bool:
        """The terminal is full, and the main thread waits for another one and not for events."""
        is_full = not select.select([], [self.near], [], 0)[1]
        task = Path(f"/proc/{self.pid}/task/{self.pid}/wchan")
        return is_full and "futex" in task.read_text("ascii")

    def threads(self) -> set[str]:
        return {each.name for each in Path(f"/proc/{self.pid}/task").iterdir()}

    def stall(self) -> None:
        """Read nothing while page after page is drawn anew, until the screen waits for us."""
        ends_at, since, rows = time.monotonic() + PATIENCE_S, time.monotonic(), 40
        while time.monotonic() - since < 0.4:
            assert time.monotonic() < ends_at, "it never filled the terminal"
            if not self.waits_for_us():
                since, rows = time.monotonic(), 81 - rows
                self.resize(120, rows)
            time.sleep(0.02)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until_ended(self, meanwhile: Callable[[], None] = lambda: time.sleep(0.02)) -> int:
        ends_at = time.monotonic() + PATIENCE_S
        while (status := self.screen.poll()) is None:
            assert time.monotonic() < ends_at, "it stays"
            meanwhile()
        return status


@pytest.fixture
def far() -> Iterator[Far]:
    end, near = pty.openpty()
    opened = Far(screen_in(near, "setsid", "--ctty"), end, near)
    opened.resize(120, 40)
    yield opened
    opened.screen.kill()
    opened.screen.wait()
    os.close(near)
    os.close(end)


def screen_in(near: int, *within: str) -> subprocess.Popen[bytes]:
    command = [*within, sys.executable, "-m", "tests.support.screen_script"]
    return subprocess.Popen(
        command, stdin=near, stdout=near, stderr=near, cwd=ROOT,
        env=os.environ | {"TERM": "xterm-256color"},
    )  # fmt: skip


def test_a_terminal_that_takes_nothing_does_not_keep_it_from_ending(far: Far) -> None:
    far.reads_until("受付できます".encode())
    far.stall()
    os.kill(far.pid, signal.SIGTERM)
    assert far.until_ended() == 0


def test_a_terminal_that_hangs_up_in_the_middle_of_a_page_ends_it(far: Far) -> None:
    far.reads_until("受付できます".encode())
    far.stall()
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - its descriptor takes the place
        os.dup2(nothing.fileno(), far.end)
    assert far.until_ended() == 0


def test_a_terminal_that_is_gone_ends_it_where_no_signal_says_so() -> None:
    end, near = pty.openpty()
    with screen_in(near, "setsid") as screen:
        os.close(near)
        far = Far(screen, end, near)
        far.reads_until("受付できます".encode())
        os.close(end)
        try:
            assert far.until_ended() == 0
        finally:
            screen.kill()


_WRITES = """
import os, pty, signal, sys
from threading import Thread
from kiosk.tui.terminal import Outlet, ended_by_signals, wake
end, near = pty.openpty()
file = open(near, "w", encoding="utf-8")
outlet = Outlet(file)
os.set_blocking(near, False)
try:
    while True:
        os.write(near, b"x")
except BlockingIOError:
    os.set_blocking(near, True)
writer = Thread(target=outlet.write, args=["y" * 100_000], daemon=True)
def give_up():
    outlet.give_up()
    wake(writer)
with ended_by_signals(lambda: None, give_up):
    writer.start()
    signal.raise_signal(signal.SIGTERM)
    writer.join()
"""


def test_a_page_larger_than_a_terminal_that_was_full_to_the_last_byte_is_given_up() -> None:
    subprocess.run([sys.executable, "-c", _WRITES], check=True, timeout=PATIENCE_S, cwd=ROOT)


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
