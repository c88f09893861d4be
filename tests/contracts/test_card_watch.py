"""One suite for every ``CardWatch``: in this process, and over a real pcscd."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from kiosk.domain.identity import Pin
from kiosk.ports.card import CardReader, CardWatch, ReadCard, Slot
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.watch import PcscWatch
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.in_process_reader import InProcessReader
from tests.support.cards import RIGHT_PIN, CardMaker
from tests.support.service import NOBODY_WAITS_S

SOON_S = 60.0


@dataclass
class Place:
    """A watched reader, and the hand that lays a card; what it returns takes the card."""

    watch: CardWatch
    reader: CardReader
    lay: Callable[[PoweredCard], Callable[[], object]]

    def next(self) -> Slot | None:
        return self.watch.next_change(SOON_S)


@pytest.fixture(params=["in-process", pytest.param("pcscd", marks=pytest.mark.pcsc)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "in-process":
        reader = InProcessReader()

        def lay(card: PoweredCard) -> Callable[[], object]:
            reader.insert(card)
            return reader.remove

        made = Place(reader.watch(), reader, lay)
    else:
        on_pcscd = request.getfixturevalue("lay")
        made = Place(PcscWatch(), PcscReader(), lambda card: on_pcscd(card).take)
    yield made
    made.watch.close()
    made.watch.next_change(0)


def test_the_first_call_tells_how_it_stands(place: Place, cards: CardMaker) -> None:
    assert place.next() is Slot.EMPTY
    assert place.watch.next_change(0.05) is None
    place.lay(cards.card())
    assert place.next() is Slot.CARD


def test_cards_come_and_go(place: Place, cards: CardMaker) -> None:
    seen = [place.next()]
    for _ in range(3):
        take = place.lay(cards.card())
        seen.append(place.next())
        take()
        seen.append(place.next())
    assert seen == [Slot.EMPTY, *[Slot.CARD, Slot.EMPTY] * 3]


def test_a_card_laid_while_it_waits_is_told_at_once(place: Place, cards: CardMaker) -> None:
    assert place.next() is Slot.EMPTY
    hand = threading.Timer(0.3, place.lay, [cards.card()])
    hand.start()
    assert place.watch.next_change(NOBODY_WAITS_S) is Slot.CARD
    hand.join()


def test_cards_changed_while_nobody_looked_are_told_as_taken_and_laid(
    place: Place, cards: CardMaker
) -> None:
    assert place.next() is Slot.EMPTY
    take = place.lay(cards.card())
    assert place.next() is Slot.CARD
    take()
    place.lay(cards.card())
    assert [place.next(), place.next()] == [Slot.EMPTY, Slot.CARD]
    assert place.watch.next_change(0.1) is None


def test_reading_a_card_is_no_change(place: Place, cards: CardMaker) -> None:
    place.lay(cards.card())
    assert place.next() is Slot.CARD or place.next() is Slot.CARD
    place.reader.read(ReadCard(bytes(32), Pin(RIGHT_PIN)))
    assert place.watch.next_change(0.3) is None


def test_closing_ends_a_wait_from_another_thread(place: Place) -> None:
    place.next()
    ended: list[Slot | None] = []
    waiting = threading.Thread(target=lambda: ended.append(place.watch.next_change(100)))
    waiting.start()
    while waiting.is_alive():
        place.watch.close()
        waiting.join(0.02)
    assert ended == [None]
