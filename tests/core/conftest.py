"""A whole kiosk in this process: real store, real TLS, a simulated card; only pcscd is absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from kiosk.core.core import Core
from kiosk.desk.local import LocalLink
from kiosk.domain.passcode import Passcode
from kiosk.domain.reception import Attendance, Identify, Reception
from kiosk.ports.access import Holder, Standing
from kiosk.ports.records import StoredCheck
from kiosk.settings import load
from kiosk.simulator.deck import card_of
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.store.clock import SystemClock
from kiosk.store.control import Control
from kiosk.usecases.access import Gate
from kiosk.wiring import Kiosk, assemble, seat
from tests.support.visitor import Visitor

PASSCODE = "482915"
STAFF = Holder(Standing.STAFF, "staff-1")
TEMPO = 0.15
"""A reminder after a second and a half instead of ten; a PIN is waited for 6 s, held up or not."""


class SetClock(SystemClock):
    """A clock set by hand, vouched for; the service, whose time is real, is not heard."""

    def __init__(self, memory: Control, wall: Callable[[], datetime]) -> None:
        super().__init__(memory, wall=wall, ntp=lambda: True)

    def set_to(self, moment: datetime) -> None:
        """It is that time, until the next."""
        self._wall = lambda: moment

    def hint(self, server_time: datetime) -> None:
        """Not of this time."""


@dataclass
class Box:
    """A kiosk that can be switched off and on."""

    world: World
    simulator: RunningSimulator
    reader: InProcessReader = field(default_factory=InProcessReader)
    running: ExitStack = field(default_factory=ExitStack)
    kiosk: Kiosk | None = None
    core: Core | None = None
    tempo: float = TEMPO
    attendance: Attendance = Attendance.UNATTENDED
    identify: Identify = Identify.PIN
    wall: Callable[[], datetime] | None = None
    gate: Callable[[Gate], Gate] = lambda each: each

    def switch_on(self) -> None:
        kiosk = assemble(load(self.world.config), laid_on=self.reader)
        if self.wall is not None:
            kiosk = replace(kiosk, clock=SetClock(kiosk.store.control, self.wall))
        self.kiosk = self.running.enter_context(kiosk)
        seated = seat(self.kiosk, watch=self.reader.watch())
        reception = Reception(self.attendance, self.identify)
        parts = replace(seated._parts, reception=reception, gate=self.gate(seated._parts.gate))
        self.core = self.running.enter_context(Core(parts, tempo=self.tempo))

    def set_passcode(self) -> None:
        """Give the clinic its first member of staff."""
        assert self.kiosk is not None
        self.kiosk.store.control.access.set_passcode(STAFF, Passcode(PASSCODE))

    def switch_off(self) -> None:
        self.running.close()
        self.kiosk = self.core = None

    def hurry(self) -> None:
        """Nobody reads a card now: let the timers run out at once."""
        self.switch_off()
        self.tempo = 0.01
        self.switch_on()

    def visitor(self, *, claims: bool = True) -> Visitor:
        assert self.core is not None
        return Visitor(LocalLink(self.core.counter), claims=claims)

    def lay(self, person: str) -> None:
        self.reader.insert(card_of(self.world, person, pull=self.reader.remove))

    def take(self) -> None:
        self.reader.remove()

    def stored(self) -> list[StoredCheck]:
        assert self.kiosk is not None
        return self.kiosk.records.history(None)


@pytest.fixture
def box(world: World, simulator: RunningSimulator) -> Iterator[Box]:
    made = Box(world, simulator)
    made.switch_on()
    yield made
    made.switch_off()


@pytest.fixture
def a_visit(box: Box) -> Callable[[str, str], Visitor]:
    """One visit up to the result: card first, then the PIN."""

    def visit(person: str, pin: str) -> Visitor:
        visitor = box.visitor()
        box.lay(person)
        visitor.until("<ask_pin>")
        visitor.type_pin(pin)
        visitor.until("reception.asking")
        return visitor

    return visit
