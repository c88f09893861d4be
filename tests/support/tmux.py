"""A terminal that a person looks at, by tmux; its window stays when what ran in it has ended."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 30.0
ROOT = Path(__file__).parents[2]
TMUX = shutil.which("tmux") or ""


@dataclass
class Terminal:
    """One tmux server with one window, whose shell stays when the screen ends.

    Args:
        socket: of the server.
        patience_s: how long it looks for a word.
    """

    socket: Path
    patience_s: float = PATIENCE_S

    def do(self, *arguments: str) -> str:
        command = [TMUX, "-S", str(self.socket), "-f", os.devnull, *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout

    def open(self, *arguments: str) -> None:
        """The scripted screen, 40x12."""
        script = [sys.executable, "-m", "tests.support.screen_script", *arguments]
        self.begin("export COLUMNS=132 LINES=50", script, (40, 12))

    def begin(self, before: str, command: Sequence[str | Path], size: tuple[int, int]) -> None:
        """Run a command in a window of so many columns and rows; how it ends stands below it."""
        whole = " ".join(shlex.quote(str(each)) for each in command)
        line = f"cd {ROOT}; {before}; {whole}; echo ended with $?; exec sleep 600"
        columns, rows = map(str, size)
        self.do("new-session", "-d", "-x", columns, "-y", rows, "-s", "t", line)

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
        ends_at = time.monotonic() + self.patience_s
        while not condition():
            assert time.monotonic() < ends_at, self.everything
            time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        pane = self.do("display-message", "-p", "-t", "t", "#{pane_pid}").strip()
        children = Path(f"/proc/{pane}/task/{pane}/children").read_text("ascii").split()
        for each in children:
            os.kill(int(each), number)
