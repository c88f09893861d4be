"""One kioskd a state folder, and one who sets it up."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.durable import disk_errors, named
from kiosk.errors import Remedy, SettingsError
from kiosk.ports.records import DiskFull, DiskReadOnly, StateInUse
from kiosk.store.folder import open_lock
from kiosk.store.reserve import keep_reserve

LOCK = "kioskd.lock"
_SET_UP = "set-up.lock"
SOCKET = "desk.sock"
PACKAGED = Path("/run/madoguchi/desk.sock")
"""Where the package's unit has the desk (``RuntimeDirectory=``)."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who wrote into the lock last; the process may have gone.

    Args:
        pid: of kioskd.
        desk: its socket.
    """

    pid: str
    desk: Path | None


def owner(state_dir: Path) -> Owner | None:
    """What the lock says of the kioskd of a state folder; None where none ever ran.

    The lock itself is not tried: even for a moment that could keep kioskd from starting. Where the
    folder is closed to us, as it is to a technician, the desk can only be the package's.
    """
    try:
        pid, _, rest = (state_dir / LOCK).read_text("utf-8").partition("\n")
    except PermissionError:
        return Owner("", PACKAGED)
    except OSError:
        return None
    desk = rest.partition("\n")[0]
    return Owner(pid, Path(desk) if desk else None)


def desk_beside(state_dir: Path) -> Path:
    """Where fronts find the desk of a state folder when nobody names it."""
    found = owner(state_dir)
    return found.desk if found is not None and found.desk is not None else state_dir / SOCKET


@contextmanager
def owned(state_dir: Path, desk: Path | None = None) -> Iterator[None]:
    """Be the only kioskd of a state folder; the lock ends with the process, however it ends.

    Args:
        state_dir: made, 0700, when absent.
        desk: where fronts and commands will find it.

    On a disk that can only be read, commands look for it where the kioskd before said.

    Raises:
        StateInUse: another kioskd has it; the detail names its process.
        DiskFull, DiskReadOnly: the folder cannot be written, and no kioskd ever ran in it.
    """
    with _opened(state_dir, LOCK) as (lock, is_writable):
        _take(lock)
        if is_writable:
            _sign(lock, desk)
            keep_reserve(state_dir)
        yield


class SetUpElsewhere(SettingsError):
    """Somebody else is setting this box up, at its screen or by ``kiosk setup``."""

    code = "K527"
    remedy = Remedy.STAFF
    retryable = True


@contextmanager
def set_up_alone(state_dir: Path, *, waits: bool = False) -> Iterator[None]:
    """Be the only one who sets a box up; ends with the process, however it ends.

    Args:
        state_dir: made, 0700, when absent.
        waits: until the other one has ended.

    Raises:
        SetUpElsewhere: somebody else does; never where it is waited.
        DiskFull, DiskReadOnly: the folder cannot be written.
    """
    with _opened(state_dir, _SET_UP) as (lock, _):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            raise SetUpElsewhere from None
        yield


@contextmanager
def _opened(state_dir: Path, name: str) -> Iterator[tuple[int, bool]]:
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock, is_writable = open_lock(state_dir / name)
    except OSError as error:
        why = DiskFull if isinstance(named(error), DiskFull) else DiskReadOnly
        raise why(f"{state_dir}: {error.strerror}") from error
    try:
        yield lock, is_writable
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
        raise StateInUse(f"kioskd runs as process {pid or '?'}") from None


def _sign(lock: int, desk: Path | None) -> None:
    place = f"{desk.absolute()}\n" if desk else ""
    text = f"{os.getpid()}\n{place}".encode()
    # Over what the last one wrote: on a full disk there is room for that and for nothing more.
    with disk_errors():
        os.pwrite(lock, text, 0)
        os.ftruncate(lock, len(text))
