"""The plug is pulled, again and again, on a box with a kernel and a disk of its own, at work.

What a visitor was told must be there after every cut: the check is kept, whatever the disk lost of
what nobody had flushed; and the box opens by itself each time. ``dist/`` must hold the package of
Debian 13: ``make deb``. QEMU without KVM: a cut takes two to three minutes of a processor, so
several runs may share the cuts (``MADOGUCHI_CUTS``, each with a ``MADOGUCHI_SEED`` of its own).
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

import pytest

from kiosk.desk.client import SocketLink
from kiosk.desk.messages import CoreUnreachable
from kiosk.settings import load
from kiosk.simulator.world import World
from tests.journeys.conftest import Clinic, wait_until
from tests.support import guest as guests
from tests.support.box import base, missing
from tests.support.guest import Guest
from tests.support.platter import Fate
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


@dataclass
class Reception:
    """Visitors of one guest, one after the other, until the plug is pulled.

    Args:
        guest: the box.
        clinic: what is around it.
        told: how many were told that their check is kept, by the sentence.
        unfinished: how many were in the middle when the line died.
    """

    guest: Guest
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
        link = SocketLink(self.guest.desk)
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
        link = SocketLink(self.guest.desk)
        try:
            found = Visitor(link, claims=False, patience_s=PATIENCE_S).query("status")
        finally:
            link.close()
        names = ("checked", "answered", "refused")
        kept = Counter({name: sum(each[name] for each in found["counts"]) for name in names})
        kept["checked"] += found["queue"]["provisional"]
        return kept


@pytest.fixture
def guest(tmp_path: Path) -> Iterator[Guest]:
    machine = Guest(tmp_path)
    try:
        yield machine
    finally:
        machine.switch_off()


def test_what_a_visitor_was_told_outlives_every_cut(
    guest: Guest, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    if reason := missing() or guests.missing():
        pytest.skip(reason)
    plain = guests.with_kernel(base("trixie", BASES))
    chance = random.Random(SEED)  # noqa: S311 - which cut, not a secret
    layers = tmp_path / "layers"
    layers.mkdir()
    with open_site("trixie", layers, plain=plain) as site:
        _make(guest, site)
        clinic = site.clinic
        clinic.patience_s = PATIENCE_S
        reception = Reception(guest, clinic)
        for turn in range(CUTS):
            _once(reception, turn, FATES[(turn + SEED) % len(FATES)], chance)
        guest.boot()
        clinic.simulator("online")
        wait_until(lambda: _is_drained(reception), PATIENCE_S)
        told, kept = reception.told.total(), reception.kept()
        asked = [each["check_id"] for each in clinic.processed() if not each["repeated"]]
    record_testsuite_property("told", dict(reception.told))
    record_testsuite_property("kept", dict(kept))
    record_testsuite_property("boots_cpu_s", [round(each) for each in guest.boots])
    record_testsuite_property("loose", [each.loose for each in guest.cuts])
    record_testsuite_property("lost_sectors", [each.lost for each in guest.cuts])
    assert told >= CUTS, "hardly at work"
    at_risk = [each for each in guest.cuts if each.loose]
    assert len(at_risk) > CUTS / 2, "the plug went when nothing was under way"
    assert any(each.lost for each in at_risk), "no disk ever lost anything"
    assert kept["checked"] >= told
    assert len(asked) == len(set(asked)) == kept["checked"], "once each"


def _once(reception: Reception, turn: int, fate: Fate, chance: random.Random) -> None:
    """Boot, look, work, pull the plug."""
    guest, clinic = reception.guest, reception.clinic
    clinic.simulator("offline" if turn % 2 else "online")
    guest.boot()
    clinic.vpcd = f"127.0.0.1:{guest.reader_port}"
    told, kept = reception.told.total(), reception.kept()
    line = {"turn": turn, "boot_cpu_s": round(guest.boots[-1]), "told": told, **kept}
    print(json.dumps(line), flush=True)  # noqa: T201 - a long run says where it is
    assert kept["checked"] >= told, "what a visitor was told is gone"
    reception.work(chance, lambda: guest.cut_the_power(fate, chance))
    print(guest.cuts[-1], flush=True)  # noqa: T201 - likewise


def _is_drained(reception: Reception) -> bool:
    kept = reception.kept()
    return kept["checked"] == kept["answered"] + kept["refused"]


def _make(guest: Guest, site: Site) -> None:
    """The disk of a box that is installed and set up, and was never booted."""
    site.install()
    (site.box.root / "root/kiosk.deb").unlink()
    url = load(site.clinic.config).service.url
    guests.furnish(site.box.root, int(url.rsplit(":", 1)[1].strip("/")))
    site.has_reader(guests.READER)
    site.set_up()
    guest.make_disk(site.box.root)
