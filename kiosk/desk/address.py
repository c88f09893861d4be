"""Where the desk is: a Unix socket in a folder of any length; the front's end of the line."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.desk.messages import CoreUnreachable

CONNECT_S = 5
_TIMEVAL = struct.Struct("ll")


def connect(path: Path) -> socket.socket:
    """A line to the core.

    Raises:
        CoreUnreachable: nobody listens there, or they do not let us in.
    """
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Not settimeout: that would fail at once when many connect in the same moment.
    patience = _TIMEVAL.pack(CONNECT_S, 0)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
    try:
        with short(path) as address:
            line.connect(address)
    except OSError as error:
        line.close()
        raise CoreUnreachable(error.strerror or type(error).__name__) from error
    return line


@contextmanager
def short(path: Path) -> Iterator[str]:
    """The path by its folder's descriptor: a socket's address ends at 107 bytes."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
