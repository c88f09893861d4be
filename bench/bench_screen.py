"""The screen's start and memory against a bare Textual hello world, in the same run.

It is ``kiosk run`` as a clinic starts it, but for the voice, before a core that follows a script.
Target: both at most 1.6 times the bare one (ARCHITECTURE; facts SCREEN_AND_VOICE, Textual).
"""

from __future__ import annotations

import os
import pty
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from kiosk.desk.listening import listen
from tests.support.screen_script import ScriptedCore, serve

ROUNDS = 9
PATIENCE_S = 20.0
_ROOT = Path(__file__).parent.parent
_BARE = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("HELLO-WORLD")

Hello().run(mouse=False)
"""
_SCREEN = """
from kiosk.cli.main import main
main()
"""


@dataclass(frozen=True, slots=True)
class Started:
    """One start.

    Args:
        first_frame_s: from the start of the process to its words on the terminal.
        cpu_s: what it computed until then; other work on the machine matters less to it.
        resident_kib: memory it holds then.
        key_s: from a digit of the PIN to its mark on the terminal.
    """

    first_frame_s: float
    cpu_s: float
    resident_kib: int
    key_s: float = 0.0


def run() -> dict[str, float]:
    """The quickest start of each (noise only adds), median memory, and their ratios; in turn."""
    bare: list[Started] = []
    screen: list[Started] = []
    with TemporaryDirectory() as folder:
        desk = Path(folder) / "desk.sock"
        with listen(desk) as door:
            Thread(target=serve, args=(door, ScriptedCore), daemon=True).start()
            run_it = ("run", "--no-voice", "--socket", str(desk))
            for _ in range(ROUNDS + 1):
                bare.append(_start((_BARE,), "HELLO-WORLD", folder))
                screen.append(_start((_SCREEN, *run_it), "受付できます", folder, has_keys=True))
            door.shutdown(socket.SHUT_RDWR)
    # The first of each compiled its modules, as an installation does once.
    del bare[0], screen[0]
    bare_s, screen_s = (min(e.first_frame_s for e in each) for each in (bare, screen))
    bare_cpu_s, screen_cpu_s = _medians(bare, screen, lambda each: each.cpu_s)
    bare_kib, screen_kib = _medians(bare, screen, lambda each: each.resident_kib)
    return {
        "bare_first_frame_s": round(bare_s, 3),
        "screen_first_frame_s": round(screen_s, 3),
        "first_frame_ratio": round(screen_s / bare_s, 2),
        "bare_first_frame_cpu_s": round(bare_cpu_s, 3),
        "screen_first_frame_cpu_s": round(screen_cpu_s, 3),
        "first_frame_cpu_ratio": round(screen_cpu_s / bare_cpu_s, 2),
        "bare_resident_mib": round(bare_kib / 1024, 1),
        "screen_resident_mib": round(screen_kib / 1024, 1),
        "resident_ratio": round(screen_kib / bare_kib, 2),
        "key_to_screen_ms": round(statistics.median(each.key_s for each in screen) * 1000, 1),
    }


def _medians(
    bare: list[Started], screen: list[Started], figure: Callable[[Started], float]
) -> tuple[float, float]:
    return statistics.median(map(figure, bare)), statistics.median(map(figure, screen))


def _start(
    program: tuple[str, ...], word: str, compiled: str, *, has_keys: bool = False
) -> Started:
    ours, theirs = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", *program],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=_ROOT,
        env=_environment(compiled),
    )
    os.close(theirs)
    try:
        _read_until(ours, word.encode())
        first_frame_s = time.perf_counter() - began
        cpu_s, resident_kib = _cpu_s(process.pid), _resident_kib(process.pid)
        return Started(first_frame_s, cpu_s, resident_kib, _key_s(ours) if has_keys else 0.0)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _environment(compiled: str) -> dict[str, str]:
    """Both with compiled modules and in Japanese, whatever the shell says."""
    unwanted = {"PYTHONDONTWRITEBYTECODE", "LC_ALL", "LC_MESSAGES"}
    kept = {key: value for key, value in os.environ.items() if key not in unwanted}
    terminal = {"TERM": "xterm-256color", "LANG": "ja_JP.UTF-8"}
    return {**kept, **terminal, "PYTHONPYCACHEPREFIX": compiled}


def _key_s(terminal: int) -> float:
    os.write(terminal, b"5")
    _read_until(terminal, "決定を押してください".encode())
    began = time.perf_counter()
    os.write(terminal, b"2")
    _read_until(terminal, "1桁".encode())
    return time.perf_counter() - began


def _read_until(terminal: int, word: bytes) -> None:
    seen = b""
    ends_at = time.perf_counter() + PATIENCE_S
    while word not in seen:
        left = ends_at - time.perf_counter()
        assert left > 0, "no first frame"
        if select.select([terminal], [], [], left)[0]:
            seen += os.read(terminal, 65536)


def _cpu_s(pid: int) -> float:
    """Of all its threads; the first number of schedstat is nanoseconds on a processor."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(each.read_text("ascii").split()[0]) for each in threads) / 1e9


def _resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace")
    line = next(each for each in status.splitlines() if each.startswith("VmRSS:"))
    return int(line.split()[1])


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name}: {value}")
