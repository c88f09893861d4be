"""The plug is pulled, again and again, on a box with a kernel and a disk of its own, at work.

What a visitor was told must be there after every cut: the check is kept, whatever the disk lost of
what nobody had flushed; and the box opens by itself each time. ``dist/`` must hold the package of
Debian 13: ``make deb``. Twice: in a container on a drive of its own (ten seconds of a processor a
cut), and in QEMU with a kernel of its own (two minutes without KVM, so several runs may share the
cuts: ``MADOGUCHI_CUTS``, each with a ``MADOGUCHI_SEED`` of its own).
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.desk.client import SocketLink
from kiosk.desk.messages import CoreUnreachable
from kiosk.settings import load
from kiosk.simulator.world import World
from tests.journeys.conftest import Clinic, wait_until
from tests.support import box_on_drive
from tests.support import guest as guests
from tests.support.box import base, missing
from tests.support.box_on_drive import BoxOnDrive
from tests.support.drive import Drive
from tests.support.guest import Guest
from tests.support.platter import Cut, Fate
from tests.support.site import BASES, Site, open_site
from tests.support.visitor import Visitor

CUTS = int(os.environ.get("MADOGUCHI_CUTS", "20"))
SEED = int(os.environ.get("MADOGUCHI_SEED", "1"))
FATES = tuple(Fate)
BEFORE = (1, 2)
"""How many visitors are received before the one at whose check the plug is pulled."""
AT_FIRST_S = 5.0
"""From the PIN to the answer, as long as nobody has measured it."""
PATIENCE_S = 3600.0
"""On a busy machine anything may take long; the run as a whole has a limit."""
PEOPLE = ("taro", "hanako")
TOLD = ("result.valid", "reception.confirmed", "outage.received")
"""What a visitor hears when their check is kept."""

pytestmark = [pytest.mark.soak, pytest.mark.timeout(CUTS * PATIENCE_S)]


class Machine(Protocol):
    """What has a desk and a plug."""

    drive: Drive
    boots: list[float]
    reader_port: int

    @property
    def desk(self) -> Path: ...

    def make_disk(self, root: Path) -> None: ...

    def boot(self) -> None: ...

    def cut_the_power(self, fate: Fate, chance: random.Random) -> Cut: ...


@dataclass
class Reception:
    """Visitors of one box, one after the other, until the plug is pulled.

    Args:
        machine: the box.
        clinic: what is around it.
        told: how many were told that their check is kept, by the sentence.
        unfinished: how many were in the middle when the line died.
    """

    machine: Machine
    clinic: Clinic
    told: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    _check_s: float = AT_FIRST_S
    _typed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _unplugged: threading.Event = field(default_factory=threading.Event)

    def work(self, chance: random.Random, pull: Callable[[], object]) -> None:
        """Receive some, then pull the plug between a PIN and its answer, within a write."""
        self._unplugged.clear()
        self._typed = threading.Semaphore(0)
        receiving = threading.Thread(target=self._receive)
        receiving.start()
        for _ in range(chance.randint(*BEFORE) + 1):
            self._typed.acquire(timeout=PATIENCE_S)
        self._unplugged.wait(chance.random() * self._check_s)
        pull()
        self._unplugged.set()
        receiving.join()

    def _receive(self) -> None:
        for person in cycle(PEOPLE):
            if self._unplugged.is_set():
                return
            try:
                self._visit(person)
            except (CoreUnreachable, AssertionError):
                self.unfinished += 1

    def _visit(self, person: str) -> None:
        link = SocketLink(self.machine.desk)
        try:
            visitor = Visitor(link, patience_s=PATIENCE_S)
            visitor.until_condition(lambda condition: condition.reader)
            with self.clinic.card(person):
                visitor.until("<ask_pin>")
                visitor.type_pin(World.open(self.clinic.dir).pin(person))
                began = time.monotonic()
                self._typed.release()
                self.told[visitor.until_any(*TOLD)] += 1
                self._check_s = time.monotonic() - began
        finally:
            link.close()

    def kept(self) -> Counter[str]:
        """Checks in the box, by what became of them.

        Those taken while the clock was in doubt are of no month yet: a guest that is slow finds
        itself behind the service.
        """
        link = SocketLink(self.machine.desk)
        try:
            found = Visitor(link, claims=False, patience_s=PATIENCE_S).query("status")
        finally:
            link.close()
        names = ("checked", "answered", "refused")
        kept = Counter({name: sum(each[name] for each in found["counts"]) for name in names})
        kept["checked"] += found["queue"]["provisional"]
        return kept


@pytest.fixture
def box(tmp_path: Path) -> Iterator[BoxOnDrive]:
    machine = BoxOnDrive(tmp_path, Drive(tmp_path))
    try:
        yield machine
    finally:
        machine.switch_off()


def test_what_a_visitor_was_told_outlives_every_cut_of_a_box(
    box: BoxOnDrive, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    if reason := missing() or box_on_drive.missing():
        pytest.skip(reason)
    with open_site("trixie", _layers(tmp_path)) as site:
        _install(site)
        site.set_up()
        box.reader_port = int(site.clinic.vpcd.rsplit(":", 1)[1])
        box.make_disk(site.box.root)
        _cut_again_and_again(box, site.clinic, record_testsuite_property)


def test_what_a_visitor_was_told_outlives_every_cut_of_a_guest(
    guest: Guest, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    if reason := missing() or guests.missing():
        pytest.skip(reason)
    plain = guests.with_kernel(base("trixie", BASES))
    with open_site("trixie", _layers(tmp_path), plain=plain) as site:
        _install(site)
        url = load(site.clinic.config).service.url
        guests.furnish(site.box.root, int(url.rsplit(":", 1)[1].strip("/")))
        site.has_reader(guests.READER)
        site.set_up()
        guest.make_disk(site.box.root)
        _cut_again_and_again(guest, site.clinic, record_testsuite_property)


def _layers(folder: Path) -> Path:
    layers = folder / "layers"
    layers.mkdir()
    return layers


def _install(site: Site) -> None:
    """What becomes the disk of a box that was never booted."""
    site.install()
    (site.box.root / "root/kiosk.deb").unlink()


def _cut_again_and_again(
    machine: Machine, clinic: Clinic, record: Callable[[str, object], None]
) -> None:
    clinic.patience_s = PATIENCE_S
    reception, chance = Reception(machine, clinic), random.Random(SEED)  # noqa: S311 - no secret
    for turn in range(CUTS):
        _once(reception, turn, FATES[(turn + SEED) % len(FATES)], chance)
    machine.boot()
    clinic.simulator("online")
    wait_until(lambda: _is_drained(reception), PATIENCE_S)
    told, kept = reception.told.total(), reception.kept()
    asked = [each["check_id"] for each in clinic.processed() if not each["repeated"]]
    cuts = machine.drive.cuts
    record("told", dict(reception.told))
    record("kept", dict(kept))
    record("boots_s", [round(each) for each in machine.boots])
    record("loose", [each.loose for each in cuts])
    record("lost_sectors", [each.lost for each in cuts])
    print(reception.told, kept, cuts)  # noqa: T201 - what the evidence quotes
    assert told >= CUTS, "hardly at work"
    at_risk = [each for each in cuts if each.loose]
    assert len(at_risk) > CUTS / 2, "the plug went when nothing was under way"
    assert any(each.lost for each in at_risk), "no disk ever lost anything"
    assert kept["checked"] >= told
    assert len(asked) == len(set(asked)) == kept["checked"], "once each"


def _once(reception: Reception, turn: int, fate: Fate, chance: random.Random) -> None:
    """Boot, look, work, pull the plug."""
    machine, clinic = reception.machine, reception.clinic
    clinic.simulator("offline" if turn % 2 else "online")
    machine.boot()
    clinic.vpcd = f"127.0.0.1:{machine.reader_port}"
    told, kept = reception.told.total(), reception.kept()
    line = {"turn": turn, "boot_s": round(machine.boots[-1]), "told": told, **kept}
    print(json.dumps(line), flush=True)  # noqa: T201 - a long run says where it is
    assert kept["checked"] >= told, "what a visitor was told is gone"
    reception.work(chance, lambda: machine.cut_the_power(fate, chance))
    print(machine.drive.cuts[-1], flush=True)  # noqa: T201 - likewise


def _is_drained(reception: Reception) -> bool:
    kept = reception.kept()
    return kept["checked"] == kept["answered"] + kept["refused"]
