"""Somebody who hears the kiosk and presses its keys, and nothing else: real processes throughout.

``python -m tests.support.by_ear SOCKET HEARD`` is the real screen with the real speech process;
what that is asked to say, private words too, and what it has said to the end go to a file.
``Blind`` runs it on a terminal whose rows nobody reads, and is no faster than the words.
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
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from kiosk.cli.door import phrasebook
from kiosk.cli.run import Aloud
from kiosk.desk.client import SocketLink

PATIENCE_S = 150.0
ROOT = Path(__file__).parents[2]
_KEYS = {"決": "\r", "戻": "-", "再": "*", "助": "/"}
_STRIKE_S, _SLOWEST_S = 0.25, 20.0
_QUIET_S = 0.3


def main() -> int:
    """The screen; what is said goes to a file."""
    from kiosk.ports.voice import Happening, Spoken, VoiceEvent  # noqa: PLC0415 - the driver needs
    from kiosk.tui import app  # noqa: PLC0415 - no Textual
    from kiosk.voice.client import VoiceClient  # noqa: PLC0415 - likewise

    path, file = Path(sys.argv[1]), Path(sys.argv[2])
    over = {Happening.FINISHED, Happening.HUSHED, Happening.SILENT}

    def note(entry: Mapping[str, object]) -> None:
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{json.dumps(entry, ensure_ascii=False)}\n")

    class Heard(VoiceClient):
        def say(self, spoken: Spoken) -> int:
            number = super().say(spoken)
            words = spoken.text_heard or f"♪{spoken.earcon.value if spoken.earcon else ''}"
            note({"number": number, "private": spoken.is_private, "text": words})
            return number

    def start(tell: Callable[[VoiceEvent], None]) -> VoiceClient:
        def told(event: VoiceEvent) -> None:
            if event.kind in over:
                note({"over": event.utterances, "how": event.kind.value})
            tell(event)

        return Heard(told)

    def prepared(tell: Callable[[VoiceEvent], None]) -> VoiceClient:
        voice = start(tell)
        voice.prepare(phrasebook().prompts("reception."))
        return voice

    voice = Aloud(prepared)
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
    return [_as_heard(each) for each in entries if "text" in each]


def _as_heard(entry: Mapping[str, Any]) -> str:
    return f"{'〔私〕' * entry['private']}{entry['text']}"


@dataclass
class Blind:
    """A person before the box.

    Args:
        socket: of kioskd.
        file: what is heard; its folder holds nothing else.
        environment: of the screen.
        story: what was pressed and heard so far, a line each; goes on in the next screen's.
    """

    socket: Path
    file: Path
    environment: Mapping[str, str]
    story: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    _unsaid: set[int] = field(default_factory=set)
    _seen: int = 0
    _pressed: tuple[str, float] = ("", 0.0)
    _count: int = 0

    def __post_init__(self) -> None:
        self.file.unlink(missing_ok=True)
        self._terminal, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.by_ear", self.socket, self.file],
            stdin=side, stdout=side, stderr=subprocess.DEVNULL, start_new_session=True, cwd=ROOT,
            env={**self.environment, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        os.close(side)
        Thread(target=self._look_away, daemon=True).start()

    def press(self, keys: str) -> None:
        """Keys of the keypad, once it is quiet; the same one twice as two strokes."""
        self.listens()
        self.story.append(f"> {keys}")
        for key in keys:
            before, at = self._pressed
            if key == before:
                self._hears_of_it(at)
                time.sleep(_STRIKE_S)
            os.write(self._terminal, _KEYS.get(key, key).encode())
            self._pressed = (key, time.monotonic())
            self._count = len(self.heard)

    def _hears_of_it(self, at: float) -> None:
        """The stroke was taken: a busy machine would take the next one at the same time, as one."""
        while len(self.heard) == self._count and time.monotonic() < at + _SLOWEST_S:
            self._listen()
            time.sleep(0.02)

    def goes_on_asking(self, words: str, patience_s: float) -> None:
        """もう一度 until something is said; in the story that stands once, and nothing besides."""
        began, end = len(self.heard), len(self.story)
        deadline = time.monotonic() + patience_s
        while not any(words in each for each in self.heard[began:]):
            assert time.monotonic() < deadline, (words, self.heard[began:])
            self.press("再")
            self._hears_of_it(time.monotonic())
            self.listens()
        self.story[end:] = [each for each in self.story[end:] if words in each][:1]
        self._seen = len(self.heard)

    def hears(self, words: str, patience_s: float = PATIENCE_S) -> str:
        """Wait until something is said after what was waited for last; private under 〔私〕."""
        deadline = time.monotonic() + patience_s
        while True:
            self._listen()
            for place in range(self._seen, len(self.heard)):
                if words in self.heard[place]:
                    self._seen = place + 1
                    return self.heard[place]
            assert time.monotonic() < deadline, (words, self.heard[self._seen - 1 :])
            time.sleep(0.02)

    def sees_to(self, what: str) -> None:
        """Note down what happens to the box next, once it is quiet."""
        self.listens()
        self.story.append(f"# {what}")

    def listens(self) -> None:
        """Until everything is said, and nothing more for a moment."""
        deadline = time.monotonic() + PATIENCE_S
        quiet_since, count = time.monotonic(), -1
        while time.monotonic() < quiet_since + _QUIET_S:
            self._listen()
            if self._unsaid or len(self.heard) != count:
                quiet_since, count = time.monotonic(), len(self.heard)
            assert time.monotonic() < deadline, self.heard
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
        if not self.file.exists():
            return
        whole = self.file.read_text("utf-8").rpartition("\n")[0]
        entries = [json.loads(line) for line in whole.splitlines()]
        assert not [each for each in entries if each.get("how") == "silent"], "not heard"
        said = [each for each in entries if "text" in each]
        over = {number for each in entries for number in each.get("over", ())}
        self._unsaid = {each["number"] for each in said} - over
        heard = [_as_heard(each) for each in said]
        self.story += heard[len(self.heard) :]
        self.heard = heard

    def _look_away(self) -> None:
        with suppress(OSError):
            while os.read(self._terminal, 65536):
                pass


if __name__ == "__main__":
    sys.exit(main())
