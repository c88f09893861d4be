"""``settings``: the settings file is there and right."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import SettingsError
from kiosk.phrasebook import Phrase


def find(box: Box) -> Iterator[Finding]:
    """Whether they could be loaded."""
    if isinstance(box.settings, SettingsError):
        yield Finding.of("settings", box.settings, why=Phrase.DOCTOR_WHY_SETTINGS)
    else:
        yield Finding("settings", State.OK, Phrase.DOCTOR_SETTINGS)
