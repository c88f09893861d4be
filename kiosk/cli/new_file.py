"""Files that commands write: new ones only, for their owner only."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.ports.exports import NotWritten


def write_new(file: Path, content: bytes) -> None:
    """Durable when it returns, mode 0600; nothing of it stays where that fails.

    Raises:
        NotWritten: something of that name is there, or the folder cannot be written.
    """
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise NotWritten(error.strerror or "") from None
    try:
        with os.fdopen(made, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        # A part of it would be taken for the whole, and its name would be taken.
        file.unlink(missing_ok=True)
        raise NotWritten(error.strerror or "") from None
