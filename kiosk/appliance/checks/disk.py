"""``disk.errors`` and ``disk.wear``: what the disk below the state folder says of itself.

Sources: ``errors_count`` of ext4 (docs.kernel.org/admin-guide/ext4.html), ``life_time`` and
``pre_eol_info`` of eMMC (docs.kernel.org/driver-api/mmc/mmc-dev-attrs.html; JESD84-B51, 7.4.4).
Plain memory cards say nothing of their life.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy, SettingsError
from kiosk.phrasebook import Phrase
from kiosk.plain_files import is_folder

_ERRORS, _WEAR = "disk.errors", "disk.wear"
_WORN = 10
"""In tenths of the life the maker foresaw: nine tenths are used."""
_NEAR_ITS_END = 2
"""Of ``pre_eol_info``: 1 normal, 2 most of the spare blocks are used, 3 nearly all."""


def find(box: Box) -> Iterator[Finding]:
    """Nothing before the settings name a folder, and nothing where none was made."""
    if isinstance(box.settings, SettingsError) or not is_folder(box.settings.state.dir):
        return
    disk = _disk(box, box.settings.state.dir)
    yield _errors(box, disk.name)
    yield _wear(disk)


def _disk(box: Box, folder: Path) -> Path:
    """The partition's folder below /sys; one that is not there where it has no disk of its own."""
    number = folder.stat().st_dev
    link = box.root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    return link.resolve()


def _errors(box: Box, name: str) -> Finding:
    count = (box.text(f"sys/fs/ext4/{name}/errors_count") or "").strip()
    if not count.isdecimal():
        return Finding(_ERRORS, State.UNKNOWN, Phrase.DOCTOR_DISK_ERRORS_UNKNOWN)
    if count == "0":
        return Finding(_ERRORS, State.OK, Phrase.DOCTOR_DISK_NO_ERRORS, detail=name)
    return Finding(
        _ERRORS,
        State.FAIL,
        Phrase.DOCTOR_DISK_ERRORS,
        why=Phrase.DOCTOR_WHY_STATE,
        hint=Phrase.DOCTOR_HINT_DISK,
        remedy=Remedy.TECHNICIAN,
        detail=f"{name}: {count}",
    )


def _wear(disk: Path) -> Finding:
    tenths = max(_numbers(disk, "life_time"), default=0)
    if not tenths:
        return Finding(_WEAR, State.UNKNOWN, Phrase.DOCTOR_DISK_WEAR_UNKNOWN)
    detail = f"<= {tenths * 10} %"
    if tenths < _WORN and max(_numbers(disk, "pre_eol_info"), default=1) < _NEAR_ITS_END:
        return Finding(_WEAR, State.OK, Phrase.DOCTOR_DISK_WEAR, detail=detail)
    return Finding(
        _WEAR,
        State.WARN,
        Phrase.DOCTOR_DISK_WORN,
        why=Phrase.DOCTOR_WHY_STATE,
        hint=Phrase.DOCTOR_HINT_DISK,
        remedy=Remedy.TECHNICIAN,
        detail=detail,
    )


def _numbers(disk: Path, name: str) -> list[int]:
    """Of the whole disk, above its partition."""
    try:
        return [int(each, 16) for each in (disk.parent / "device" / name).read_text().split()]
    except (OSError, ValueError):
        return []
