"""Lines typed by a person or piped by a script; on a terminal a PIN is not echoed."""

from __future__ import annotations

import contextlib
import termios
import threading
from collections.abc import Callable
from typing import Self, TextIO

_LOCAL_FLAGS = 3


class Keyboard:
    """Reads lines on a thread of its own; a context manager that leaves the terminal as it was.

    Args:
        stream: standard input.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.fileno() if stream.isatty() else None
        self._before = termios.tcgetattr(self._terminal) if self._terminal is not None else None

    def start(self, took: Callable[[str | None], None]) -> None:
        """Begin.

        Args:
            took: gets each line without its end, and None when there will be no more; called
                from the reading thread.
        """
        threading.Thread(target=self._read, args=[took], name="keyboard", daemon=True).start()

    def hide(self) -> None:
        """What is typed from now on is not shown, the end of the line is."""
        if self._before is not None and self._terminal is not None:
            hidden = [*self._before]
            hidden[_LOCAL_FLAGS] = hidden[_LOCAL_FLAGS] & ~termios.ECHO | termios.ECHONL
            self._set(hidden)

    def show(self) -> None:
        """What is typed is shown again."""
        if self._before is not None:
            self._set(self._before)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.show()

    def _set(self, attributes: list[int | list[bytes | int]]) -> None:
        # A terminal that has hung up has nobody before it.
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._terminal or 0, termios.TCSADRAIN, attributes)

    def _read(self, took: Callable[[str | None], None]) -> None:
        try:
            for line in iter(self._stream.readline, ""):
                took(line.rstrip("\r\n"))
        except (OSError, ValueError):
            # Hung up, closed, or bytes that are no text: nothing more can be taken from there.
            took(None)
            return
        took(None)
