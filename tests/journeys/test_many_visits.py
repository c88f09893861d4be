"""A long day through kioskd: visit after visit by real pcscd, and nothing that grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.simulator.deck import card_of
from kiosk.simulator.world import World
from tests.journeys.conftest import ANSWERED, Ward, wait_until
from tests.support.pcscd import Laid
from tests.support.visitor import Visitor

pytestmark = pytest.mark.pcsc
PEOPLE = (("taro", "1234"), ("hanako", "2345"))
OUTAGE_EVERY, OUTAGE_LASTS = 50, 5
WARM_UP = 10


@dataclass(frozen=True)
class Weight:
    """What a process holds.

    Args:
        kib: resident memory that is its own.
        descriptors: open files and sockets, those to pcscd among them.
        threads: each context of pcscd waits on one of pcscd's.
    """

    kib: int
    descriptors: int
    threads: int


def weigh(pid: int) -> Weight:
    process = Path("/proc") / str(pid)
    fields = dict(
        line.split(":", 1) for line in (process / "smaps_rollup").read_text().splitlines()[1:]
    )
    own = sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty"))
    return Weight(
        own, len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))
    )


def _never() -> None:
    raise AssertionError("nobody pulls a card here")


def visit(visitor: Visitor, lay: Callable[..., Laid], world: World, number: int) -> None:
    """Card first; every third types a wrong PIN before."""
    person, pin = PEOPLE[number % len(PEOPLE)]
    laid = lay(card_of(world, person, pull=_never))
    visitor.until("<ask_pin>")
    if number % 3 == 0:
        visitor.type_pin("9999")
        visitor.until("<ask_pin>")
    visitor.type_pin(pin)
    is_cut = number % OUTAGE_EVERY < OUTAGE_LASTS
    visitor.until("outage.received" if is_cut else "reception.confirmed")
    laid.take()
    visitor.until("reception.thanks")
    visitor.happened.clear()


@pytest.mark.parametrize("count", [15, pytest.param(1000, marks=pytest.mark.soak)])
@pytest.mark.timeout(3000)
def test_visits_in_a_row_are_each_asked_once_and_leave_nothing(
    ward: Ward, lay: Callable[..., Laid], count: int
) -> None:
    world = World.open(ward.clinic.dir)
    visitor = ward.visitor()
    assert ward.kioskd is not None
    before = weigh(ward.kioskd.pid)
    for number in range(count):
        if number % OUTAGE_EVERY == 0:
            ward.clinic.simulator("offline")
        if number % OUTAGE_EVERY == OUTAGE_LASTS:
            ward.clinic.simulator("online")
        if number == WARM_UP:
            before = weigh(ward.kioskd.pid)
        try:
            visit(visitor, lay, world, number)
        except AssertionError:
            print(f"visit {number}:", ward.where_it_stands()[-20_000:])  # noqa: T201 - why it failed
            raise
    wait_until(lambda: set(ward.states()) == {ANSWERED})
    after = weigh(ward.kioskd.pid)
    assert len(ward.states()) == count
    assert ward.asked() == count
    assert after.descriptors <= before.descriptors + 4
    assert after.threads <= before.threads + 4
    # A visit is a row of the store: its page cache may fill, nothing may grow with each visit.
    assert after.kib - before.kib < 4096 + 4 * count, (before, after)
    log = ward.switch_off()
    assert "Traceback" not in log
