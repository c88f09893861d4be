"""Eyes on a card in a real reader: what reached it, and a second program beside the kiosk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Event
from threading import enumerate as enumerate_threads

import pytest

from kiosk.ports.card import CardUnreadable
from kiosk.reader.pcsc import PcscReader
from kiosk.simulator.card import PoweredCard
from tests.support.cards import CardMaker
from tests.support.pcscd import Laid
from tests.support.scripted import REQUEST, SELECT, SIGN

MAY_I_SIGN = (SIGN, SELECT, SIGN)
NO = ["6a86", "9000", "6982"]
"""At once, for selecting the application again would make a card forget the PIN; and after that."""

_PATIENCE_S = 30.0
_LOOK_AGAIN_S = 0.01


class WatchedCard:
    """A card that remembers what reached it: APDUs in hex, ``on``, ``off``, ``reset``."""

    def __init__(self, card: PoweredCard) -> None:
        self._card = card
        self._changed = Condition()
        self.seen: list[str] = []

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def power_on(self) -> None:
        self._see("on")
        self._card.power_on()

    def power_off(self) -> None:
        self._see("off")
        self._card.power_off()

    def reset(self) -> None:
        self._see("reset")
        self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        self._see(command.hex())
        return self._card.transmit(command)

    def ends_powered_off(self, within: float = 5) -> bool:
        """True once the last that reached the card was ``off``, waited for some seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.seen[-1] == "off", timeout=within)

    def _see(self, what: str) -> None:
        with self._changed:
            self.seen.append(what)
            self._changed.notify_all()

    @property
    def commands(self) -> list[str]:
        """The APDUs alone."""
        return [each for each in self.seen if len(each) > 5]

    @property
    def pins(self) -> int:
        """How often a PIN was sent."""
        return sum(each.startswith("0020") and len(each) > 8 for each in self.commands)


class Slow(WatchedCard):
    """A card that thinks about one command until it is told to answer."""

    def __init__(self, card: PoweredCard, command: str) -> None:
        super().__init__(card)
        self._command = command
        self.is_asked = Event()
        self.may_answer = Event()

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if command.hex() == self._command:
            self.is_asked.set()
            self.may_answer.wait(60)
        return response


def until_nobody_reads() -> None:
    """A reading that was given up holds the reader until its card answers or goes."""
    for each in enumerate_threads():
        if each.name == "card-read":
            each.join(_PATIENCE_S)
            assert not each.is_alive()


@pytest.fixture(autouse=True)
def nobody_reads_afterwards() -> Iterator[None]:
    """Begun before any card is laid, so it ends after all were taken."""
    yield
    until_nobody_reads()


def given_up(lay: Callable[..., Laid], cards: CardMaker, asked: str) -> Slow:
    """A card that thinks about that command still, after a reading that did not wait for it.

    On a machine that is held up, a reading may give up before it comes to the command: then again.
    """
    while True:
        card = Slow(cards.card(), asked)
        laid = lay(card)
        with pytest.raises(CardUnreadable, match="no answer"):
            PcscReader(patience_s=0.3).read(REQUEST)
        if card.is_asked.is_set():
            return card
        card.may_answer.set()
        laid.take()
        until_nobody_reads()


@dataclass(frozen=True)
class SecondProgram:
    """Another PC/SC program on this machine."""

    context: int

    def say_when_free(self, *commands: str) -> list[str]:
        """As ``say``, the moment pcscd has let go of whoever held the card."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return self.say(*commands)
            except AssertionError:
                assert time.monotonic() < deadline
                time.sleep(_LOOK_AGAIN_S)

    @contextmanager
    def connected(self, *, exclusively: bool = False) -> Iterator[tuple[int, int]]:
        """Card handle and protocol of the first slot; leaves the card as it is."""
        from smartcard import scard  # noqa: PLC0415 - optional extra, skipped where it is missing

        _, names = scard.SCardListReaders(self.context, [])
        mode = scard.SCARD_SHARE_EXCLUSIVE if exclusively else scard.SCARD_SHARE_SHARED
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, protocol = scard.SCardConnect(self.context, min(names), mode, protocols)
        assert result == 0, f"{result & 0xFFFFFFFF:08X}"
        try:
            yield card, protocol
        finally:
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)

    def say(self, *commands: str) -> list[str]:
        """Response to each command, in hex."""
        from smartcard import scard  # noqa: PLC0415 - likewise

        responses = []
        with self.connected() as (card, protocol):
            for command in commands:
                result, response = scard.SCardTransmit(card, protocol, list(bytes.fromhex(command)))
                assert result == 0, f"{result & 0xFFFFFFFF:08X}"
                responses.append(bytes(response).hex())
        return responses


def own_descriptors() -> int:
    """How many this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@contextmanager
def second_program() -> Iterator[SecondProgram]:
    """Another program, from its first call of pcscd to its last."""
    from smartcard import scard  # noqa: PLC0415 - likewise

    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    assert result == 0
    try:
        yield SecondProgram(context)
    finally:
        scard.SCardReleaseContext(context)


@pytest.fixture
def second(pcscd: object) -> Iterator[SecondProgram]:
    assert pcscd is not None
    with second_program() as made:
        yield made
