"""A front's line to the core over the socket."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from pathlib import Path

from kiosk.desk.address import connect
from kiosk.desk.messages import LIMIT_BYTES, BadMessage, CoreUnreachable, Message, decode, encode

SEND_S = 5.0
"""A core that takes nothing for so long has gone."""
_PIECE = 16384


class SocketLink:
    """``Link`` over the desk's socket.

    Args:
        path: of the socket.

    Raises:
        CoreUnreachable: nobody listens there.
    """

    def __init__(self, path: Path) -> None:
        self._line = connect(path)
        self._line.settimeout(0)
        self._sending = threading.Lock()
        self._receiving = threading.Lock()
        self._read = bytearray()

    def send(self, message: Message) -> None:
        """As ``Link.send``."""
        rest = memoryview(encode(message))
        ends_at = time.monotonic() + SEND_S
        with self._sending:
            while rest:
                rest = rest[self._write(rest, ends_at) :]

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """As ``Link.receive``."""
        ends_at = None if timeout_s is None else time.monotonic() + timeout_s
        with self._receiving:
            while (line := self._next_line()) is None:
                left = None if ends_at is None else max(0.0, ends_at - time.monotonic())
                if not self._is_ready(left):
                    return None
                self._fill()
        return decode(line)

    def close(self) -> None:
        """As ``Link.close``."""
        with contextlib.suppress(OSError):
            # Wakes a receive in another thread; closing alone would not.
            self._line.shutdown(socket.SHUT_RDWR)
        with self._receiving, self._sending:
            self._line.close()

    def _write(self, rest: memoryview, ends_at: float) -> int:
        try:
            return self._line.send(rest)
        except BlockingIOError:
            left = ends_at - time.monotonic()
            if left <= 0 or not select.select([], [self._line], [], left)[1]:
                raise CoreUnreachable("it takes nothing") from None
            return 0
        except OSError as error:
            raise CoreUnreachable(error.strerror or "closed") from error

    def _next_line(self) -> bytes | None:
        end = self._read.find(b"\n")
        if end < 0:
            if len(self._read) > LIMIT_BYTES:
                raise BadMessage("too long")
            return None
        line = bytes(self._read[: end + 1])
        del self._read[: end + 1]
        return line

    def _is_ready(self, left: float | None) -> bool:
        if self._line.fileno() < 0:
            raise CoreUnreachable("closed")
        return bool(select.select([self._line], [], [], left)[0])

    def _fill(self) -> None:
        try:
            piece = self._line.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError as error:
            raise CoreUnreachable(error.strerror or "closed") from error
        if not piece:
            raise CoreUnreachable("it hung up")
        self._read += piece
