"""``settings``, ``settings.backup``: the settings file is there and right, and backed up."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.config_backup import noted
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy, SettingsError
from kiosk.phrasebook import Phrase
from kiosk.settings import Settings


def find(box: Box) -> Iterator[Finding]:
    """Whether they could be loaded."""
    if isinstance(box.settings, SettingsError):
        yield Finding.of("settings", box.settings, why=Phrase.DOCTOR_WHY_SETTINGS)
    else:
        yield Finding("settings", State.OK, Phrase.DOCTOR_SETTINGS)
        yield _backup(box, box.settings)


def _backup(box: Box, settings: Settings) -> Finding:
    """Settings change once in years: a backup is old when they have, not when it has an age."""
    last = noted(settings.state.dir, box.config)
    if last is not None and last[1]:
        return Finding("settings.backup", State.OK, Phrase.DOCTOR_BACKUP, detail=last[0][:10])
    return Finding(
        "settings.backup",
        # A practice world is made again in a minute.
        State.SKIPPED if settings.is_simulated else State.WARN,
        Phrase.DOCTOR_BACKUP_NONE if last is None else Phrase.DOCTOR_BACKUP_OLD,
        why=Phrase.DOCTOR_WHY_BACKUP,
        hint=Phrase.DOCTOR_HINT_BACKUP,
        remedy=Remedy.TECHNICIAN,
        detail=last[0][:10] if last else "",
    )
