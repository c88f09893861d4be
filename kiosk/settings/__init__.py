"""Everything a technician can set, in one TOML file and its drop-ins."""

from kiosk.settings.address import service_url
from kiosk.settings.reading import (
    DEFAULT_CONFIG,
    OnlySimulated,
    SettingsInvalid,
    SettingsMissing,
    SimulatorAbsent,
    SimulatorUnreachable,
    StateMissing,
    checked,
    credentials_dir,
    examine,
    known_keys,
    load,
)
from kiosk.settings.sections import (
    DEFAULT_STATE,
    AccessSection,
    ClockTrust,
    KeysSection,
    Language,
    PrivateOutput,
    ReceiptSection,
    Settings,
)

__all__ = [
    "DEFAULT_CONFIG",
    "DEFAULT_STATE",
    "AccessSection",
    "ClockTrust",
    "KeysSection",
    "Language",
    "OnlySimulated",
    "PrivateOutput",
    "ReceiptSection",
    "Settings",
    "SettingsInvalid",
    "SettingsMissing",
    "SimulatorAbsent",
    "SimulatorUnreachable",
    "StateMissing",
    "checked",
    "credentials_dir",
    "examine",
    "known_keys",
    "load",
    "service_url",
]
