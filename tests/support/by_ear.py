"""Somebody who hears the kiosk and presses its keys, and nothing else: real processes throughout.

``python -m tests.support.by_ear SOCKET TRANSCRIPT`` is the real screen with the real speech
process, which writes down what it says, private words too. ``Blind`` runs it on a terminal whose
rows nobody reads.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from kiosk.cli.run import Aloud
from kiosk.desk.client import SocketLink

PATIENCE_S = 40.0
ROOT = Path(__file__).parents[2]
_KEYS = {"決": "\r", "戻": "-", "再": "*", "助": "/"}
_STRIKE_S = 0.25


def main() -> int:
    """The screen; what is said goes to a file."""
    from kiosk.tui import app  # noqa: PLC0415 - the driver needs no Textual
    from kiosk.voice.client import VoiceClient  # noqa: PLC0415 - likewise
    from kiosk.voice.transcript import Transcript  # noqa: PLC0415 - likewise

    path = Path(sys.argv[1])
    noted = Transcript(Path(sys.argv[2]), with_private=True)
    voice = Aloud(lambda tell: VoiceClient(tell, transcript=noted))
    try:
        return app.run(SocketLink(path), voice, reconnect=lambda: SocketLink(path))
    finally:
        voice.close()


def said_in(transcript: Path) -> list[str]:
    """What was said so far; private words under 〔私〕."""
    if not transcript.exists():
        return []
    whole = transcript.read_text("utf-8").rpartition("\n")[0]
    entries = [json.loads(line) for line in whole.splitlines()]
    return [f"{'〔私〕' * each['private']}{each['text']}" for each in entries]


@dataclass
class Blind:
    """A person before the box.

    Args:
        socket: of kioskd.
        transcript: what is said; its folder holds nothing else.
        environment: of the screen.
    """

    socket: Path
    transcript: Path
    environment: Mapping[str, str]
    heard: list[str] = field(default_factory=list)
    _seen: int = 0
    _pressed: tuple[str, float] = ("", 0.0)

    def __post_init__(self) -> None:
        self._terminal, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.by_ear", self.socket, self.transcript],
            stdin=side, stdout=side, stderr=subprocess.DEVNULL, start_new_session=True, cwd=ROOT,
            env={**self.environment, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        os.close(side)
        Thread(target=self._look_away, daemon=True).start()

    def press(self, keys: str) -> None:
        """Keys of the keypad; the same one twice with the pause that makes it two strokes."""
        for key in keys:
            before, at = self._pressed
            if key == before:
                time.sleep(max(0.0, at + _STRIKE_S - time.monotonic()))
            os.write(self._terminal, _KEYS.get(key, key).encode())
            self._pressed = (key, time.monotonic())

    def hears(self, words: str) -> str:
        """Wait until something is said after what was waited for last; private under 〔私〕."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self._listen()
            for place in range(self._seen, len(self.heard)):
                if words in self.heard[place]:
                    self._seen = place + 1
                    return self.heard[place]
            assert time.monotonic() < deadline, (words, self.heard[self._seen - 1 :])
            time.sleep(0.02)

    def speech_process(self) -> int:
        """Process id of the voice."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [int(each) for each in children.read_text().split()]
        every = Path(f"/proc/{self.process.pid}/task").iterdir()
        pids += [int(each) for task in every for each in (task / "children").read_text().split()]
        return next(p for p in pids if b"voice.worker" in Path(f"/proc/{p}/cmdline").read_bytes())

    def kill(self) -> None:
        """No time to end anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """End the screen."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE_S)
        os.close(self._terminal)

    def _listen(self) -> None:
        self.heard = said_in(self.transcript)

    def _look_away(self) -> None:
        with suppress(OSError):
            while os.read(self._terminal, 65536):
                pass


if __name__ == "__main__":
    sys.exit(main())
