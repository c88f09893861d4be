"""How many contexts of pcscd are taken, by all programs together; it gives 200.

Linux lists every connection to a Unix socket with the path it came in by, to every user. Source:
proc_net_unix(5).
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

MOST_CONTEXTS = 200
"""pcscd's default, ``--max-thread``."""
_SOCKET = "/run/pcscd/pcscd.comm"
_CONNECTED = "03"
_STATE, _PATH = 5, 7


def count_contexts(root: Path = Path("/")) -> int | None:
    """Connections pcscd holds; None where the system does not say.

    Args:
        root: of the file system.
    """
    try:
        lines = (root / "proc/net/unix").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    fields = [line.split(maxsplit=_PATH) for line in lines]
    named = [(each[_STATE], each[_PATH]) for each in fields if len(each) > _PATH]
    return named.count((_CONNECTED, _path()))


def does_listen() -> bool:
    """True when somebody takes connections for pcscd, whatever is answered then."""
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(_path())
        except OSError:
            return False
    return True


def _path() -> str:
    return os.environ.get("PCSCLITE_CSOCK_NAME", _SOCKET)
