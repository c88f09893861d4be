"""The card is pulled at every boundary of every flow: it is said so, and no PIN is sent twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.domain.identity import Pin
from kiosk.errors import CardError
from kiosk.ports.card import (
    CardRemoved,
    CardUnreadable,
    CertificateUnreadable,
    DriversLicence,
    LastTry,
    NoPinOnCard,
    NotMyNumberCard,
    PaymentCard,
    PhonePresented,
    PinBlocked,
    ReadCard,
    StorageCard,
    WrongPin,
)
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.command import parse_command
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.mishaps import BrokenCard, ForeignCard, PulledCard, StumblingCard
from kiosk.simulator.options import Kind, Pulled
from kiosk.simulator.tries import MemoryTries
from tests.support.cards import RIGHT_PIN, WRONG_PIN, CardMaker, Counting
from tests.support.scripted import CHALLENGE, REQUEST, SIGHT

WRONG = ReadCard(CHALLENGE, Pin(WRONG_PIN))
LAST = ReadCard(CHALLENGE, Pin(WRONG_PIN), is_warned=True)
NEXT_KEY = ec.generate_private_key(ec.SECP384R1())
NEXT = {"key": NEXT_KEY}
SHORT = {"short_only": True}
ANDROID, IPHONE = {"token": "android"}, {"token": "iphone", "pin": None}


class Choking(StumblingCard):
    """A card on a reader that breaks on extended commands."""

    def transmit(self, command: bytes) -> bytes:
        return b"" if parse_command(command).is_extended else self._card.transmit(command)


def foreign(kind: Kind) -> Callable[[PoweredCard], PoweredCard]:
    """Another card lies there instead."""
    return lambda _: ForeignCard(kind)


def broken(_: PoweredCard) -> PoweredCard:
    return BrokenCard(is_mute=False)


@dataclass(frozen=True)
class Flow:
    """One way a reading, or several of one card, goes."""

    requests: tuple[ReadCard, ...]
    chip: dict[str, Any] = field(default_factory=dict)
    ends_in: type[CardError] | None = None
    tries: int = 3
    spoil: Callable[[PoweredCard], PoweredCard] = lambda card: card


FLOWS = {
    "extended": Flow((REQUEST,)),
    "short": Flow((REQUEST,), SHORT),
    "a reader that breaks": Flow((REQUEST,), spoil=Choking),
    "stumbling": Flow((REQUEST,), spoil=StumblingCard),
    "next": Flow((REQUEST,), NEXT),
    "next, short": Flow((REQUEST,), NEXT | SHORT),
    "next, a reader that breaks": Flow((REQUEST,), NEXT, spoil=Choking),
    "sight": Flow((SIGHT,)),
    "sight, short": Flow((SIGHT,), SHORT),
    "sight, a reader that breaks": Flow((SIGHT,), spoil=Choking),
    "sight, next": Flow((SIGHT,), NEXT),
    "sight, no PIN": Flow((SIGHT,), {"pin": None}),
    "sight, then PIN": Flow((SIGHT, REQUEST)),
    "wrong PIN": Flow((WRONG,), ends_in=WrongPin),
    "wrong PIN, short": Flow((WRONG,), SHORT, WrongPin),
    "wrong PIN, then right": Flow((WRONG, REQUEST)),
    "wrong PIN, then right, short": Flow((WRONG, REQUEST), SHORT),
    "wrong PIN twice": Flow((WRONG, WRONG, REQUEST), ends_in=LastTry),
    "last try": Flow((REQUEST,), ends_in=LastTry, tries=1),
    "last try, short": Flow((REQUEST,), SHORT, LastTry, tries=1),
    "last try, taken and lost": Flow((LAST,), ends_in=PinBlocked, tries=1),
    "blocked": Flow((REQUEST,), ends_in=PinBlocked, tries=0),
    "blocked, 6983": Flow((REQUEST,), {"blocked": "6983"}, PinBlocked, tries=0),
    "blocked, 6984, short": Flow((REQUEST,), {"blocked": "6984"} | SHORT, PinBlocked, tries=0),
    "no PIN": Flow((REQUEST,), {"pin": None}, NoPinOnCard),
    "no PIN, short": Flow((REQUEST,), {"pin": None} | SHORT, NoPinOnCard),
    "Android": Flow((REQUEST,), ANDROID, PhonePresented),
    "Android, short": Flow((REQUEST,), ANDROID | SHORT, PhonePresented),
    "Android, sight": Flow((SIGHT,), ANDROID, PhonePresented),
    "iPhone": Flow((REQUEST,), IPHONE, PhonePresented),
    "no certificate": Flow((REQUEST,), {"certificate_file": "missing"}, CertificateUnreadable),
    "spoiled certificate": Flow((REQUEST,), {"certificate_file": "garbage"}, CertificateUnreadable),
    "licence": Flow((REQUEST,), ends_in=DriversLicence, spoil=foreign(Kind.DRIVERS_LICENCE)),
    "bank": Flow((REQUEST,), ends_in=PaymentCard, spoil=foreign(Kind.BANK)),
    "transit": Flow((REQUEST,), ends_in=StorageCard, spoil=foreign(Kind.TRANSIT)),
    "other": Flow((REQUEST,), ends_in=NotMyNumberCard, spoil=foreign(Kind.OTHER)),
    "garbage": Flow((REQUEST,), ends_in=CardUnreadable, spoil=broken),
}


def chip(cards: CardMaker, flow: Flow, tries: MemoryTries) -> Counting:
    return Counting(flow.spoil(cards.card(tries=tries, **flow.chip)))


def end_of(flow: Flow, card: PoweredCard, reader: InProcessReader) -> type[CardError] | None:
    """How the last reading ends; nobody reads on once the card has gone."""
    reader.insert(card)
    ended: type[CardError] | None = None
    for request in flow.requests:
        try:
            identity = reader.read(request)
        except CardError as error:
            ended = CardUnreadable if isinstance(error, CardUnreadable) else type(error)
            if ended is CardRemoved:
                return ended
        else:
            ended = None
            assert (identity.signature is None) == (request.pin is None)
    return ended


def left_after(flow: Flow, seen: list[bytes]) -> int:
    """Tries left when these commands were carried out: only a typed PIN changes them."""
    left = flow.tries
    for command in seen:
        if command[1] == 0x20 and len(command) > 5:
            left = 3 if command.endswith(RIGHT_PIN.encode()) else left - 1
    return left


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
@pytest.mark.parametrize("when", list(Pulled))
def test_pulled_at_every_command(cards: CardMaker, flow: Flow, when: Pulled) -> None:
    whole = chip(cards, flow, MemoryTries(flow.tries))
    assert end_of(flow, whole, InProcessReader()) is flow.ends_in
    assert whole.pins <= len(flow.requests)
    for at in range(1, len(whole.seen) + 1):
        reader, tries = InProcessReader(), MemoryTries(flow.tries)
        inner = chip(cards, flow, tries)
        pulled = PulledCard(inner, at, when, reader.remove)
        assert end_of(flow, pulled, reader) is CardRemoved, at
        # No command more than without the pull: above all no PIN a second time.
        assert inner.seen == whole.seen[: at if when is Pulled.AFTER else at - 1]
        assert tries.read() == left_after(flow, inner.seen)
        tries.write(flow.tries)
        assert end_of(flow, chip(cards, flow, tries), reader) is flow.ends_in


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_pulled_after_the_last_command_loses_nothing(cards: CardMaker, flow: Flow) -> None:
    whole = chip(cards, flow, MemoryTries(flow.tries))
    end_of(flow, whole, InProcessReader())
    reader, tries = InProcessReader(), MemoryTries(flow.tries)
    card = chip(cards, flow, tries)
    pulled = PulledCard(card, len(whole.seen) + 1, Pulled.BEFORE, reader.remove)
    assert end_of(flow, pulled, reader) is flow.ends_in
