"""The command line as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

KIOSK = str(Path(sys.executable).with_name("kiosk"))


def line_on_descriptor(text: str) -> str:
    """A file descriptor, as an argument, from which a line can be read once."""
    out, into = os.pipe()
    os.write(into, f"{text}\n".encode())
    os.close(into)
    return str(out)


def kiosk_simulator(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """``kiosk simulator …``, ended."""
    command = [KIOSK, "simulator", *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
