"""One kioskd a state folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ports.records import DiskReadOnly, StateInUse

LOCK = "kioskd.lock"


@contextmanager
def owned(state_dir: Path) -> Iterator[None]:
    """Be the only kioskd of a state folder; the lock ends with the process, however it ends.

    Args:
        state_dir: made, 0700, when absent.

    Raises:
        StateInUse: another kioskd has it; the detail names its process.
        DiskReadOnly: the folder cannot be written.
    """
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(state_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DiskReadOnly(f"{state_dir}: {error.strerror}") from error
    try:
        _take(lock)
        yield
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
        raise StateInUse(f"kioskd runs as process {pid or '?'}") from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
