"""The core's end of the desk's socket: listening, and who is on the other end."""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from kiosk.desk.address import CONNECT_S, short
from kiosk.ports.records import StateInUse

BACKLOG = 64
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who is on the other end, as the kernel knows it (unix(7), SO_PEERCRED)."""

    pid: int
    uid: int
    gid: int


def credentials(line: socket.socket) -> Credentials:
    """Of the process that connected, or that listens."""
    raw = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return Credentials(*_CREDENTIALS.unpack(raw))


def listen(path: Path, *, mode: int = 0o600) -> socket.socket:
    """A listening socket at a path, of any length; a stale file there is replaced.

    Args:
        path: its folder is made, 0700, when absent.
        mode: who may connect, by the file's permissions.

    Raises:
        StateInUse: somebody listens there; the detail names the process.
        OSError: the folder cannot be used.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with short(path) as address:
        _remove_stale(path, address)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # Before bind: the file never exists with another mode.
            os.fchmod(line.fileno(), mode)
            line.bind(address)
            # bind took the umask off as well.
            path.chmod(mode)
            line.listen(BACKLOG)
        except OSError:
            line.close()
            raise
    return line


def _remove_stale(path: Path, address: str) -> None:
    """What a killed core left; of a living one, say who it is."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(CONNECT_S)
        try:
            line.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        raise StateInUse(f"process {credentials(line).pid} has the desk")
