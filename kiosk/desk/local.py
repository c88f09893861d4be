"""A front and the core in one process: the same lines, without a socket."""

from __future__ import annotations

import os
import queue

from kiosk.desk.counter import Counter
from kiosk.desk.messages import CoreUnreachable, Message, Role, decode, encode

MOST_LINES = 1024
"""A front that leaves more unread is cut off, as over a socket."""


class LocalLink:
    """``Link`` straight to the counter.

    Args:
        counter: of the core in this process.
        highest: how far a front here may reach.
    """

    def __init__(self, counter: Counter, highest: Role = Role.STAFF) -> None:
        self._counter = counter
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._is_cut = False
        self._peer = counter.join(self, highest, os.getuid())

    def send(self, message: Message) -> None:
        """As ``Link.send``."""
        if self._is_cut:
            raise CoreUnreachable
        self._counter.hear(self._peer, encode(message))

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """As ``Link.receive``."""
        try:
            line = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if line is None:
            self._lines.put(None)
            raise CoreUnreachable
        return decode(line)

    def close(self) -> None:
        """As ``Link.close``."""
        self._counter.leave(self._peer)
        self.cut()

    def put(self, line: bytes) -> None:
        """A line of the core to this front."""
        if self._is_cut:
            return
        if self._lines.qsize() >= MOST_LINES:
            self.cut()
            return
        self._lines.put(line)

    def cut(self) -> None:
        """The core hangs up; what was put can still be received."""
        if not self._is_cut:
            self._is_cut = True
            self._lines.put(None)
