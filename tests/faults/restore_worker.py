"""A backup of the settings restored, told line by line, for the power cuts.

Usage: restore_worker.py FOLDER. Lines: ``restoring it``, ``restored it``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.appliance.config_backup import restore, unpacked
from tests.faults.store_worker import tell


def main() -> None:
    """Restore ``backup.json`` beside the settings."""
    folder = Path(sys.argv[1])
    backup = unpacked((folder / "backup.json").read_bytes())
    tell("restoring", "it")
    restore(folder / "kiosk.toml", backup)
    tell("restored", "it")


if __name__ == "__main__":
    main()
