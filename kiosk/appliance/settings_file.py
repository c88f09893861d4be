"""``kiosk.toml`` written by the set-up: comments and other keys stay, the file before is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from kiosk.domain.facility import Facility
from kiosk.durable import replace_durably, synchronise
from kiosk.errors import SettingsError
from kiosk.service.activation import Identity
from kiosk.settings import DEFAULT_CONFIG, SettingsInvalid, checked
from kiosk.settings_files import drop_ins, restoring, texts_of

READABLE = 0o644
_DEVICE_KEY = "device.key"
_KEY_BYTES = 32


class SettingsNotWritten(SettingsError):
    """The settings file cannot be written; the one before stays as it was."""

    code = "K508"


@dataclass(frozen=True, slots=True)
class Place:
    """What the set-up decides of the settings.

    Args:
        facility: whose terminal.
        url: of the service.
        ca: PEM file of its authority.
        identity: where certificate and key lie.
        state: the state folder.
        is_simulated: as the service says of itself.
    """

    facility: Facility
    url: str
    ca: Path
    identity: Identity
    state: Path
    is_simulated: bool


def write_settings(file: Path, place: Place, *, draft: Path | None = None) -> Path | None:
    """Bring the file up to date; after any crash it is the old or the new one.

    Args:
        file: the settings.
        place: what is decided.
        draft: in the same folder, brought up to date in its place; it counts for nothing until
            ``lay_out`` gives it the name of the file.

    Returns:
        Where the file before was kept; None where there was none, or nothing changed.

    Raises:
        SettingsInvalid: what would stand there is wrong; nothing was changed.
        SettingsNotWritten: the disk does not take it; nothing was changed.
    """
    goal = draft or file
    try:
        finish(file)
        before = goal.read_text("utf-8") if goal.exists() else None
        text = _new(before, file, place)
        if text == before:
            return None
        goal.parent.mkdir(parents=True, exist_ok=True)
        if place.is_simulated and before is None:
            _make_device_key(file.parent / _DEVICE_KEY)
        checked(text, file)
        kept = _keep(file, before) if draft is None else None
        mode = goal.stat().st_mode & 0o777 if before is not None else READABLE
        replace_durably(goal, text.encode())
        goal.chmod(mode)
    except OSError as error:
        raise SettingsNotWritten(f"{goal}: {error.strerror}") from None
    return kept


def lay_out(draft: Path, file: Path) -> None:
    """Make a draft count, by one rename; SettingsNotWritten where the disk does not take it."""
    try:
        draft.rename(file)
        synchronise(file.parent)
    except OSError as error:
        raise SettingsNotWritten(f"{file}: {error.strerror}") from None


def finish(file: Path) -> None:
    """Lay out what a restore has committed to; nothing where nothing is under way."""
    pending = restoring(file)
    if not pending.exists():
        return
    texts = texts_of(file)
    for each, text in texts.items():
        each.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(each, text.encode(), READABLE)
    for each in drop_ins(file):
        if each not in texts:
            each.unlink()
            # Before what counts in their place goes.
            synchronise(each.parent)
    pending.unlink()
    synchronise(pending.parent)


def _new(before: str | None, file: Path, place: Place) -> str:
    try:
        document = tomlkit.parse(before or "")
    except TOMLKitError as error:
        raise SettingsInvalid(f"{file}: {error}") from None
    changes: dict[str, dict[str, object]] = {
        "facility": {"code": place.facility.code, "terminal": place.facility.terminal},
        "service": {
            "url": place.url,
            "ca": str(place.ca.absolute()),
            "certificate": str(place.identity.certificate.absolute()),
            "key": str(place.identity.key.absolute()),
            "simulated": place.is_simulated,
        },
    }
    if before is None:
        changes |= {"state": {"dir": str(place.state.absolute())}}
        if place.is_simulated:
            # Neither a credential nor a clock of a real box is to be had there.
            changes |= {"keys": {"provider": "test", "file": _DEVICE_KEY}}
            changes |= {"clock": {"trust": "always"}}
    for section, values in changes.items():
        if section not in document:
            document[section] = tomlkit.table()
        for name, value in values.items():
            table = document[section]
            if not isinstance(table, dict):
                raise SettingsInvalid(f"{file}: {section}: not a table")
            if table.get(name) != value and (name != "simulated" or value or name in table):
                table[name] = value
    return tomlkit.dumps(document)


def default_state(file: Path) -> Path | None:
    """The state folder for a file that is new: beside it, unless it lies at its usual place."""
    return None if file == DEFAULT_CONFIG else file.absolute().parent / "state"


def _keep(file: Path, before: str | None) -> Path | None:
    """The file before, under the next free number."""
    if before is None:
        return None
    number = 1
    while (kept := file.with_name(f"{file.name}.{number}.bak")).exists():
        number += 1
    replace_durably(kept, before.encode())
    return kept


def _make_device_key(file: Path) -> None:
    if not file.exists():
        replace_durably(file, secrets.token_bytes(_KEY_BYTES))
