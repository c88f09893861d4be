"""What the staff set at the box itself: how its fronts look, sound and wait. Pure.

A technician's settings stand in a file; these stand in the kiosk's own store, are changed by
keypad, and last until they are changed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "language": ("", "ja", "en"),
    "theme": ("", "light-on-dark", "dark-on-light", "yellow-on-black"),
    "speed": ("75", "100", "125", "150", "200"),
    "pitch": ("-3", "0", "3"),
    "volume": ("40", "60", "80", "100"),
    "own_speed": ("", "75", "100", "125", "150", "200"),
    "own_volume": ("", "40", "60", "80", "100"),
    "size": ("-1", "0", "1", "2"),
    "own_size": ("", "-1", "0", "1", "2"),
    "lock_s": ("60", "120", "300"),
    "waits": ("100", "200", "400", "1000"),
}
"""By name: every value there is; a volume that cannot be heard is none of them."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """One of ALLOWED each.

    Args:
        language: of screen and voice; "" = as the settings file says.
        theme: the look; "" = the first.
        speed: of the voice, in percent.
        pitch: of the voice, in half tones.
        volume: of the voice, in percent.
        own_speed: of the voice in a staff session; "" = as for everybody.
        own_volume: likewise.
        size: of the type, in steps from the usual one, where the terminal can change it.
        own_size: in a staff session; "" = as for everybody.
        lock_s: seconds without a key after which a staff session ends by itself.
        waits: how long is waited for whoever stands there, in percent of what the settings say;
            ten times as long must be to be had (WCAG 2.2.1).
    """

    language: str = ""
    theme: str = ""
    speed: str = "100"
    pitch: str = "0"
    volume: str = "100"
    own_speed: str = ""
    own_volume: str = ""
    size: str = "0"
    own_size: str = ""
    lock_s: str = "120"
    waits: str = "100"

    def changed(self, name: str, value: str) -> Preferences:
        """With another value; ValueError when there is no such name or value."""
        if value not in ALLOWED.get(name, ()):
            raise ValueError(f"no such preference: {name!r}")
        return replace(self, **{name: value})

    def document(self) -> dict[str, str]:
        """By name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def preferences_of(document: Mapping[str, object]) -> Preferences:
    """As ``document`` wrote it; what another version wrote stays as it is by itself."""
    known = {
        name: value
        for name, value in document.items()
        if isinstance(value, str) and value in ALLOWED.get(name, ())
    }
    return Preferences(**known)
