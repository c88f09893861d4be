"""Many cards laid and taken while the kiosk watches and reads: nothing may grow."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.ports.card import SeveralCards, Slot
from kiosk.reader.contexts import count_contexts
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.watch import PcscWatch
from tests.pcsc.conftest import own_descriptors
from tests.support.cards import CardMaker
from tests.support.pcscd import Laid, Pcscd, until
from tests.support.scripted import REQUEST

pytestmark = pytest.mark.pcsc
Lay = Callable[..., Laid]
SOON_S = 60.0
_GROWTH_KIB = 6000
"""What the allocator and the hand that lays the cards may keep; 4 KiB a card would be more."""


@pytest.fixture
def watch() -> Iterator[PcscWatch]:
    made = PcscWatch()
    yield made
    made.close()
    made.next_change(0)


def resident_kib() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def lay_and_take(watch: PcscWatch, lay: Lay, cards: CardMaker, times: int) -> None:
    """Each card is seen, read and seen to go."""
    reader = PcscReader()
    for _ in range(times):
        laid = lay(cards.card())
        assert watch.next_change(SOON_S) is Slot.CARD
        assert reader.read(REQUEST).signature is not None
        laid.take()
        assert watch.next_change(SOON_S) is Slot.EMPTY


@pytest.mark.parametrize(
    "times", [5, pytest.param(2000, marks=[pytest.mark.soak, pytest.mark.timeout(5000)])]
)
def test_contexts_descriptors_and_memory_stay(
    watch: PcscWatch, lay: Lay, cards: CardMaker, times: int
) -> None:
    assert watch.next_change(SOON_S) is Slot.EMPTY
    lay_and_take(watch, lay, cards, 3)
    memory, descriptors = resident_kib(), own_descriptors()
    lay_and_take(watch, lay, cards, times)
    print(f"{times} cards: {resident_kib() - memory} KiB more")  # noqa: T201 - a soak's figure
    # pcscd takes a moment to forget a client that has gone; the watch is the one that stays.
    until(lambda: count_contexts() == 1, "pcscd has one context left")
    assert own_descriptors() == descriptors
    assert resident_kib() - memory < _GROWTH_KIB


def test_two_cards_are_one_change_and_no_reading(
    watch: PcscWatch, lay: Lay, cards: CardMaker
) -> None:
    assert watch.next_change(SOON_S) is Slot.EMPTY
    first = lay(cards.card(), slot=0)
    assert watch.next_change(SOON_S) is Slot.CARD
    second = lay(cards.card(), slot=1)
    with pytest.raises(SeveralCards):
        PcscReader().read(REQUEST)
    second.take()
    assert PcscReader().read(REQUEST).signature is not None
    first.take()
    assert watch.next_change(SOON_S) is Slot.EMPTY


def test_pcscd_killed_again_and_again(
    watch: PcscWatch, pcscd: Pcscd, lay: Lay, cards: CardMaker
) -> None:
    if pcscd.own is None:
        pytest.skip("pcscd is not ours to kill")
    assert watch.next_change(SOON_S) is Slot.EMPTY
    descriptors = own_descriptors()
    for _ in range(3):
        laid = lay(cards.card())
        assert watch.next_change(SOON_S) is Slot.CARD
        pcscd.own.restart(kill=True)
        assert watch.next_change(SOON_S) is Slot.NO_READER
        laid.stop.set()
        laid.thread.join(SOON_S)
        assert watch.next_change(SOON_S) is Slot.EMPTY
    assert own_descriptors() == descriptors
    lay(cards.card())
    assert watch.next_change(SOON_S) is Slot.CARD
    assert PcscReader().read(REQUEST).signature is not None


def test_one_reader_of_several_is_watched(lay: Lay, cards: CardMaker) -> None:
    watch = PcscWatch(reader_name="Virtual PCD 00 01")
    assert watch.next_change(SOON_S) is Slot.EMPTY
    lay(cards.card(), slot=0)
    assert watch.next_change(0.5) is None
    lay(cards.card(), slot=1)
    assert watch.next_change(SOON_S) is Slot.CARD
    assert PcscReader(reader_name="Virtual PCD 00 01").read(REQUEST).signature is not None
    watch.close()
    watch.next_change(0)
