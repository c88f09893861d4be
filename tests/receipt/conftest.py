"""A core with results in a real store behind a real desk, and the link's side of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.core import Core
from kiosk.desk.client import SocketLink
from kiosk.desk.local import LocalLink
from kiosk.desk.messages import Role
from kiosk.desk.server import DeskServer
from kiosk.domain.check import Answer, Answered, Deferred, Eligibility, Outcome, Refused
from kiosk.domain.passcode import Passcode
from kiosk.ports.access import Holder, Standing
from kiosk.ports.records import NewCheck
from kiosk.receipt.line import Line
from kiosk.receipt.serving import ReceiptLink
from kiosk.settings import load
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.world import World
from kiosk.wiring import Kiosk, assemble, seat
from tests.support.results import eligibility
from tests.support.store import Box as Clocks
from tests.support.visitor import Visitor

PASSCODE = "482915"


@dataclass
class Clinic:
    """A kiosk without visitors; its results are put there by hand.

    Args:
        world: simulated.
        clocks: make checks.
        folder: everything lies in it.
        manner: ``[receipt]`` as the link gets it.
    """

    world: World
    clocks: Clocks
    folder: Path
    manner: dict[str, Any]
    running: ExitStack = field(default_factory=ExitStack)
    kiosk: Kiosk | None = None
    core: Core | None = None

    def switch_on(self) -> None:
        reader = InProcessReader()
        self.kiosk = self.running.enter_context(assemble(load(self.world.config), laid_on=reader))
        parts = replace(seat(self.kiosk, watch=reader.watch())._parts, receipt_manner=self.manner)
        self.core = self.running.enter_context(Core(parts))
        self.running.enter_context(
            DeskServer(self.core.counter, self.socket, lambda _uid: Role.RECEIPT)
        )

    def switch_off(self) -> None:
        self.running.close()

    @property
    def socket(self) -> Path:
        return self.folder / "d.sock"

    @property
    def drop(self) -> Path:
        return self.folder / "drop"

    def line(self) -> Line:
        return Line(lambda: SocketLink(self.socket))

    def link(self) -> ReceiptLink:
        return ReceiptLink(
            self.line(), self.folder / "link", no_result=lambda code: code, look_s=0.02, heed_s=0.05
        )

    def staff(self) -> Visitor:
        """Somebody of the clinic, logged in."""
        assert self.core is not None
        assert self.kiosk is not None
        self.kiosk.store.control.access.set_passcode(
            Holder(Standing.STAFF, "staff-1"), Passcode(PASSCODE)
        )
        visitor = Visitor(LocalLink(self.core.counter), claims=False)
        visitor.log_in(PASSCODE)
        return visitor

    def check(self, outcome: Outcome, *, treated_on: date | None = None) -> str:
        assert self.kiosk is not None
        records = self.kiosk.records
        made: NewCheck = self.clocks.check(treated_on=treated_on)
        check_id = records.open(made).check_id
        self.clocks.wait(1)
        at = self.clocks.wall
        is_wait = isinstance(outcome, Deferred)
        due = at + timedelta(days=365) if is_wait else None
        records.settle(check_id, outcome, at=at, next_attempt_at=due)
        return check_id

    def answer(
        self, *given: Eligibility, treated_on: date | None = None, validity: str = "1"
    ) -> str:
        said = Answer(
            validity_code=validity,
            confirmed_on=date(2026, 11, 15),
            eligibilities=given or (eligibility(),),
            is_simulated=True,
        )
        return self.check(Answered(said), treated_on=treated_on)

    def wait(self) -> str:
        return self.check(Deferred("K201"))

    def refuse(self) -> str:
        return self.check(Refused("K231", is_simulated=True))

    def audited(self, event: str) -> list[tuple[str, str]]:
        """Who did it, and what, of the audit's rows of an event."""
        assert self.kiosk is not None
        entries = self.kiosk.store.control.audit.entries()
        return [(each.who, each.what) for _, each in entries if each.event.value == event]


@pytest.fixture
def clinic(world: World, box: Clocks, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic whose drop folder is there and whose API listens on loopback."""
    folder = tmp_path / "link"
    (folder / "drop").mkdir(parents=True)
    manner = {
        "drop_folder": str(folder / "drop"),
        "encoding": "Shift_JIS",
        "listen": "127.0.0.1:0",
        "bind_address": True,
    }
    world.write_config("https://127.0.0.1:1")
    made = Clinic(world, box, folder, manner)
    made.switch_on()
    yield made
    made.switch_off()
