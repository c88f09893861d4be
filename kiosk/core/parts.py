"""What a core is made of; ``kiosk.wiring`` gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.desk.counter import IDLE_S
from kiosk.desk.manner import Manner
from kiosk.domain.reception import Reception
from kiosk.ports.card import CardReader, CardWatch
from kiosk.ports.exports import Computers, Held, Switches
from kiosk.ports.preferences import PreferenceBook
from kiosk.ports.reception import ReceptionBook
from kiosk.sync.care import NO_CARE, Care
from kiosk.usecases.access import Gate
from kiosk.usecases.adoption import Navigator
from kiosk.usecases.documents import About
from kiosk.usecases.follow_up import FollowingUp
from kiosk.usecases.put_right import PuttingRight
from kiosk.usecases.verify import Asking

AS_USUAL = Reception()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one core.

    Args:
        asking: store, service, clock.
        following: what is still to be confirmed.
        putting_right: what staff may change of a check.
        about: who this kiosk is.
        card: where the card is laid.
        watch: tells when one is.
        gate: lets people in, and keeps the audit.
        computers: receipt computers that may fetch.
        held: files with results that go with their month.
        preferences: what the staff set at the box.
        navigator: the checklist and the log of the 協力金.
        switches: ways of handing over that were switched at the box.
        receipt_manner: what their link needs of the settings.
        language: of the screen, "ja" or "en".
        idle_s: a session that nobody uses for so long ends.
        manner: of the fronts.
        care: what the schedule looks after each day.
        reception: how visits are received, by the settings.
        book: remembers how the staff chose to receive them.
    """

    asking: Asking
    following: FollowingUp
    putting_right: PuttingRight
    about: About
    card: CardReader
    watch: CardWatch
    gate: Gate
    computers: Computers
    held: Held
    book: ReceptionBook
    preferences: PreferenceBook
    switches: Switches
    navigator: Navigator
    receipt_manner: Mapping[str, Any] = field(default_factory=dict)
    language: str = "ja"
    idle_s: float = IDLE_S
    manner: Manner = field(default_factory=Manner)
    care: Care = NO_CARE
    reception: Reception = AS_USUAL
