"""Copies of a month that were written outside the sealed folder: known again, and deleted.

The process that keeps the months need not see what the one that wrote a copy sees: below systemd
``/tmp`` is another, and most of the disk is read-only (systemd/kioskd.service). So a copy is known
by what the file system says of it, not by its path alone, and nothing that is merely not seen is
taken for gone (ADR 20).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kiosk.ports.exports import HeldCopy, Trace

_SAME_TIME_NS = 2_000_000_000
"""FAT keeps the time of a file to two seconds, once it has left the cache."""


def trace_of(file: Path) -> Trace:
    """What the file system says of a file that was just written; OSError where it is not there."""
    found, folder = file.lstat(), file.parent.stat()
    at = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    return Trace(*at, folder=folder_of(folder))


def folder_of(found: os.stat_result) -> str:
    """A folder's name among all folders of this box."""
    return f"{found.st_dev}:{found.st_ino}"


def folder_without(file: Path) -> str | None:
    """The folder of a file that is not in it; None where it is, or cannot be looked for."""
    try:
        names = os.listdir(file.parent)  # noqa: PTH208 - names alone
        return None if file.name in names else folder_of(file.parent.stat())
    except OSError:
        return None


def can_delete(copy: HeldCopy) -> bool:
    """Whether this process sees that very file, and may take it out of its folder."""
    try:
        found, folder = copy.file.lstat(), copy.file.parent.stat()
    except OSError:
        return False
    me = os.geteuid()
    is_mine = me in {0, found.st_uid, folder.st_uid} or not folder.st_mode & stat.S_ISVTX
    may = os.access(copy.file.parent, os.W_OK | os.X_OK, effective_ids=True)
    return _is_it(copy, found) and is_mine and may


def delete(copy: HeldCopy) -> bool:
    """Unlink that very file; False where it is not seen, or may not be."""
    try:
        if not _is_it(copy, copy.file.lstat()):
            return False
        copy.file.unlink()
    except OSError:
        return False
    return True


def _is_it(copy: HeldCopy, found: os.stat_result) -> bool:
    if not stat.S_ISREG(found.st_mode):
        return False
    if copy.trace is None:
        # Of an earlier version, or cut off as it was written: the path is all that is known.
        return True
    trace = copy.trace
    if (found.st_dev, found.st_ino) == (trace.device, trace.inode):
        return True
    # A stick that was taken out and put in again gives both anew.
    is_as_old = abs(found.st_mtime_ns - trace.written_ns) <= _SAME_TIME_NS
    return is_as_old and found.st_size == trace.size
