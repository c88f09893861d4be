"""A card held exclusively through pcscd, and powered off on every way out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event
from types import ModuleType

from kiosk.errors import CardError
from kiosk.ports.card import CardRemoved, CardUnreadable, NoReader
from kiosk.reader.apdu import STATUS_LENGTH
from kiosk.reader.channel import TransmissionFailed
from kiosk.reader.part10 import ReaderProperties, read_properties
from kiosk.reader.scard import (
    TIMEOUT,
    ReaderState,
    check_result,
    control,
    does_answer,
    error_of,
    is_known,
    reader_states,
)

# pcscd notices a taken card up to this long after a command to it has failed, or goes on running.
_REMOVAL_NOTICED_S = 0.6
_LOOK_S = 0.1
# However the machine holds pcscd up, the person before the box gets an answer.
_LOOKS_AT_MOST_S = 3.0


class PcscConnection:
    """A card held exclusively: ``Channel`` of the dialogue.

    Args:
        scard: pyscard's low-level module.
        context: PC/SC context.
        reader_name: where the card lies.
        card: handle of SCardConnect.
        protocol: active protocol.
        given_up: set from another thread when nobody waits any more; then no command is sent.
    """

    def __init__(
        self,
        scard: ModuleType,
        context: int,
        reader_name: str,
        card: int,
        protocol: int,
        given_up: Event,
    ) -> None:
        self._scard = scard
        self._context = context
        self._reader_name = reader_name
        self._card = card
        self._protocol = protocol
        self._given_up = given_up

    def transmit(self, command: bytes) -> bytes:
        """As ``Channel.transmit``."""
        if self._given_up.is_set():
            raise CardUnreadable("given up")
        result, response = self._scard.SCardTransmit(self._card, self._protocol, list(command))
        if result == 0 and len(response) >= STATUS_LENGTH:
            return bytes(response)
        raise self._fault(result)

    def properties(self) -> ReaderProperties:
        """What the reader says of itself; asked of the reader, not of the card."""
        return read_properties(partial(control, self._scard, self._card))

    def power_cycle(self) -> None:
        """As ``Channel.power_cycle``."""
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, self._protocol = scard.SCardReconnect(
            self._card, scard.SCARD_SHARE_EXCLUSIVE, protocols, scard.SCARD_UNPOWER_CARD
        )
        if result:
            raise CardRemoved if self._is_taken() else error_of(result, "reconnect")

    def _fault(self, result: int) -> CardError:
        code = result & 0xFFFFFFFF
        if is_known(result):
            return error_of(result, "transmit")
        if self._is_taken():
            return CardRemoved(f"transmit: 0x{code:08X}")
        return TransmissionFailed(f"transmit: 0x{code:08X}")

    def _is_taken(self) -> bool:
        """A pulled card and a command the reader does not carry look the same at first.

        A look that took pcscd longer than it was to last is none: it was held up itself, and may
        not have seen the card go yet.
        """
        looked_s, ends_at = 0.0, time.monotonic() + _LOOKS_AT_MOST_S
        states = self._look([(self._reader_name, self._scard.SCARD_STATE_UNAWARE)], 0)
        while self._lies(states):
            began = time.monotonic()
            if looked_s >= _REMOVAL_NOTICED_S or began >= ends_at:
                return False
            states = self._look(states, int(1000 * _LOOK_S))
            took_s = time.monotonic() - began
            looked_s += took_s if took_s < 2 * _LOOK_S else 0.0
        return True

    def _lies(self, states: list[ReaderState]) -> bool:
        return bool(states[0][1] & self._scard.SCARD_STATE_PRESENT)

    def _look(self, states: list[ReaderState], timeout_ms: int) -> list[ReaderState]:
        result, states = reader_states(self._scard, self._context, states, timeout_ms)
        if result not in (0, TIMEOUT):
            raise error_of(result, "status change")
        if not does_answer(self._scard, states[0][1]):
            raise NoReader(f"{self._reader_name} does not answer any more")
        return states


@contextmanager
def connected(
    scard: ModuleType, context: int, reader_name: str, given_up: Event
) -> Iterator[PcscConnection]:
    """The card, exclusively; powered off on every way out, so that it forgets the PIN.

    A process that is killed has no way out. pcscd then resets the card at once, because it finds a
    transaction begun, and powers it off when nobody has used it for about 5 s; without a
    transaction it would not even reset it (pcsc-lite, winscard_svc.c, MSGRemoveContext).

    Args:
        scard: pyscard's low-level module.
        context: PC/SC context.
        reader_name: where the card lies.
        given_up: as in ``PcscConnection``.
    """
    result, card, protocol = _connect(scard, context, reader_name)
    check_result(result, "connect")
    try:
        check_result(scard.SCardBeginTransaction(card), "begin")
        yield PcscConnection(scard, context, reader_name, card, protocol, given_up)
    finally:
        # This ends the transaction too, leaving no moment between in which to be killed. A card or
        # service that has gone makes it fail; there is nothing left to power off then.
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)


def power_off(scard: ModuleType, context: int, reader_name: str) -> None:
    """Take the power of a card that somebody left verified; nothing where another holds it."""
    result, card, _ = _connect(scard, context, reader_name)
    if result == 0:
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)


def _connect(scard: ModuleType, context: int, reader_name: str) -> tuple[int, int, int]:
    """Result, handle and protocol."""
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    exclusive = scard.SCARD_SHARE_EXCLUSIVE
    result, card, protocol = scard.SCardConnect(context, reader_name, exclusive, protocols)
    return result, card, protocol
