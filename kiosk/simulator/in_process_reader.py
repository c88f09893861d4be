"""A reader in this process: the real dialogue with a simulated card, without pcscd or pyscard."""

from __future__ import annotations

import time
from threading import Condition

from kiosk.domain.identity import CardIdentity
from kiosk.ports.card import CardRemoved, NoCard, ReadCard
from kiosk.reader.card import CardDialogue
from kiosk.simulator.card import PoweredCard


class InProcessReader:
    """``CardReader`` of the demo and of tests; a card is laid and taken from any thread."""

    def __init__(self) -> None:
        self._card: PoweredCard | None = None
        self._changed = Condition()

    def insert(self, card: PoweredCard) -> None:
        """Lay a card in place of the one that may lie there."""
        with self._changed:
            self._card = card
            self._changed.notify_all()

    def remove(self) -> None:
        """Take the card; a reading under way fails with CardRemoved."""
        with self._changed:
            if self._card is not None:
                self._card.power_off()
            self._card = None
            self._changed.notify_all()

    def wait_for_card(self, seconds: float) -> None:
        """As ``CardReader.wait_for_card``: raises NoCard, nothing else."""
        if not self._wait_until(is_there=True, seconds=seconds):
            raise NoCard

    def wait_for_removal(self, seconds: float) -> bool:
        """True as soon as no card lies there, False when one still does after that time."""
        return self._wait_until(is_there=False, seconds=seconds)

    def read(self, request: ReadCard) -> CardIdentity:
        """As ``CardReader.read``."""
        card = self._card
        if card is None:
            raise CardRemoved
        card.power_on()
        try:
            return CardDialogue(_LaidCard(self, card)).run(request)
        finally:
            card.power_off()

    def holds(self, card: PoweredCard) -> bool:
        """True while this very card lies there."""
        return self._card is card

    def _wait_until(self, *, is_there: bool, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        with self._changed:
            while (self._card is not None) is not is_there:
                if not self._changed.wait(deadline - time.monotonic()):
                    return False
        return True


class _LaidCard:
    """``Channel`` to a card for as long as it lies on its reader."""

    def __init__(self, reader: InProcessReader, card: PoweredCard) -> None:
        self._reader = reader
        self._card = card

    def transmit(self, command: bytes) -> bytes:
        """As ``Channel.transmit``."""
        response = self._card.transmit(command)
        if not self._reader.holds(self._card):
            raise CardRemoved
        return response

    def power_cycle(self) -> None:
        """As ``Channel.power_cycle``."""
        if not self._reader.holds(self._card):
            raise CardRemoved
        self._card.power_off()
        self._card.power_on()
