"""Identification by sight: a stand-in for simulated cards, and never for a card that is not."""

from __future__ import annotations

import pytest

from kiosk.domain.check import Answered
from kiosk.domain.identity import Pin
from kiosk.ports.card import SightNotAvailable
from kiosk.simulator.card import SimulatedCard
from kiosk.usecases.verify import open_check, verify
from tests.core.conftest import Box
from tests.support.cards import CardMaker


def test_a_card_that_is_not_simulated_needs_the_programmes_component(
    box: Box, cards: CardMaker
) -> None:
    """Even where the settings are simulated: a true certificate is neither stored nor sent."""
    assert box.kiosk is not None
    unmarked = cards.certificate_for(cards.key, issuer=("Example CA", "Example CA"))
    box.reader.insert(
        SimulatedCard(key=cards.key, certificate=unmarked, ca_certificate=unmarked, pin=Pin("1234"))
    )
    opening = open_check(box.kiosk.facility, box.kiosk.clock)
    with pytest.raises(SightNotAvailable):
        verify(opening, None, box.reader, box.kiosk.asking, is_simulated=True)
    assert box.stored() == []


def test_a_card_without_a_pin_is_identified_by_sight_in_the_simulated_world(box: Box) -> None:
    assert box.kiosk is not None
    box.lay("no-pin")
    opening = open_check(box.kiosk.facility, box.kiosk.clock)
    outcome = verify(opening, None, box.reader, box.kiosk.asking, is_simulated=True)
    assert isinstance(outcome, Answered)


def test_the_end_of_the_certificate_is_known_while_the_line_is_down(box: Box) -> None:
    assert box.kiosk is not None
    box.simulator.offline()
    box.lay("in-grace")
    visitor = box.visitor()
    visitor.until("<ask_pin>")
    visitor.type_pin(box.world.pin("in-grace"))
    told = visitor.until("line.certificate_in_grace")
    assert "outage.received" in told
    assert "期限が切れています" in visitor.words("line.certificate_in_grace")
