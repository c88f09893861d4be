"""A command in line mode on a terminal of its own: lines typed, and every byte that comes back."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE_S = 60.0


@dataclass
class LinePty:
    """Somebody who types lines.

    Args:
        terminal: their side of it.
        process: the command.
    """

    terminal: int
    process: subprocess.Popen[bytes]
    raw: bytes = b""
    typed: list[str] = field(default_factory=list)
    _seen: int = 0

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace").replace("\r\n", "\n")

    def reads(self, words: str) -> str:
        """Wait until a line has the words, after those that were waited for last."""
        end = time.monotonic() + PATIENCE_S
        while (at := self.text.find(words, self._seen)) < 0:
            assert time.monotonic() < end, (words, self.text[self._seen :])
            self._take()
        begun, self._seen = self._seen, at + len(words)
        return self.text[begun : self._seen]

    def types(self, line: str, then: str) -> str:
        """A line, and what is read then."""
        self.typed.append(line)
        os.write(self.terminal, f"{line}\n".encode())
        return self.reads(then)

    def ends(self) -> int:
        """Its exit status; everything it wrote is read."""
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < end, self.text
            self._take()
        while self._take():
            pass
        return self.process.returncode

    def assert_plain(self, *secrets: str) -> None:
        """No escape, no cursor, one fact a line, and no secret on it."""
        assert not [each for each in self.raw if each < 0x20 and each not in b"\r\n"]
        assert b"\r" not in self.raw.replace(b"\r\n", b"")
        facts = [each.removeprefix("模擬。").rstrip("。 ") for each in self.text.splitlines()]
        crowded = [each for each in facts if "。" in each]
        assert not crowded, crowded
        assert not [each for each in secrets if each in self.text]

    def _take(self) -> bool:
        if not select.select([self.terminal], [], [], 0.05)[0]:
            return False
        try:
            self.raw += os.read(self.terminal, 65536)
        except OSError:  # the other side is closed
            return False
        return True


@contextmanager
def on_a_pty(
    command: list[str], environment: Mapping[str, str], *, term: str = "dumb"
) -> Iterator[LinePty]:
    """The command, until leaving."""
    mine, its = pty.openpty()
    with subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, env={**environment, "TERM": term},
        start_new_session=True,
    ) as process:  # fmt: skip
        os.close(its)
        try:
            yield LinePty(mine, process)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
            os.close(mine)
