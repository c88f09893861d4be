"""What may befall a card on a reader: it is slow, stumbles, is pulled, is broken, or another card.

Each is a ``PoweredCard``; those that spoil a good card hold it inside.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kiosk.reader.apdu import SW
from kiosk.reader.other_cards import DRIVERS_LICENCE, PAYMENT_CARD
from kiosk.simulator.card import ATR, PoweredCard
from kiosk.simulator.command import parse_command
from kiosk.simulator.options import Kind, Pulled

_SELECT = 0xA4
_KNOWS: dict[Kind, tuple[bytes, ...]] = {
    Kind.DRIVERS_LICENCE: (DRIVERS_LICENCE,),
    Kind.BANK: (PAYMENT_CARD,),
    Kind.TRANSIT: (),
    Kind.OTHER: (),
}
# One byte: shorter than any status word.
_GARBAGE = b"\x90"


class _Spoiled:
    """A good card that behaves until a subclass says otherwise."""

    def __init__(self, card: PoweredCard) -> None:
        self._card = card

    @property
    def atr(self) -> bytes:
        """As ``PoweredCard.atr``."""
        return self._card.atr

    def power_on(self) -> None:
        """As ``PoweredCard.power_on``."""
        self._card.power_on()

    def power_off(self) -> None:
        """As ``PoweredCard.power_off``."""
        self._card.power_off()

    def reset(self) -> None:
        """As ``PoweredCard.reset``."""
        self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        """As ``PoweredCard.transmit``."""
        return self._card.transmit(command)


class SlowCard(_Spoiled):
    """Takes its time over each command.

    Args:
        card: the good one.
        seconds: a command.
    """

    def __init__(self, card: PoweredCard, seconds: float) -> None:
        super().__init__(card)
        self._seconds = seconds

    def transmit(self, command: bytes) -> bytes:
        """As ``PoweredCard.transmit``."""
        time.sleep(self._seconds)
        return super().transmit(command)


class StumblingCard(_Spoiled):
    """Answers 6F00 to the first command after power-up, as some readers make cards do."""

    def __init__(self, card: PoweredCard) -> None:
        super().__init__(card)
        self._is_fresh = True

    def power_on(self) -> None:
        """As ``PoweredCard.power_on``."""
        self._is_fresh = True
        super().power_on()

    def transmit(self, command: bytes) -> bytes:
        """As ``PoweredCard.transmit``."""
        if self._is_fresh:
            self._is_fresh = False
            return SW.NO_DIAGNOSIS.to_bytes(2, "big")
        return super().transmit(command)


class PulledCard(_Spoiled):
    """Leaves the reader at a certain command, counted from when it was laid; once.

    Args:
        card: the good one.
        at: 1 = the first command.
        when: before the chip gets that command, or after it has carried it out.
        pull: takes the card from the reader.
    """

    def __init__(self, card: PoweredCard, at: int, when: Pulled, pull: Callable[[], None]) -> None:
        super().__init__(card)
        self._left = at
        self._when = when
        self._pull = pull

    def transmit(self, command: bytes) -> bytes:
        """As ``PoweredCard.transmit``; nobody gets the answer to the command it is pulled at."""
        self._left -= 1
        if self._left:
            return super().transmit(command)
        response = super().transmit(command) if self._when is Pulled.AFTER else b""
        self._pull()
        return response


class BrokenCard:
    """A chip that has power and no sense: no answer, or one that is none.

    A chip without an ATR can not be had here: vpcd takes it for no card at all.

    Args:
        is_mute: says nothing after its ATR.
    """

    def __init__(self, *, is_mute: bool) -> None:
        self._is_mute = is_mute

    @property
    def atr(self) -> bytes:
        """As ``PoweredCard.atr``."""
        return ATR

    def power_on(self) -> None:
        """As ``PoweredCard.power_on``."""

    def power_off(self) -> None:
        """As ``PoweredCard.power_off``."""

    def reset(self) -> None:
        """As ``PoweredCard.reset``."""

    def transmit(self, command: bytes) -> bytes:
        """As ``PoweredCard.transmit``."""
        del command
        return b"" if self._is_mute else _GARBAGE


class ForeignCard(BrokenCard):
    """Another card: it answers SELECT for its own application, and is no マイナンバーカード.

    A transit card has no applications: a PC/SC reader answers 6A81 in its name (facts CARD).

    Args:
        kind: which.
    """

    def __init__(self, kind: Kind) -> None:
        super().__init__(is_mute=False)
        self._kind = kind

    def transmit(self, command: bytes) -> bytes:
        """As ``PoweredCard.transmit``."""
        return self._answer(command).to_bytes(2, "big")

    def _answer(self, raw: bytes) -> SW:
        if self._kind is Kind.TRANSIT:
            return SW.FUNCTION_NOT_SUPPORTED
        try:
            command = parse_command(raw)
        except ValueError:
            return SW.WRONG_LENGTH
        if command.ins != _SELECT:
            return SW.UNKNOWN_INSTRUCTION
        return SW.OK if command.data in _KNOWS[self._kind] else SW.FILE_NOT_FOUND
