"""One suite for every ``CardReader``: in this process, and over a real pcscd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Timer
from typing import Protocol

import pytest

from kiosk.domain.identity import Mode, Pin
from kiosk.ports.card import (
    CardReader,
    CardRemoved,
    LastTry,
    NoCard,
    NoPinOnCard,
    NotMyNumberCard,
    PinBlocked,
    ReadCard,
    WrongPin,
)
from kiosk.reader.pcsc import PcscReader
from kiosk.simulator.card import ATR, PoweredCard
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.tries import MemoryTries
from tests.support.cards import NOT_AFTER, RIGHT_PIN, WRONG_PIN, CardMaker

CHALLENGE = bytes(range(32))
RIGHT = ReadCard(CHALLENGE, Pin(RIGHT_PIN))
WRONG = ReadCard(CHALLENGE, Pin(WRONG_PIN))


class Desk(Protocol):
    """A reader, and the hand that lays and takes cards."""

    reader: CardReader

    def lay(self, card: PoweredCard) -> None: ...

    def take(self) -> None: ...


class _InProcess:
    def __init__(self) -> None:
        self.in_process = InProcessReader()
        self.reader: CardReader = self.in_process

    def lay(self, card: PoweredCard) -> None:
        self.in_process.insert(card)

    def take(self) -> None:
        self.in_process.remove()


class _OverPcscd:
    def __init__(self, lay: Callable[[PoweredCard], Callable[[], None]]) -> None:
        self.reader: CardReader = PcscReader()
        self._lay = lay
        self._take: Callable[[], None] | None = None

    def lay(self, card: PoweredCard) -> None:
        self._take = self._lay(card)

    def take(self) -> None:
        assert self._take is not None
        self._take()


@pytest.fixture(params=["in-process", pytest.param("pcscd", marks=pytest.mark.pcsc)])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "in-process":
        yield _InProcess()
        return
    lay = request.getfixturevalue("lay")
    yield _OverPcscd(lambda card: lay(card).take)


class _Transit:
    """Another card: it has none of our applications."""

    atr = ATR

    def power_on(self) -> None:
        """Nothing to begin."""

    power_off = reset = power_on

    def transmit(self, command: bytes) -> bytes:
        assert command
        return bytes.fromhex("6a82")


def test_no_card(desk: Desk) -> None:
    with pytest.raises(NoCard):
        desk.reader.wait_for_card(0.1)


def test_no_time(desk: Desk, cards: CardMaker) -> None:
    with pytest.raises(NoCard):
        desk.reader.wait_for_card(0)
    desk.lay(cards.card())
    desk.reader.wait_for_card(0)


def test_a_card_that_comes_is_seen(desk: Desk, cards: CardMaker) -> None:
    hand = Timer(0.2, desk.lay, [cards.card()])
    hand.start()
    desk.reader.wait_for_card(20)
    hand.join()
    assert desk.reader.read(RIGHT).mode is Mode.PIN


def test_a_signed_identity(desk: Desk, cards: CardMaker) -> None:
    desk.lay(cards.card())
    identity = desk.reader.read(RIGHT)
    assert identity.certificate == cards.certificate
    assert identity.not_after == NOT_AFTER
    assert identity.is_simulated
    assert identity.signature is not None
    cards.check_signature(identity.signature, CHALLENGE)


def test_by_sight(desk: Desk, cards: CardMaker) -> None:
    desk.lay(cards.card(pin=None))
    identity = desk.reader.read(ReadCard(CHALLENGE, None))
    assert (identity.mode, identity.signature) == (Mode.VISUAL, None)
    assert identity.certificate == cards.certificate


def test_a_short_only_card(desk: Desk, cards: CardMaker) -> None:
    desk.lay(cards.card(short_only=True))
    for _ in range(2):
        assert desk.reader.read(RIGHT).certificate == cards.certificate


def test_wrong_then_right(desk: Desk, cards: CardMaker) -> None:
    desk.lay(cards.card())
    with pytest.raises(WrongPin) as caught:
        desk.reader.read(WRONG)
    assert caught.value.tries_left == 2
    assert desk.reader.read(RIGHT).signature is not None
    with pytest.raises(WrongPin) as caught:
        desk.reader.read(WRONG)
    assert caught.value.tries_left == 2


def test_three_wrong_pins_block(desk: Desk, cards: CardMaker) -> None:
    tries = MemoryTries()
    desk.lay(cards.card(tries=tries))
    for expected in (WrongPin, WrongPin, LastTry, LastTry):
        with pytest.raises(expected):
            desk.reader.read(WRONG)
    assert tries.read() == 1
    for _ in range(2):
        with pytest.raises(PinBlocked):
            desk.reader.read(replace(WRONG, is_warned=True))
    with pytest.raises(PinBlocked):
        desk.reader.read(RIGHT)
    assert tries.read() == 0


def test_a_card_without_a_pin(desk: Desk, cards: CardMaker) -> None:
    desk.lay(cards.card(pin=None))
    with pytest.raises(NoPinOnCard):
        desk.reader.read(RIGHT)


def test_another_card(desk: Desk) -> None:
    desk.lay(_Transit())
    with pytest.raises(NotMyNumberCard):
        desk.reader.read(RIGHT)


def test_a_card_taken_before_it_was_read(desk: Desk, cards: CardMaker) -> None:
    desk.lay(cards.card())
    desk.reader.wait_for_card(20)
    desk.take()
    with pytest.raises(CardRemoved):
        desk.reader.read(RIGHT)
