"""How somebody listens and reads: in steps, never below a floor, and given back afterwards.

What a visitor changes is theirs until their visit ends (EN 301 549 5.1.3.13, Section 508 402.3.2:
back to the default after each user). What the staff change in their session is their own, kept by
the box, and no visitor hears it; the default of all is what they set in 画面と声. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.domain.preferences import ALLOWED, Preferences

SPEEDS = ALLOWED["speed"]
SIZES = ALLOWED["size"]
VOLUMES = ALLOWED["volume"]
"""In percent; the lowest can still be heard: nobody can silence the box for the next one."""


@dataclass(frozen=True, slots=True)
class Listening:
    """One person's choice.

    Args:
        speed: one of SPEEDS.
        volume: one of VOLUMES.
        size: of the type, one of SIZES.
    """

    speed: str
    volume: str
    size: str = "0"

    def faster(self, steps: int) -> Listening:
        """Some steps faster, or slower where they are negative; it stays at either end."""
        return replace(self, speed=_stepped(self.speed, steps, SPEEDS))

    def louder(self, steps: int) -> Listening:
        """Some steps louder, or softer where they are negative; it stays at either end."""
        return replace(self, volume=_stepped(self.volume, steps, VOLUMES))

    def larger(self, steps: int) -> Listening:
        """Type some steps larger, or smaller where they are negative; it stays at either end."""
        return replace(self, size=_stepped(self.size, steps, SIZES))


@dataclass(frozen=True, slots=True)
class Listeners:
    """Whose choice counts now.

    Args:
        box: what the staff set, the default and their own.
        visitor: of whoever stands here; None = the default.
        is_staff: the staff listen.
        largest: the largest type that this screen has room for.
    """

    box: Preferences = field(default_factory=Preferences)
    visitor: Listening | None = None
    is_staff: bool = False
    largest: str = SIZES[-1]

    @property
    def usual(self) -> Listening:
        """The default of the box."""
        return Listening(self.box.speed, self.box.volume, self.box.size)

    @property
    def now(self) -> Listening:
        """How what comes next is said."""
        if not self.is_staff:
            return self._that_fits(self.visitor or self.usual)
        own = Listening(
            self.box.own_speed or self.box.speed,
            self.box.own_volume or self.box.volume,
            self.box.own_size or self.box.size,
        )
        return self._that_fits(own)

    def _that_fits(self, listening: Listening) -> Listening:
        at = min(SIZES.index(listening.size), SIZES.index(self.largest))
        return replace(listening, size=SIZES[at])

    def change(self, listening: Listening) -> Listeners:
        """Whoever listens wants it so; type that has no room stays as large as there is room."""
        listening = self._that_fits(listening)
        if not self.is_staff:
            return replace(self, visitor=listening)
        speed, volume, size = listening.speed, listening.volume, listening.size
        own = {
            "own_speed": "" if speed == self.box.speed else speed,
            "own_volume": "" if volume == self.box.volume else volume,
            "own_size": "" if size == self.box.size else size,
        }
        return replace(self, box=replace(self.box, **own))


def _stepped(value: str, steps: int, values: tuple[str, ...]) -> str:
    at = values.index(value) + steps
    return values[min(max(at, 0), len(values) - 1)]
