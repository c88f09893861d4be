"""The desk's socket: peers of any kind, none of whom may harm another or the core.

One thread serves all: it never waits for a single peer. Who sends lines without end, half a line,
too many lines, or does not read what it asked for is cut off.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from kiosk.desk.counter import Counter
from kiosk.desk.listening import BACKLOG, credentials, listen
from kiosk.desk.messages import LIMIT_BYTES, Role
from kiosk.desk.peer import Peer

MOST_PEERS = 32
MOST_OF_ONE_UID = 16
MOST_UNREAD_BYTES = 512 * 1024
"""So much may wait for a peer that does not read."""
GREETING_S = 10.0
"""A peer says Hello within this, and ends a line it began."""
MOST_LINES = 1000
WINDOW_S = 10.0
"""No front sends so many lines within so long: a key held down gives 300."""
FAREWELL_S = 1.0
"""So long what was put may still go out after a cut."""
_PIECE = 16384
_TEND_S = 0.5
_AFTER_NO_ACCEPT_S = 0.05


@dataclass(eq=False)
class _Connection:
    """One peer on the socket; ``Outlet`` of the counter.

    Args:
        line: its socket, not blocking.
        uid: of its process.
        wake: wakes the serving thread.
    """

    line: socket.socket
    uid: int
    wake: Callable[[], None]
    read: bytearray = field(default_factory=bytearray)
    unsent: bytearray = field(default_factory=bytearray)
    lock: threading.Lock = field(default_factory=threading.Lock)
    peer: Peer | None = None
    waits_since: float | None = field(default_factory=time.monotonic)
    window_since: float = field(default_factory=time.monotonic)
    lines: int = 0
    cut_at: float | None = None
    is_dead: bool = False

    def put(self, line: bytes) -> None:
        """As ``Outlet.put``."""
        with self.lock:
            if self.cut_at is None:
                self.unsent += line
            if len(self.unsent) > MOST_UNREAD_BYTES:
                self.is_dead = True
        self.wake()

    def cut(self) -> None:
        """As ``Outlet.cut``."""
        self.cut_at = self.cut_at or time.monotonic()
        self.wake()

    def flush(self) -> None:
        """Send what goes without waiting."""
        with self.lock:
            try:
                while self.unsent:
                    del self.unsent[: self.line.send(self.unsent)]
            except BlockingIOError:
                return
            except OSError:
                self.is_dead = True

    def count(self) -> None:
        """One more line; too many within the window are a flood."""
        now = time.monotonic()
        if now - self.window_since > WINDOW_S:
            self.window_since, self.lines = now, 0
        self.lines += 1
        if self.lines > MOST_LINES:
            self.is_dead = True

    def is_over(self, now: float, greeting_s: float) -> bool:
        """Time to close it."""
        if self.is_dead:
            return True
        if self.cut_at is not None:
            return not self.unsent or now - self.cut_at > FAREWELL_S
        return self.waits_since is not None and now - self.waits_since > greeting_s


class DeskServer:
    """Serves the counter on a Unix socket; a context manager.

    Args:
        counter: of the core.
        path: of the socket.
        highest: how far a uid may reach.
        mode: permissions of the socket's file.
        greeting_s: how long a peer may take to say Hello, or to end a line.

    Raises:
        StateInUse: another core listens there.
        OSError: the folder cannot be used.
    """

    def __init__(
        self,
        counter: Counter,
        path: Path,
        highest: Callable[[int], Role],
        *,
        mode: int = 0o600,
        greeting_s: float = GREETING_S,
    ) -> None:
        self._counter = counter
        self._path = path
        self._highest = highest
        self._greeting_s = greeting_s
        self._listener = listen(path, mode=mode)
        self._listener.settimeout(0)
        self._woken, self._waker = socket.socketpair()
        self._woken.settimeout(0)
        self._waker.settimeout(0)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._connections: dict[socket.socket, _Connection] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="desk")

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody, and remove the socket's file."""
        self._stopping.set()
        self._wake()
        if self._thread.ident is not None:
            self._thread.join()
        for connection in list(self._connections.values()):
            connection.flush()
            self._close(connection)
        self._selector.close()
        for each in (self._listener, self._woken, self._waker):
            each.close()
        with suppress(OSError):
            # On a disk that turned read-only it stays, and the next one lays its own over it.
            self._path.unlink(missing_ok=True)

    @property
    def is_alive(self) -> bool:
        """The serving thread runs."""
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wake(self) -> None:
        try:
            self._waker.send(b"\0")
        except OSError:
            return  # full: it is awake already; or closed: nobody is to be woken

    # -- the serving thread ------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(_TEND_S):
                if key.fileobj is self._listener:
                    self._accept_all()
                elif key.fileobj is self._woken:
                    self._drain_wakes()
                elif isinstance(key.data, _Connection) and key.events & selectors.EVENT_READ:
                    self._hear(key.data)
            self._tend()

    def _drain_wakes(self) -> None:
        try:
            while self._woken.recv(_PIECE):
                pass
        except BlockingIOError:
            return

    def _accept_all(self) -> None:
        for _ in range(BACKLOG):
            try:
                line, _ = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:
                # No descriptor is left, perhaps: asking again at once would spin.
                self._stopping.wait(_AFTER_NO_ACCEPT_S)
                return
            self._accept(line)

    def _accept(self, line: socket.socket) -> None:
        uid = credentials(line).uid
        of_uid = sum(each.uid == uid for each in self._connections.values())
        if len(self._connections) >= MOST_PEERS or of_uid >= MOST_OF_ONE_UID:
            line.close()
            return
        line.settimeout(0)
        connection = _Connection(line, uid, self._wake)
        connection.peer = self._counter.join(connection, self._highest(uid), uid)
        self._connections[line] = connection
        self._selector.register(line, selectors.EVENT_READ, connection)

    def _hear(self, connection: _Connection) -> None:
        try:
            piece = connection.line.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            connection.is_dead = True
            return
        connection.read += piece
        self._take_lines(connection)

    def _take_lines(self, connection: _Connection) -> None:
        peer = connection.peer
        while peer and not connection.is_dead and connection.cut_at is None:
            line, newline, rest = connection.read.partition(b"\n")
            if not newline:
                break
            connection.read = rest
            connection.count()
            self._counter.hear(peer, bytes(line))
            if peer.is_greeted:
                connection.waits_since = None
        if peer and len(connection.read) > LIMIT_BYTES and connection.cut_at is None:
            self._counter.blame(peer)
            connection.cut()
        if connection.read and connection.waits_since is None:
            connection.waits_since = time.monotonic()

    def _tend(self) -> None:
        now = time.monotonic()
        for connection in list(self._connections.values()):
            connection.flush()
            if connection.is_over(now, self._greeting_s):
                self._close(connection)
                continue
            wants = selectors.EVENT_READ if connection.cut_at is None else 0
            wants |= selectors.EVENT_WRITE if connection.unsent else 0
            self._selector.modify(connection.line, wants or selectors.EVENT_WRITE, connection)

    def _close(self, connection: _Connection) -> None:
        self._selector.unregister(connection.line)
        del self._connections[connection.line]
        connection.line.close()
        if connection.peer is not None:
            self._counter.leave(connection.peer)
