"""A reader in this process: the real dialogue with a simulated card, without pcscd or pyscard."""

from __future__ import annotations

import queue
from threading import Condition

from kiosk.domain.identity import CardIdentity
from kiosk.errors import CardError
from kiosk.ports.card import CardRemoved, NoCard, NoReader, ReadCard, Slot
from kiosk.reader.card import CardDialogue
from kiosk.simulator.card import PoweredCard


class InProcessReader:
    """``CardReader`` of the demo and of tests; a card is laid and taken from any thread."""

    def __init__(self) -> None:
        self._card: PoweredCard | None = None
        self._changed = Condition()
        self._watches: list[InProcessWatch] = []
        self._gone: CardError | None = None

    def unplug(self, reason: CardError | None = None) -> None:
        """Take the reader away, or its service; a card stays where it lies.

        Args:
            reason: what a reading meets from now on; None = NoReader.
        """
        with self._changed:
            self._gone = reason or NoReader()
            if self._card is not None:
                self._card.power_off()
            self._tell(Slot.NO_READER)

    def plug_in(self) -> None:
        """Bring the reader back, with whatever lies on it."""
        with self._changed:
            self._gone = None
            self._tell(Slot.CARD if self._card else Slot.EMPTY)
            self._changed.notify_all()

    def insert(self, card: PoweredCard) -> None:
        """Lay a card in place of the one that may lie there."""
        with self._changed:
            if self._card is not None:
                self._tell(Slot.EMPTY)
            self._card = card
            self._tell(Slot.CARD)
            self._changed.notify_all()

    def remove(self) -> None:
        """Take the card; a reading under way fails with CardRemoved."""
        with self._changed:
            if self._card is not None:
                self._card.power_off()
                self._tell(Slot.EMPTY)
            self._card = None
            self._changed.notify_all()

    def watch(self) -> InProcessWatch:
        """A new ``CardWatch`` on this reader."""
        with self._changed:
            watch = InProcessWatch(self._slot)
            self._watches.append(watch)
        return watch

    @property
    def _slot(self) -> Slot:
        if self._gone is not None:
            return Slot.NO_READER
        return Slot.CARD if self._card else Slot.EMPTY

    def _tell(self, slot: Slot) -> None:
        """Nobody sees a card where there is no reader."""
        seen = slot if self._gone is None else Slot.NO_READER
        for each in self._watches:
            each.note(seen)

    def wait_for_card(self, seconds: float) -> None:
        """As ``CardReader.wait_for_card``: raises NoCard, or why there is no reader."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._slot is Slot.CARD, seconds):
                raise self._gone or NoCard

    def read(self, request: ReadCard) -> CardIdentity:
        """As ``CardReader.read``."""
        card, gone = self._card, self._gone
        if gone is not None:
            raise gone
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

    def check_link(self) -> None:
        """Raise what a command meets where reader or service has gone."""
        if self._gone is not None:
            raise self._gone


class InProcessWatch:
    """``CardWatch`` of an ``InProcessReader``.

    Args:
        slot: how it stands.
    """

    def __init__(self, slot: Slot) -> None:
        self._changes: queue.Queue[Slot | None] = queue.Queue()
        self._changes.put(slot)

    def note(self, slot: Slot) -> None:
        """Something has changed."""
        self._changes.put(slot)

    def next_change(self, seconds: float) -> Slot | None:
        """As ``CardWatch.next_change``."""
        try:
            return self._changes.get(timeout=seconds)
        except queue.Empty:
            return None

    def close(self) -> None:
        """As ``CardWatch.close``."""
        self._changes.put(None)


class _LaidCard:
    """``Channel`` to a card for as long as it lies on its reader."""

    def __init__(self, reader: InProcessReader, card: PoweredCard) -> None:
        self._reader = reader
        self._card = card

    def transmit(self, command: bytes) -> bytes:
        """As ``Channel.transmit``."""
        self._reader.check_link()
        response = self._card.transmit(command)
        self._reader.check_link()
        if not self._reader.holds(self._card):
            raise CardRemoved
        return response

    def power_cycle(self) -> None:
        """As ``Channel.power_cycle``."""
        if not self._reader.holds(self._card):
            raise CardRemoved
        self._card.power_off()
        self._card.power_on()
