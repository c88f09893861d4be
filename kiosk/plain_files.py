"""Files that other hands lay down: a plain file, so long at most, and never waited for.

A name may turn out to be a pipe nobody writes to, a device without an end, or a folder. Opened as
usual, the first would hold a program for ever and the second would fill its memory.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_plain(file: Path, *, through_links: bool = True) -> BinaryIO:
    """Open a plain file for reading.

    Args:
        file: which.
        through_links: False where whoever lays it down must not point at a file of ours.

    Raises:
        OSError: it cannot be opened, or is no plain file (EINVAL), or a link (ELOOP).
    """
    # Without O_NONBLOCK the opening itself waits for somebody at a pipe's other end.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    descriptor = os.open(file, flags if through_links else flags | os.O_NOFOLLOW)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a plain file", str(file))


def is_folder(path: Path) -> bool:
    """Like ``Path.is_dir``, which raises where the way there may not be gone."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_plain(file: Path, most: int) -> bytes:
    """All that a plain file holds.

    Args:
        file: which.
        most: bytes.

    Raises:
        OSError: as ``open_plain``; it is longer (EFBIG).
    """
    with open_plain(file) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(file))
    return content
