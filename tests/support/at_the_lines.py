"""Somebody at a command in line mode whose screen reader says each line, and who sees none."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_S = 40.0


@dataclass
class AtTheLines:
    """A command on a terminal, its lines as they come.

    Args:
        command: what was typed to begin.
        environment: of it.
        heard: gets every line, and what was typed as ``> …``.
    """

    command: Sequence[str | Path]
    environment: dict[str, str]
    heard: list[str] = field(default_factory=list)
    _seen: int = 0

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._keys, side = pty.openpty()
        self.process = subprocess.Popen(
            [str(each) for each in self.command], stdin=side, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1, env=self.environment,
        )  # fmt: skip
        os.close(side)
        self._seen = len(self.heard)
        self._ear = threading.Thread(target=self._listen)
        self._ear.start()

    def hears(self, words: str) -> str:
        """The next line that holds the words."""

        def there() -> int:
            places = range(self._seen, len(self.heard))
            return next((1 + at for at in places if words in self.heard[at]), 0)

        with self._changed:
            is_there = self._changed.wait_for(there, PATIENCE_S)
            assert is_there, (words, self.heard[self._seen :])
            self._seen = there()
            return self.heard[self._seen - 1]

    def types(self, line: str, *, shown: str | None = None) -> None:
        """A line at the keyboard; in the transcript a secret stands as what is shown for it."""
        with self._changed:
            self.heard.append(f"> {line if shown is None else shown}")
            self._seen = len(self.heard)
        os.write(self._keys, f"{line}\n".encode())

    def ends(self) -> int:
        """The exit status, everything heard."""
        status = self.process.wait(PATIENCE_S)
        self._ear.join(PATIENCE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self._keys)
        return status

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.heard.append(line.rstrip("\n"))
                self._changed.notify_all()
