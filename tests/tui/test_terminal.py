"""A real pseudo-terminal, by tmux: what a person sees, and what is left when it ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.screen_script import PIN, SECRETS

PATIENCE_S = 30.0
ROOT = Path(__file__).parents[2]
TMUX = shutil.which("tmux") or ""

pytestmark = pytest.mark.skipif(not TMUX, reason="tmux is not installed: no real terminal")


@dataclass
class Terminal:
    """One tmux server with one window, whose shell stays when the screen ends."""

    socket: Path

    def do(self, *arguments: str) -> str:
        command = [TMUX, "-S", str(self.socket), "-f", os.devnull, *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout

    def open(self, *arguments: str) -> None:
        screen = f"{sys.executable} -m tests.support.screen_script {' '.join(arguments)}"
        stale = "export COLUMNS=132 LINES=50"
        line = f"cd {ROOT}; {stale}; {screen}; echo ended with $?; exec sleep 600"
        self.do("new-session", "-d", "-x", "40", "-y", "12", "-s", "t", line)

    def keys(self, *names: str) -> None:
        for each in names:
            self.do("send-keys", "-t", "t", each)
            time.sleep(0.25)  # a person; quicker and the same key is a double strike

    @property
    def text(self) -> str:
        return self.do("capture-pane", "-p", "-t", "t")

    @property
    def everything(self) -> str:
        return self.do("capture-pane", "-p", "-S", "-", "-t", "t")

    def until(self, word: str) -> None:
        self.wait(lambda: word in self.text)

    def wait(self, condition: Callable[[], bool]) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < ends_at, self.everything
            time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        pane = self.do("display-message", "-p", "-t", "t", "#{pane_pid}").strip()
        children = Path(f"/proc/{pane}/task/{pane}/children").read_text("ascii").split()
        for each in children:
            os.kill(int(each), number)


@pytest.fixture
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    opened = Terminal(tmp_path_factory.mktemp("t") / "s")
    yield opened
    opened.do("kill-server")


def test_a_visit_as_it_is_seen_and_what_is_left_of_it(terminal: Terminal) -> None:
    terminal.open("simulated")
    terminal.until("受付できます")
    terminal.keys("5")
    terminal.until("暗証番号4桁を押し")
    terminal.keys(*PIN)
    terminal.until("＊　＊　＊　＊")
    terminal.keys("Enter")
    terminal.until("3割。")
    assert terminal.text.startswith("模擬")
    for key in ("C-c", "C-q", "C-z", "C-p", "C-d", "C-\\"):
        terminal.keys(key)
    terminal.until("3割。")
    terminal.signal(signal.SIGTERM)
    terminal.until("ended with 0")
    assert not any(secret in terminal.everything for secret in SECRETS)


def test_a_crash_with_a_pin_in_a_local_shows_neither_it_nor_a_name(terminal: Terminal) -> None:
    terminal.open("crash")
    terminal.until("受付できます")
    terminal.keys("5")
    terminal.until("暗証番号4桁を押し")
    terminal.keys("2")
    terminal.until("ended with 70")
    # Without the time of the log line, in which any four digits may stand.
    left = re.sub(r'"at": "[^"]*"', "", terminal.everything.replace("\n", ""))
    assert "code=RuntimeError" in left
    assert "screen_script.py:" in left
    assert "Traceback" not in left
    assert "pin_in_a_local" not in left
    assert not any(secret in left for secret in SECRETS)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_other_signals_end_it_cleanly(terminal: Terminal, number: signal.Signals) -> None:
    terminal.open()
    terminal.until("受付できます")
    terminal.signal(number)
    terminal.until("ended with 0")
