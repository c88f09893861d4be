"""How loud and how fast somebody listens: in steps, never below a floor, and given back afterwards.

What a visitor changes is theirs until their visit ends (EN 301 549 5.1.3.13, Section 508 402.3.2:
back to the default after each user); what the staff change in their session is kept for the next
one. Pure: the front tells when somebody comes and goes, and tunes the voice by what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

VOLUMES = (0.35, 0.5, 0.7, 0.85, 1.0)
"""The lowest can still be heard: a visitor must not be able to silence the box for the next one."""
SPEEDS = (0.6, 0.75, 0.9, 1.0, 1.2, 1.45, 1.75, 2.1)
_VOLUME, _SPEED = 3, 3


@dataclass(frozen=True, slots=True)
class Listening:
    """One person's choice, as places in ``VOLUMES`` and ``SPEEDS``."""

    volume_step: int = _VOLUME
    speed_step: int = _SPEED

    @property
    def volume(self) -> float:
        """0.35 to 1.0."""
        return VOLUMES[self.volume_step]

    @property
    def speed(self) -> float:
        """0.6 to 2.1; 1.0 = as recorded."""
        return SPEEDS[self.speed_step]

    def louder(self, steps: int = 1) -> Listening:
        """Some steps louder, or softer where they are negative; it stays at either end."""
        return replace(self, volume_step=_kept(self.volume_step + steps, VOLUMES))

    def faster(self, steps: int = 1) -> Listening:
        """Some steps faster, or slower where they are negative."""
        return replace(self, speed_step=_kept(self.speed_step + steps, SPEEDS))


@dataclass(frozen=True, slots=True)
class Listeners:
    """Whose choice counts now.

    Args:
        staff: as the practitioner last had it, kept from session to session.
        visitor: of whoever stands here; the default for everybody who comes.
        is_staff: the staff listen.
    """

    staff: Listening = Listening()
    visitor: Listening = Listening()
    is_staff: bool = False

    @property
    def now(self) -> Listening:
        """How what comes next is said."""
        return self.staff if self.is_staff else self.visitor

    def change(self, listening: Listening) -> Listeners:
        """Whoever listens wants it so."""
        if self.is_staff:
            return replace(self, staff=listening)
        return replace(self, visitor=listening)

    def visitor_left(self) -> Listeners:
        """The next one begins with the default."""
        return replace(self, visitor=Listening())

    def staff_came(self) -> Listeners:
        """A session begins, with what was theirs."""
        return replace(self, is_staff=True)

    def staff_left(self) -> Listeners:
        """A session ends; visitors hear the default again."""
        return replace(self, is_staff=False, visitor=Listening())


def _kept(step: int, steps: tuple[float, ...]) -> int:
    return min(max(step, 0), len(steps) - 1)
