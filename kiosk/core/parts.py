"""What a core is made of; ``kiosk.wiring`` gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.desk.manner import Manner
from kiosk.desk.messages import Role
from kiosk.ports.card import CardReader, CardWatch
from kiosk.usecases.documents import About
from kiosk.usecases.verify import Asking


def _nobody(_passcode: str) -> Role | None:
    """No passcode is set: nobody is let in."""
    return None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one core.

    Args:
        asking: store, service, clock.
        about: who this kiosk is.
        card: where the card is laid.
        watch: tells when one is.
        language: of the screen, "ja" or "en".
        role_for: the role a passcode opens.
        manner: of the fronts.
    """

    asking: Asking
    about: About
    card: CardReader
    watch: CardWatch
    language: str = "ja"
    role_for: Callable[[str], Role | None] = _nobody
    manner: Manner = field(default_factory=Manner)
