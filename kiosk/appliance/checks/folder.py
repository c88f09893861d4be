"""``state.*``: the folder everything is kept in: its mode, its disk, whether it opens."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import KioskError, Remedy, SettingsError
from kiosk.phrasebook import Phrase
from kiosk.plain_files import is_folder
from kiosk.ports.records import DiskFull, DiskReadOnly, KeyNotHanded
from kiosk.store.folder import refusal

LEAST_FREE_BYTES = 200 * 1024 * 1024
"""Years of checks; below it something else is eating the disk."""
_OTHERS = 0o077


def find(box: Box) -> Iterator[Finding]:
    """The folder, its disk, and what opening it said."""
    if isinstance(box.settings, SettingsError):
        return
    folder = box.settings.state.dir
    if not is_folder(folder):
        yield Finding("state.folder", State.SKIPPED, Phrase.DOCTOR_STATE_NONE)
        return
    yield _mode(folder)
    yield _disk(folder)
    if isinstance(box.status, KioskError):
        # Who has no key has not seen whether it fits.
        state = State.UNKNOWN if isinstance(box.status, KeyNotHanded) else State.FAIL
        yield Finding.of("state.opens", box.status, why=Phrase.DOCTOR_WHY_STATE, state=state)


def _mode(folder: Path) -> Finding:
    mode = folder.stat().st_mode & 0o777
    if mode & _OTHERS:
        return Finding(
            "state.folder",
            State.WARN,
            Phrase.DOCTOR_STATE_MODE,
            why=Phrase.DOCTOR_WHY_STATE_MODE,
            hint=Phrase.DOCTOR_HINT_STATE_MODE,
            remedy=Remedy.TECHNICIAN,
            detail=f"{mode:04o}",
        )
    return Finding("state.folder", State.OK, Phrase.DOCTOR_STATE_FOLDER)


def _disk(folder: Path) -> Finding:
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    detail = f"{free // 1024**2} MiB"
    refused = refusal(folder)
    if disk.f_flag & os.ST_RDONLY or (refused is not None and refused.errno == errno.EROFS):
        return Finding.of("state.disk", DiskReadOnly, why=Phrase.DOCTOR_WHY_STATE)
    if free < LEAST_FREE_BYTES:
        return Finding.of(
            "state.disk", DiskFull, why=Phrase.DOCTOR_WHY_STATE, state=State.WARN, detail=detail
        )
    return Finding("state.disk", State.OK, Phrase.DOCTOR_STATE_DISK, detail=detail)
