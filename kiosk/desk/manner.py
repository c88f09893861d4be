"""What a front needs of the settings; it travels in ``Welcome``, so that no front reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.patience import Patience
from kiosk.domain.preferences import Preferences, preferences_of
from kiosk.ports.voice import Devices, Output

DOUBLE_STRIKE_S = 0.2
"""An identical key within this time is the same stroke (EN 301 549 5.8: settable to 0.5 s)."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the fronts of this kiosk behave.

    Args:
        double_strike_s: an identical key within this time is the same stroke.
        devices: of the voice.
        private: where private words are heard before anybody chose; None = shown and not said.
        preferences: what the staff set at the box.
        patience: how long is waited for people, as the settings say.
        is_led: there are no settings yet, and whoever comes is led through the set-up.
    """

    double_strike_s: float = DOUBLE_STRIKE_S
    devices: Devices = field(default_factory=Devices)
    private: Output | None = None
    preferences: Preferences = field(default_factory=Preferences)
    patience: Patience = field(default_factory=Patience)
    is_led: bool = False

    def document(self) -> dict[str, Any]:
        """As it travels."""
        return {
            "double_strike_s": self.double_strike_s,
            "loudspeaker": self.devices.loudspeaker,
            "headphones": self.devices.headphones,
            "private": self.private.value if self.private else None,
            "preferences": self.preferences.document(),
            "help_s": self.patience.help_s,
            "call_s": self.patience.call_s,
            "led": self.is_led,
        }


def manner_of(document: Mapping[str, Any]) -> Manner:
    """As it arrived; what is missing or of another kind stays as it is without settings."""
    strike = document.get("double_strike_s")
    times = {name: document.get(name) for name in ("help_s", "call_s")}
    known = {name: float(each) for name, each in times.items() if isinstance(each, int | float)}
    patience = Patience(**known)
    private, preferences = document.get("private"), document.get("preferences")
    return Manner(
        float(strike) if isinstance(strike, int | float) else DOUBLE_STRIKE_S,
        Devices(str(document.get("loudspeaker", "")), str(document.get("headphones", ""))),
        Output.HEADPHONES if private == Output.HEADPHONES else None,
        preferences_of(preferences if isinstance(preferences, dict) else {}),
        patience,
        document.get("led") is True,
    )
