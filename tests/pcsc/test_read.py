"""Reading a card through a real pcscd: what reaches the card, and what is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import ModuleType

import pytest

from kiosk.domain.identity import Pin
from kiosk.errors import CardError
from kiosk.ports.card import (
    CardBusy,
    CardRemoved,
    NoReader,
    PinBlocked,
    ReadCard,
    SeveralCards,
    WrongPin,
)
from kiosk.reader.connection import connected
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.scard import TIMEOUT, answering_readers, load_scard, pcsc_context
from kiosk.simulator.tries import FileTries, MemoryTries
from tests.pcsc.conftest import MAY_I_SIGN, NO, SecondProgram, WatchedCard, given_up
from tests.support.cards import WRONG_PIN, CardMaker
from tests.support.pcscd import Laid, Pcscd
from tests.support.scripted import (
    CHALLENGE,
    READ,
    REQUEST,
    SELECT,
    SIGN,
    TRIES,
    VERIFY,
)

pytestmark = pytest.mark.pcsc
Lay = Callable[..., Laid]
WRONG = ReadCard(CHALLENGE, Pin(WRONG_PIN))
HELD_UP_S = 0.3


@pytest.fixture
def watched(cards: CardMaker) -> WatchedCard:
    return WatchedCard(cards.card())


def test_five_commands_then_powered_off(lay: Lay, watched: WatchedCard, cards: CardMaker) -> None:
    lay(watched)
    identity = PcscReader().read(REQUEST)
    assert watched.commands == [SELECT, READ, TRIES, VERIFY, SIGN]
    assert watched.ends_powered_off()
    assert identity.signature is not None
    cards.check_signature(identity.signature, CHALLENGE)


@pytest.mark.parametrize("request_", [REQUEST, WRONG, ReadCard(CHALLENGE, None)])
def test_the_card_is_powered_off_on_every_way_out(
    lay: Lay, watched: WatchedCard, request_: ReadCard
) -> None:
    lay(watched)
    try:
        PcscReader().read(request_)
    except WrongPin:
        assert request_ is WRONG
    assert watched.ends_powered_off()


def test_a_second_program_finds_the_pin_not_verified(
    lay: Lay, watched: WatchedCard, second: SecondProgram
) -> None:
    lay(watched)
    PcscReader().read(REQUEST)
    assert second.say(*MAY_I_SIGN) == NO


def test_a_card_left_powered_would_sign_for_anybody(
    lay: Lay, watched: WatchedCard, second: SecondProgram
) -> None:
    """That the test above can fail: this is what UNPOWER prevents."""
    lay(watched)
    assert second.say(SELECT, VERIFY) == ["9000", "9000"]
    assert second.say(SIGN)[0].endswith("9000")


def test_while_it_is_read_nobody_else_gets_in(
    lay: Lay, cards: CardMaker, second: SecondProgram
) -> None:
    class Busy(WatchedCard):
        def transmit(self, command: bytes) -> bytes:
            with pytest.raises(AssertionError, match="8010000B"):
                second.say(SELECT)
            return super().transmit(command)

    card = Busy(cards.card())
    lay(card)
    PcscReader().read(REQUEST)
    assert len(card.commands) == 5


@pytest.mark.parametrize("exclusively", [True, False])
def test_a_card_held_by_another_program(
    lay: Lay, watched: WatchedCard, second: SecondProgram, *, exclusively: bool
) -> None:
    lay(watched)
    with second.connected(exclusively=exclusively), pytest.raises(CardBusy, match="8010000B"):
        PcscReader().read(REQUEST)
    assert watched.pins == 0
    assert PcscReader().read(REQUEST).signature is not None


def test_wrong_then_right_sends_one_pin_each(lay: Lay, cards: CardMaker, tmp_path: Path) -> None:
    card = WatchedCard(cards.card(tries=FileTries(tmp_path / "tries")))
    lay(card)
    with pytest.raises(WrongPin) as caught:
        PcscReader().read(WRONG)
    assert (caught.value.tries_left, card.pins) == (2, 1)
    PcscReader().read(REQUEST)
    assert card.pins == 2
    assert FileTries(tmp_path / "tries").read() == 3


def test_a_blocked_card_is_not_asked(lay: Lay, cards: CardMaker) -> None:
    card = WatchedCard(cards.card(tries=MemoryTries(0)))
    lay(card)
    with pytest.raises(PinBlocked):
        PcscReader().read(REQUEST)
    assert card.commands == [SELECT, READ, TRIES]


def test_short_commands_only_are_remembered_for_the_reader(lay: Lay, cards: CardMaker) -> None:
    card = WatchedCard(cards.card(short_only=True))
    lay(card)
    reader = PcscReader()
    reads = -(-len(cards.certificate) // 256)
    reader.read(REQUEST)
    assert (len(card.commands), card.pins) == (8 + reads, 1)
    card.seen.clear()
    reader.read(REQUEST)
    assert (len(card.commands), card.pins) == (7 + reads, 1)
    assert READ not in card.commands


@pytest.mark.parametrize("pulled_at", range(1, 6))
def test_pulled_at_every_command(lay: Lay, cards: CardMaker, pulled_at: int) -> None:
    class Pulled(WatchedCard):
        laid: Laid | None = None

        def transmit(self, command: bytes) -> bytes:
            response = super().transmit(command)
            if len(self.commands) == pulled_at:
                assert self.laid is not None
                self.laid.stop.set()
            return response

    card = Pulled(cards.card())
    card.laid = lay(card)
    reader = PcscReader()
    with pytest.raises(CardRemoved):
        reader.read(REQUEST)
    assert len(card.commands) == pulled_at
    assert card.pins == (pulled_at >= 4)
    card.laid.take()
    lay(cards.card())
    assert reader.read(REQUEST).signature is not None


def test_pulled_while_pcscd_is_held_up(lay: Lay, cards: CardMaker) -> None:
    """It says that the command failed, and comes late to see that the card has gone."""

    class Pulled(WatchedCard):
        def transmit(self, command: bytes) -> bytes:
            laid.stop.set()
            return super().transmit(command)

    laid, scard = lay(Pulled(cards.card())), load_scard()
    waited: list[int] = []

    def look(context: int, timeout_ms: int, states: list[tuple[str, int]]) -> object:
        """As pcsc-lite where pcscd stands still: late, and what was known before."""
        waited.extend([timeout_ms] * bool(timeout_ms))
        if not timeout_ms or len(waited) > 1:
            return scard.SCardGetStatusChange(context, timeout_ms, states)
        Event().wait(timeout_ms / 1000 + HELD_UP_S)
        return TIMEOUT, [(*each, []) for each in states]

    held_up = ModuleType("scard")
    vars(held_up).update(vars(scard), SCardGetStatusChange=look)
    with pcsc_context(held_up) as context:
        [(name, _), *_] = answering_readers(held_up, context)
        with connected(held_up, context, name, Event()) as card, pytest.raises(CardRemoved):
            card.transmit(bytes.fromhex(SELECT))


def test_a_mute_card(lay: Lay, cards: CardMaker) -> None:
    card = given_up(lay, cards, SELECT)
    assert card.commands == [SELECT]
    with pytest.raises(CardBusy):
        PcscReader().read(REQUEST)
    card.may_answer.set()


@pytest.mark.parametrize("garbage", [b"\x90\x00\x00"[:n] for n in (1, 3)])
def test_a_card_that_answers_garbage(lay: Lay, cards: CardMaker, garbage: bytes) -> None:
    class Garbled(WatchedCard):
        def transmit(self, command: bytes) -> bytes:
            super().transmit(command)
            return garbage

    card = Garbled(cards.card())
    lay(card)
    with pytest.raises(CardError):
        PcscReader().read(REQUEST)
    assert card.pins == 0


def test_two_cards_are_not_chosen_from(lay: Lay, cards: CardMaker) -> None:
    first, second = WatchedCard(cards.card()), WatchedCard(cards.card())
    lay(first, slot=0)
    lay(second, slot=1)
    with pytest.raises(SeveralCards):
        PcscReader().wait_for_card(5)
    with pytest.raises(SeveralCards):
        PcscReader().read(REQUEST)
    assert first.commands == second.commands == []
    only = PcscReader(reader_name="Virtual PCD 00 01")
    only.wait_for_card(0)
    only.read(REQUEST)
    assert (first.pins, second.pins) == (0, 1)


_SURVEY = """
from kiosk.errors import CardError
from kiosk.reader.survey import survey
try:
    survey()
except CardError as error:
    print(error.code)
"""


def test_a_doctor_beside_these_tests_does_not_find_the_card(
    pcscd: Pcscd, lay: Lay, watched: WatchedCard
) -> None:
    """It selects the application of every card it finds, so that each is in use for a moment."""
    if pcscd.own is None:
        pytest.skip("the pcscd of this machine is used: its socket is everybody's")
    lay(watched)
    others = {name: value for name, value in os.environ.items() if name != "PCSCLITE_CSOCK_NAME"}
    subprocess.run([sys.executable, "-c", _SURVEY], check=True, env=others, timeout=60)
    assert watched.commands == []


def test_a_reader_of_another_name(lay: Lay, cards: CardMaker) -> None:
    lay(cards.card())
    with pytest.raises(NoReader):
        PcscReader(reader_name="ACME").read(REQUEST)
    with pytest.raises(NoReader):
        PcscReader(reader_name="ACME").wait_for_card(0.1)


def test_no_context_is_leaked(lay: Lay, cards: CardMaker) -> None:
    """pcscd gives 200 contexts; a leak of one a visit would end here."""
    lay(cards.card())
    reader = PcscReader()
    for _ in range(220):
        reader.wait_for_card(1)
        reader.read(REQUEST)
