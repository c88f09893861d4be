"""A finger or a mouse on the real app: the same keys, by the words that stand on the page."""

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
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kiosk.desk.messages import Typed
from kiosk.pages.breaking import width
from kiosk.pages.page import Kind
from tests.support.screen_script import PIN, ScriptedCore
from tests.tui.test_app import Stage, play

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0


def place(text: str, word: str) -> tuple[int, int]:
    """Column and row of a word, counted from the foot: the keys stand there."""
    rows = text.split("\n")
    row = max(n for n, each in enumerate(rows) if word in each)
    return width(rows[row][: rows[row].index(word)]), row


async def tap(stage: Stage, pilot: Pilot[None], *words: str) -> None:
    for word in words:
        stage.clock.at_s += 1
        await pilot.click(offset=place(stage.text, word))
        await pilot.pause()


def test_a_visit_by_finger_alone() -> None:
    stage = Stage(ScriptedCore(is_simulated=True))

    async def act(pilot: Pilot[None]) -> None:
        await tap(stage, pilot, "受付できます")
        await stage.until(pilot, Kind.PIN)
        await tap(stage, pilot, "9", "戻る", *PIN, "決定")
        await stage.until(pilot, Kind.RESULT)
        assert Typed(PIN) in stage.core.heard

    play(stage, act)


def test_two_taps_at_once_are_one() -> None:
    stage = Stage(ScriptedCore())

    async def act(pilot: Pilot[None]) -> None:
        await tap(stage, pilot, "受付できます")
        await stage.until(pilot, Kind.PIN)
        await pilot.pause()
        at = place(stage.text, "7")
        stage.clock.at_s += 1
        await pilot.click(offset=at, times=2)
        await pilot.pause()
        assert "●   〇" in stage.text

    play(stage, act)


def test_a_finger_that_slides_off_presses_nothing_and_copies_nothing() -> None:
    stage = Stage(ScriptedCore())

    async def act(pilot: Pilot[None]) -> None:
        stage.clock.at_s += 1
        await pilot.mouse_down(offset=place(stage.text, "ヘルプ"))
        await pilot.hover(offset=(3, 3))
        await pilot.mouse_up(offset=(3, 3))
        await pilot.pause()
        assert stage.app.front.page.kind is Kind.IDLE
        assert stage.app.screen.get_selected_text() is None
        assert stage.app.clipboard == ""

    play(stage, act)


class Raw:
    """The screen in a pseudo-terminal of 40x12, fed with the bytes a terminal sends."""

    def __init__(self) -> None:
        self._far, near = pty.openpty()
        fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
        self._screen = subprocess.Popen(
            [sys.executable, "-m", "tests.support.screen_script"],
            cwd=ROOT, stdin=near, stdout=near, stderr=near, start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color"},
        )  # fmt: skip
        os.close(near)
        self.written = b""
        self._read = 0

    def until(self, word: bytes) -> None:
        """Read until something new has it; what follows it is new the next time."""
        self._read_until(word, self._read)
        self._read = self.written.index(word, self._read) + len(word)

    def until_ready(self) -> None:
        """Read until it can receive somebody; it may have been drawn before what was read last.

        The page before it, which waits for the core, has the same keys at its foot and none does
        anything there: a machine that is busy shows it for a while.
        """
        self._read_until("受付できます".encode(), 0)

    def _read_until(self, word: bytes, begin: int) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        while word not in self.written[begin:]:
            assert time.monotonic() < ends_at, self.written
            if select.select([self._far], [], [], 0.1)[0]:
                self.written += os.read(self._far, 65536)

    def tap(self, column: int, row: int) -> None:
        """Press and release of the first button, SGR, which counts from 1."""
        for end in "Mm":
            self.say(f"\x1b[<0;{column + 1};{row + 1}{end}".encode())

    def say(self, text: bytes) -> None:
        """As the terminal."""
        os.write(self._far, text)

    def end(self) -> bytes:
        """All it wrote after a polite signal."""
        self._screen.send_signal(signal.SIGTERM)
        ends_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends_at:
            try:
                self.written += os.read(self._far, 65536)
            except OSError:
                break
        assert self._screen.wait(PATIENCE_S) == 0
        return self.written

    def close(self) -> None:
        self._screen.kill()
        self._screen.wait()
        os.close(self._far)


@pytest.fixture
def raw() -> Iterator[Raw]:
    opened = Raw()
    yield opened
    opened.close()


def test_the_bytes_of_a_terminal_press_the_words_they_point_at(raw: Raw) -> None:
    raw.until_ready()
    raw.tap(22, 11)
    raw.until("キーの使いかた".encode())
    raw.tap(1, 9)
    written = raw.end()
    assert written.rindex(b"\x1b[?1003l") > written.rindex(b"\x1b[?1003h"), "no movement is told"
    assert written.rindex(b"\x1b[?1000l") > written.rindex(b"\x1b[?1000h")
    assert b"\x1b]52;" not in written, "nothing is copied"
    assert b"\x1b[?1049l" in written


def test_a_terminal_that_counts_in_pixels_is_understood(raw: Raw) -> None:
    """As foot does: it tells its size in band, and from then on where a finger is in pixels."""
    raw.until(b"\x1b[?2048$p")
    raw.say(b"\x1b[?2048;2$y")
    raw.until(b"\x1b[?1016h")
    raw.say(b"\x1b[48;12;40;792;1280t")
    raw.until_ready()
    raw.tap(22 * 32 + 16, 11 * 66 + 33)
    raw.until("キーの使いかた".encode())
