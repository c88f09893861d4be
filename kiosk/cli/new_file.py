"""Files that commands write: new ones only, for their owner only."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.ports.exports import NotWritten


def write_new(file: Path, content: bytes) -> None:
    """Durable when it returns, mode 0600.

    Raises:
        NotWritten: something of that name is there, or the folder cannot be written.
    """
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise NotWritten(error.strerror or "") from None
