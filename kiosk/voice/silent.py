"""No voice at all: for a box without sound, and for people who want none."""

from __future__ import annotations

from kiosk.ports.voice import Devices, Spoken


class SilentVoice:
    """Takes everything and says nothing."""

    def __init__(self) -> None:
        self._count = 0

    def say(self, spoken: Spoken) -> int:
        """Count it."""
        del spoken
        self._count += 1
        return self._count

    def hush(self) -> None:
        """It is silent already."""

    def pause(self) -> None:
        """It is silent already."""

    def resume(self) -> None:
        """There is nothing to go on with."""

    def tune(self, *, speed: float = 1.0, volume: float = 1.0, pitch: float = 0.0) -> None:
        """Silence has no loudness."""

    def tick(self) -> None:
        """Nothing is heard."""

    def route(self, devices: Devices) -> None:
        """Nothing to play on."""

    def close(self) -> None:
        """Nothing to close."""
