"""The box as the doctor meets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError, SettingsError
from kiosk.settings import DEFAULT_CONFIG, Settings


@dataclass(frozen=True, slots=True)
class Box:
    """What the checks look at.

    Args:
        settings: as loaded; the error where they cannot be.
        root: of the file system, so that a test may show the doctor another box.
        config: the settings file.
        card_trace: file that gets the traffic of reading the card that lies there; None = no card
            is read.
        status: the document of ``kiosk status``; the error that prevented it; None where nothing
            is kept yet.
        is_accepted: somebody has accepted what the device key does not protect; None where kioskd
            answered, who does not say, or nobody opened the store.
    """

    settings: Settings | SettingsError
    root: Path = Path("/")
    status: Mapping[str, Any] | KioskError | None = None
    is_accepted: bool | None = False
    card_trace: Path | None = None
    config: Path = DEFAULT_CONFIG

    def text(self, path: str) -> str | None:
        """Content of a file below the root, None where it cannot be read."""
        try:
            return (self.root / path).read_text("utf-8", errors="replace")
        except OSError:
            return None
