"""What ``kiosk run`` loads before its first frame: nothing that can wait (bench: screen)."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TextIO

from kiosk.desk.listening import listen
from kiosk.phrasebook import kept
from kiosk.phrasebook.book import source_of
from tests.support.screen_script import ScriptedCore, serve

PATIENCE_S = 60.0
CAN_WAIT = {
    "kiosk.pages.staff",
    "kiosk.pages.search",
    "kiosk.pages.record",
    "kiosk.phrasebook.told",
    "kiosk.domain.visit",
    "kiosk.domain.check",
    "kiosk.ports.records",
    "kiosk.desk.counter",
    "kiosk.settings",
    "kiosk.voice",
    "kiosk.line",
    "pydantic",
    "tomllib",
    "zoneinfo",
    "importlib.resources",
}
"""The staff's pages, the core's business, and parsers of what is kept parsed."""
RUN_AND_TELL_WHAT_IS_LOADED = """
import sys
tell = open(int(sys.argv[2]), "w", buffering=1)
sys.addaudithook(lambda what, about: what == "import" and tell.write(f"{about[0]}\\n"))
from kiosk.cli.main import run
sys.exit(run(["run", "--no-voice", "--socket", sys.argv[1]]))
"""


def test_the_first_frame_waits_for_nothing_that_it_does_not_show(tmp_path: Path) -> None:
    kept.keep(source_of("ja"), lambda _: None)  # as any installation does
    # The visit is another front's, so the first frame is all that this one ever shows.
    with shown("ほかの画面で受付中", tmp_path, is_busy=True) as (process, loads, _):
        process.send_signal(signal.SIGTERM)
        loaded = set(loads.read().split())
        assert process.wait(PATIENCE_S) == 0
    assert {"kiosk.tui.app", "kiosk.pages.front", "kiosk.phrasebook.book"} <= loaded
    assert sorted(CAN_WAIT & loaded) == []


def test_the_staff_pages_are_there_before_a_key_asks_for_them(tmp_path: Path) -> None:
    with shown("受付できます", tmp_path, is_busy=False) as (process, loads, terminal):
        os.write(terminal, b"/")  # ヘルプ
        assert "kiosk.pages.record\n" in loads  # reads until it comes
        process.send_signal(signal.SIGTERM)
        loads.read()
        assert process.wait(PATIENCE_S) == 0


@contextmanager
def shown(
    word: str, folder: Path, *, is_busy: bool
) -> Iterator[tuple[subprocess.Popen[bytes], TextIO, int]]:
    """A screen that shows a word, the modules it loads as it loads them, and its terminal."""
    with listen(folder / "desk.sock") as door:
        core = partial(ScriptedCore, is_busy=is_busy)
        Thread(target=serve, args=(door, core), daemon=True).start()
        ours, theirs = pty.openpty()
        told, tell = os.pipe()
        program = (RUN_AND_TELL_WHAT_IS_LOADED, str(folder / "desk.sock"), str(tell))
        process = subprocess.Popen(
            [sys.executable, "-c", *program],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            pass_fds=[tell],
            env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "ja_JP.UTF-8"},
        )
        os.close(theirs)
        os.close(tell)
        try:
            with os.fdopen(told, encoding="utf-8") as loads:
                read_until(ours, word.encode())
                Thread(target=drain, args=(ours,), daemon=True).start()
                yield process, loads, ours
        finally:
            process.kill()
            process.wait(PATIENCE_S)
            door.shutdown(socket.SHUT_RDWR)


def read_until(terminal: int, word: bytes) -> None:
    seen, ends_at = b"", time.monotonic() + PATIENCE_S
    while word not in seen:
        assert select.select([terminal], [], [], max(0.0, ends_at - time.monotonic()))[0], seen
        seen += os.read(terminal, 65536)


def drain(terminal: int) -> None:
    """What it writes at its end; a terminal without a writer reads as broken."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        os.close(terminal)
