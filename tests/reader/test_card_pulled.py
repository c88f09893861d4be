"""The card is pulled at every boundary of every flow: it is said so, and no PIN is sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.domain.identity import Pin
from kiosk.errors import CardError
from kiosk.ports.card import CardRemoved, ReadCard, WrongPin
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.mishaps import PulledCard
from kiosk.simulator.options import Pulled
from kiosk.simulator.tries import MemoryTries
from tests.support.cards import CardMaker, Counting
from tests.support.scripted import CHALLENGE, REQUEST, SIGHT

WRONG = ReadCard(CHALLENGE, Pin("9999"))
NEXT_KEY = ec.generate_private_key(ec.SECP384R1())


@dataclass(frozen=True)
class Flow:
    """One way a reading goes."""

    request: ReadCard
    options: dict[str, Any]
    is_next: bool = False
    ends_in: type[CardError] | None = None


FLOWS = {
    "extended": Flow(REQUEST, {}),
    "short": Flow(REQUEST, {"short_only": True}),
    "sight": Flow(SIGHT, {}),
    "sight-short": Flow(SIGHT, {"short_only": True}),
    "wrong-pin": Flow(WRONG, {}, ends_in=WrongPin),
    "ecdsa": Flow(REQUEST, {}, is_next=True),
    "ecdsa-short": Flow(REQUEST, {"short_only": True}, is_next=True),
}


def chip(cards: CardMaker, flow: Flow, tries: MemoryTries) -> Counting:
    key = NEXT_KEY if flow.is_next else None
    return Counting(cards.card(key=key, tries=tries, **flow.options))


def end_of(flow: Flow, card: PoweredCard, reader: InProcessReader) -> type[CardError] | None:
    reader.insert(card)
    try:
        identity = reader.read(flow.request)
    except CardError as error:
        return type(error)
    assert (identity.signature is None) == (flow.request.pin is None)
    return None


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
@pytest.mark.parametrize("when", list(Pulled))
def test_pulled_at_every_command(cards: CardMaker, flow: Flow, when: Pulled) -> None:
    whole = chip(cards, flow, MemoryTries())
    assert end_of(flow, whole, InProcessReader()) is flow.ends_in
    assert len(whole.seen) >= (2 if flow.request.pin is None else 4)
    for at in range(1, len(whole.seen) + 1):
        reader, tries = InProcessReader(), MemoryTries()
        inner = chip(cards, flow, tries)
        pulled = PulledCard(inner, at, when, reader.remove)
        assert end_of(flow, pulled, reader) is CardRemoved, at
        reached = at if when is Pulled.AFTER else at - 1
        assert inner.seen == whole.seen[:reached]
        assert inner.pins <= 1
        # A wrong PIN that was typed and sent costs its try, and nothing else ever does.
        is_wrong = flow.ends_in is WrongPin
        assert tries.read() == (2 if inner.pins and is_wrong else 3)
        assert end_of(flow, chip(cards, flow, tries), reader) is flow.ends_in


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_pulled_after_the_last_command_loses_nothing(cards: CardMaker, flow: Flow) -> None:
    reader, tries = InProcessReader(), MemoryTries()
    card = chip(cards, flow, tries)
    count = len(_seen_of(cards, flow))
    assert end_of(flow, PulledCard(card, count + 1, Pulled.BEFORE, reader.remove), reader) is (
        flow.ends_in
    )


def _seen_of(cards: CardMaker, flow: Flow) -> list[bytes]:
    card = chip(cards, flow, MemoryTries())
    end_of(flow, card, InProcessReader())
    return card.seen
