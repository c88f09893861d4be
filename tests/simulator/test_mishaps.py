"""Spoiled and foreign cards, met by the kiosk's own dialogue."""

from __future__ import annotations

import pytest

from kiosk.errors import CardError
from kiosk.ports.card import (
    CardUnreadable,
    DriversLicence,
    NotMyNumberCard,
    PaymentCard,
    StorageCard,
)
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.mishaps import BrokenCard, ForeignCard, StumblingCard
from kiosk.simulator.options import Kind
from tests.support.cards import CardMaker
from tests.support.scripted import REQUEST


@pytest.mark.parametrize(
    ("card", "error"),
    [
        (BrokenCard(is_mute=True), CardUnreadable),
        (BrokenCard(is_mute=False), CardUnreadable),
        (ForeignCard(Kind.DRIVERS_LICENCE), DriversLicence),
        (ForeignCard(Kind.BANK), PaymentCard),
        (ForeignCard(Kind.TRANSIT), StorageCard),
        (ForeignCard(Kind.OTHER), NotMyNumberCard),
    ],
)
def test_each_is_called_what_it_is(card: PoweredCard, error: type[CardError]) -> None:
    reader = InProcessReader()
    reader.insert(card)
    with pytest.raises(CardError) as caught:
        reader.read(REQUEST)
    assert isinstance(caught.value, error)
    assert error is not NotMyNumberCard or type(caught.value) is NotMyNumberCard


def test_a_stumble_after_power_up_is_forgiven_every_time(cards: CardMaker) -> None:
    reader = InProcessReader()
    reader.insert(StumblingCard(cards.card()))
    for _ in range(2):
        assert reader.read(REQUEST).signature is not None
