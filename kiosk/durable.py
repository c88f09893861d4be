"""How a file becomes durable, and what the disk says where it takes none."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ports.records import DiskFull, DiskReadOnly, StoreCorrupt

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# The last two: something that is no folder lies where ours should be.
_UNUSABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST})
_TEMPORARY = ".new"


@contextmanager
def disk_errors() -> Iterator[None]:
    """Name what the operating system says of the disk.

    Raises:
        DiskFull, DiskReadOnly, StoreCorrupt: the last for everything else, EIO above all.
    """
    try:
        yield
    except OSError as error:
        raise named(error) from error


def named(error: OSError) -> DiskFull | DiskReadOnly | StoreCorrupt:
    """The store's name for an error of the operating system; detail without the path."""
    if error.errno in _FULL:
        return DiskFull(os.strerror(error.errno))
    if error.errno in _UNUSABLE:
        return DiskReadOnly(os.strerror(error.errno))
    return StoreCorrupt(f"the disk: {error.strerror or type(error).__name__}")


def replace_durably(target: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a whole file so that after any crash it is the old or the new one.

    Raises:
        OSError: nothing was changed.
    """
    temporary = target.with_name(target.name + _TEMPORARY)
    temporary.unlink(missing_ok=True)
    try:
        fill(temporary, content, mode)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    temporary.replace(target)
    synchronise(target.parent)


def fill(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file that is not there yet; for good when it returns, but for its name."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def synchronise(path: Path) -> None:
    """Make names made, changed and removed in a folder durable."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
