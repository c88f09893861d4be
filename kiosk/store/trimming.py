"""The disk told to forget what was removed."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from pathlib import Path

_FITRIM = 0xC0185879
"""_IOWR('X', 121, struct fstrim_range), linux/fs.h."""


def trimmed(path: Path) -> bool:
    """Have the disk forget the blocks of removed files, where it can and we may.

    FITRIM wants CAP_SYS_ADMIN; without it the system's own fstrim.timer does it, later. What
    lies there until then is ciphertext whose key is gone.

    Returns:
        Whether the disk was told.
    """
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not _may_trim(folder):
            return False
        # The last name and the last opener of a file are gone: that must reach the disk first.
        os.sync()
        fcntl.ioctl(folder, _FITRIM, struct.pack("QQQ", 0, 2**64 - 1, 0))
    except OSError:
        return False
    finally:
        os.close(folder)
    return True


def _may_trim(folder: int) -> bool:
    """Asked with an empty range: what is not allowed, or no disk can do, is said of that as well.

    So that a program which may not trim does not wait for everything others have written.
    """
    try:
        fcntl.ioctl(folder, _FITRIM, struct.pack("QQQ", 0, 0, 0))
    except OSError as error:
        return error.errno == errno.EINVAL
    return True
