"""Beginning anew where no vault opens: what lies there is set aside, sealed, until it is due.

No key of it is left on this box, but one could yet be saved by whoever can read more of a damaged
disk than we, and until then it is as dear as what it holds. So it goes with the last month it can
know: of the first trusted moment seen after it was set aside, for the moment of setting aside may
have been told by a wrong clock.
"""

from __future__ import annotations

import re
import secrets
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.retention import is_past_retention
from kiosk.durable import disk_errors, synchronise
from kiosk.ports.keys import VaultOutdated
from kiosk.ports.records import KeyMissing, StoreCorrupt
from kiosk.store.folder import LOCK, StateFolder
from kiosk.store.keys import VaultLock
from kiosk.store.vault import Vault

_ASIDE = re.compile(r"(lost-[0-9a-f]{8})(?:-(\d{4}-\d{2}))?")


def set_aside(state_dir: Path, lock: VaultLock) -> int:
    """Set everything aside, so that the next opening begins with an empty store.

    The vault goes last: cut off anywhere, nothing opens still, and it is run again.

    Args:
        state_dir: the state folder.
        lock: the device key.

    Returns:
        How many files; 0 where a vault opens: then nothing was touched.

    Raises:
        StateInUse: another process keeps the folder.
        DiskFull, DiskReadOnly: it cannot be changed.
    """
    with closing(StateFolder(state_dir)) as folder, folder.exclusive():
        if _opens(folder, lock):
            return 0
        with disk_errors():
            files = _files(folder)
            target = folder.path / f"lost-{secrets.token_hex(4)}"
            target.mkdir(mode=0o700)
            for each in files:
                each.rename(target / each.name)
            synchronise(target)
            folder.synchronise()
        return len(files)


def is_hopeless(state_dir: Path, lock: VaultLock) -> bool:
    """True when something lies there and no vault of it opens.

    Args and errors are those of ``set_aside``.
    """
    with closing(StateFolder(state_dir)) as folder, folder.shared(), disk_errors():
        return bool(_files(folder)) and not _opens(folder, lock)


def _files(folder: StateFolder) -> list[Path]:
    """All but the lock, the vault's last."""
    files = [each for each in folder.path.iterdir() if each.is_file() and each.name != LOCK]
    return sorted(files, key=lambda file: file.name.startswith(("vault-", "twin-")))


def _opens(folder: StateFolder, lock: VaultLock) -> bool:
    try:
        Vault(folder, lock).keys()
    except (KeyMissing, StoreCorrupt, VaultOutdated):
        return False
    return True


def forget_set_aside(folder: StateFolder, now: datetime | None) -> None:
    """Destroy what was set aside once every month it can know is past retention.

    Args:
        folder: held exclusively.
        now: trusted, aware UTC; None = all of it goes.
    """
    with disk_errors():
        for each in sorted(folder.path.glob("lost-*")):
            found = _ASIDE.fullmatch(each.name)
            if found is None:
                continue
            if now is None or (found[2] and is_past_retention(Month.parse(found[2]), now)):
                shutil.rmtree(each)
            elif not found[2]:
                each.rename(each.with_name(f"{found[1]}-{Month.of(day_in_japan(now))}"))
        folder.synchronise()
