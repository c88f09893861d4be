"""The settings in one file, to be laid on this box or on the one that takes its place.

In it: ``kiosk.toml`` and its drop-ins, as they stand, comments too. Not in it: the client key and
certificate (a new box is activated anew, and the key never leaves the one it was made on), device
key, passcodes, pairings, audit, and everything about patients.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.appliance.settings_file import READABLE, SettingsNotWritten, finish
from kiosk.durable import replace_durably
from kiosk.errors import SettingsError
from kiosk.plain_files import read_plain
from kiosk.settings import Settings, checked
from kiosk.settings_files import Unreadable, drop_ins, restoring, texts_of

FORMAT = "madoguchi-config"
VERSION = 1
NOTE = "config-backup"
"""In the state folder: digest of the settings that were last backed up, and when."""
_MOST_BYTES = 1 << 20


class BackupUnreadable(SettingsError):
    """The file is no backup of the settings, or was changed since it was made."""

    code = "K530"


class BackupNewer(SettingsError):
    """The backup was made by a later version of the kiosk."""

    code = "K531"


class BackupForeign(SettingsError):
    """The backup is of another facility or terminal than this box."""

    code = "K532"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup, verified.

    Args:
        facility: code of whose settings.
        terminal: account id of it.
        made_at: as the box that made it believed, ISO 8601.
        files: text by path relative to the folder of ``kiosk.toml``, that one first.
    """

    facility: str
    terminal: str
    made_at: str
    files: Mapping[str, str]


def packed(file: Path, settings: Settings, now: datetime, version: str) -> bytes:
    """The backup of a settings file and its drop-ins."""
    section = settings.facility
    content = {
        "format": FORMAT,
        "version": VERSION,
        "program": version,
        "made_at": now.isoformat(),
        "simulated": settings.is_simulated,
        "facility": section.code,
        "terminal": section.terminal,
        "files": _relative(file),
    }
    return json.dumps(content | {"sha256": _digest(content)}, ensure_ascii=False, indent=1).encode()


def unpacked(content: bytes) -> Backup:
    """What ``packed`` made.

    Raises:
        BackupUnreadable: it is none, or was changed.
        BackupNewer: a later version made it.
    """
    try:
        found = json.loads(content)
        if found["format"] != FORMAT:
            raise BackupUnreadable("another format")
        if found["version"] > VERSION:
            raise BackupNewer(str(found["version"]))
        if found.pop("sha256") != _digest(found):
            raise BackupUnreadable("changed since it was made")
        files = found["files"]
        if not all(_is_ours(name) and isinstance(text, str) for name, text in files.items()):
            raise BackupUnreadable("a file that is not ours")
        return Backup(found["facility"], found["terminal"], found["made_at"], files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupUnreadable(type(error).__name__) from None


def read_backup(file: Path) -> Backup:
    """What ``packed`` made, from a file of whoever brings it.

    Raises:
        BackupUnreadable: it is none, was changed, or cannot be read.
        BackupNewer: a later version made it.
    """
    try:
        return unpacked(read_plain(file, _MOST_BYTES))
    except OSError as error:
        raise BackupUnreadable(error.strerror or type(error).__name__) from None


def restore(file: Path, backup: Backup) -> list[Path]:
    """Put the backup's files in the place of those that stand; after any crash all or none count.

    Returns:
        Where the files that stood there were kept.

    Raises:
        SettingsInvalid: what the backup holds would not do here; nothing was changed.
        SettingsNotWritten: the disk does not take it.
    """
    texts = _named(file, backup)
    checked({file.parent / name: text for name, text in texts.items()}, file)
    try:
        finish(file)
        kept = _keep(file)
        # The commit point: from here on these count.
        pending = json.dumps(texts, ensure_ascii=False).encode()
        replace_durably(restoring(file), pending, READABLE)
        finish(file)
    except OSError as error:
        raise SettingsNotWritten(f"{file}: {error.strerror}") from None
    return kept


def note(state: Path, file: Path, now: datetime) -> None:
    """Remember in the state folder what was backed up, for the doctor."""
    document = {"at": now.isoformat(), "sha256": _digest(_relative(file))}
    replace_durably(state / NOTE, json.dumps(document).encode())


def noted(state: Path, file: Path) -> tuple[str, bool] | None:
    """When the settings were last backed up, and whether they are the same still; None = never."""
    try:
        document = json.loads((state / NOTE).read_text("utf-8"))
        return document["at"], document["sha256"] == _digest(_relative(file))
    except (OSError, ValueError, KeyError, Unreadable):
        # Unreadable settings have a finding of their own.
        return None


def _named(file: Path, backup: Backup) -> dict[str, str]:
    """The files by the names of this box: its settings file may be called otherwise."""
    folder = file.with_suffix(".d").name
    named = {}
    for name, text in backup.files.items():
        _, is_below, rest = name.partition("/")
        named[f"{folder}/{rest}" if is_below else file.name] = text
    return named


def _relative(file: Path) -> dict[str, str]:
    return {str(each.relative_to(file.parent)): text for each, text in texts_of(file).items()}


def _is_ours(name: str) -> bool:
    parts = Path(name).parts
    is_below = len(parts) == 2 and parts[0].endswith(".d")  # noqa: PLR2004 - folder and file
    return name.endswith(".toml") and ".." not in parts and (len(parts) == 1 or is_below)


def _keep(file: Path) -> list[Path]:
    """What stands there, each under the next free number."""
    kept = []
    for each in (file, *drop_ins(file)) if file.exists() else ():
        number = 1
        while (place := each.with_name(f"{each.name}.{number}.bak")).exists():
            number += 1
        replace_durably(place, each.read_bytes())
        kept.append(place)
    return kept


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_foreign(backup: Backup, settings: Settings | None) -> None:
    """BackupForeign where the box is set up as another terminal."""
    if settings is None:
        return
    ours = (settings.facility.code, settings.facility.terminal)
    if ours != (backup.facility, backup.terminal):
        raise BackupForeign(f"{backup.facility} {backup.terminal}")
