"""Fixtures: a box with clocks one can set, and sealed stores in its folder."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from kiosk.domain.check import Answer, Answered, Eligibility, Opening, Stamp
from kiosk.domain.dates import JST
from kiosk.domain.facility import Facility
from kiosk.ports.records import NewCheck
from kiosk.settings import ClockTrust
from kiosk.store.clock import SystemClock
from kiosk.store.keys import DeviceKey, VaultLock
from kiosk.store.leases import BootMoment
from kiosk.store.opening import Store, open_store

NOON = datetime(2026, 11, 15, 3, tzinfo=UTC)
"""2026-11-15, noon in Japan."""
KEY = DeviceKey(b"k" * 32)
FACILITY = Facility("1312345678", "W0000001")
REQUEST = b"the question, certificate and all"


@dataclass
class Box:
    """A box whose clocks are set by hand; its processes and disk are real.

    Args:
        state_dir: where its stores lie.
    """

    state_dir: Path
    wall: datetime = NOON
    boot_id: str = "boot-1"
    boot_s: float = 1000.0
    is_synchronised: bool = True
    key: VaultLock = KEY
    undo: ExitStack = field(default_factory=ExitStack)

    @property
    def sealed(self) -> Path:
        """The folder of sealed files."""
        return self.state_dir / "sealed"

    def wait(self, seconds: float) -> None:
        """Let both clocks run on."""
        self.wall += timedelta(seconds=seconds)
        self.boot_s += seconds

    def reboot(self) -> None:
        """As after a power cut: another boot, the wall clock as it is."""
        self.boot_id = f"boot-{uuid.uuid4()}"
        self.boot_s = 5.0

    def boot(self) -> BootMoment:
        """The boot clock."""
        return BootMoment(self.boot_id, self.boot_s)

    def store(self, *, patience_s: float = 5.0) -> Store:
        """Open the store once more, as another program would."""
        return self.undo.enter_context(
            open_store(self.state_dir, self.key, boot=self.boot, patience_s=patience_s)
        )

    def clock(self, store: Store, trust: ClockTrust = ClockTrust.AUTO) -> SystemClock:
        """The clock over this box's clocks."""
        return SystemClock(
            store.control,
            trust,
            wall=lambda: self.wall,
            boot=self.boot,
            ntp=lambda: self.is_synchronised,
        )

    def stamp(self, *, is_trusted: bool = True) -> Stamp:
        """This moment."""
        return Stamp(self.wall, self.boot_id, self.boot_s, is_trusted)

    def check(
        self,
        *,
        is_trusted: bool = True,
        treated_on: date | None = None,
        request: bytes = REQUEST,
        person: str | None = None,
    ) -> NewCheck:
        """A check opened at this moment, of today unless a treatment day is given."""
        treated_at = self.wall
        if treated_on is not None:
            treated_at = datetime.combine(treated_on, time(12), JST).astimezone(UTC)
        opening = Opening(
            check_id=str(uuid.uuid4()),
            facility=FACILITY,
            treated_at=treated_at,
            nonce=secrets.token_bytes(16),
            stamp=self.stamp(is_trusted=is_trusted),
        )
        return NewCheck(opening, request, is_simulated=False, person=person)


def answered(name: str = "試験 太郎") -> Answered:
    """A valid eligibility of an invented person."""
    eligibility = Eligibility(name=name, insurer_number="06139992", birth_date=date(1950, 4, 1))
    return Answered(
        Answer(
            validity_code="1",
            confirmed_on=date(2026, 11, 15),
            eligibilities=(eligibility,),
            is_simulated=True,
        )
    )


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    """A box at noon of 2026-11-15 in Japan; its stores are closed afterwards."""
    with ExitStack() as undo:
        yield Box(tmp_path / "state", undo=undo)
