"""Which readers there are and what they take: for the doctor, without asking for a PIN."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from threading import Event
from types import ModuleType

from kiosk.errors import CardError
from kiosk.reader.apdu import SHORT_LE
from kiosk.reader.channel import Channel, Exchange, TransmissionFailed
from kiosk.reader.connection import connected
from kiosk.reader.jpki import JPKI
from kiosk.reader.known import KnownReader, Verdict, by_name, by_usb_id
from kiosk.reader.part10 import ReaderProperties, read_properties
from kiosk.reader.scard import answering_readers, control, load_scard, pcsc_context


@dataclass(frozen=True, slots=True)
class SurveyedReader:
    """One reader of pcscd.

    Args:
        name: as pcscd says.
        properties: what the reader says of itself.
        probed: whether an extended command got through to the card that lies there; None where
            none lies there, or another one, or it is in use.
    """

    name: str
    properties: ReaderProperties
    probed: bool | None

    @property
    def known(self) -> KnownReader | None:
        """The row about it, None when nothing is known."""
        usb_id = self.properties.usb_id
        return (by_usb_id(usb_id) if usb_id else None) or by_name(self.name)

    @property
    def takes_extended(self) -> bool | None:
        """By what was tried, else by what the reader says, else by the table; None = unknown."""
        for answer in (self.probed, self.properties.takes_extended):
            if answer is not None:
                return answer
        known = {Verdict.GOOD: True, Verdict.SHORT_ONLY: False}
        return known.get(self.known.verdict) if self.known else None


def survey() -> list[SurveyedReader]:
    """Every reader pcscd can speak to; none when nothing is plugged in.

    Raises:
        ReaderServiceDown, ReaderServiceFull, ReaderRefused, ReaderSupportMissing: pcscd cannot be
            asked.
    """
    scard = load_scard()
    with pcsc_context(scard) as context:
        return [
            SurveyedReader(name, _properties(scard, context, name), _probe(scard, context, name))
            for name, _ in answering_readers(scard, context)
        ]


def count_readers() -> int | None:
    """How many pcscd can speak to, no card touched; None where it is not reached."""
    try:
        scard = load_scard()
        with pcsc_context(scard) as context:
            return len(answering_readers(scard, context))
    except CardError:
        return None


def _properties(scard: ModuleType, context: int, name: str) -> ReaderProperties:
    """Asked of the reader alone: no card is needed, none is powered."""
    result, reader, _ = scard.SCardConnect(context, name, scard.SCARD_SHARE_DIRECT, 0)
    if result:
        return ReaderProperties()
    try:
        return read_properties(partial(control, scard, reader))
    finally:
        scard.SCardDisconnect(reader, scard.SCARD_LEAVE_CARD)


def _probe(scard: ModuleType, context: int, name: str) -> bool | None:
    try:
        with connected(scard, context, name, Event()) as channel:
            return carries_extended(channel)
    except CardError:
        return None


def carries_extended(channel: Channel) -> bool | None:
    """Whether a long file comes back whole; None when the card has no such file.

    The certificate of the card's authority is read: the same on many cards, and nobody's own.
    """
    exchange = Exchange(channel)
    if not exchange.send(JPKI.select_application()).is_ok:
        return None
    try:
        response = exchange.once(JPKI.read_at_once(JPKI.ca_file))
    except TransmissionFailed:
        return False
    return response.is_read and len(response.data) > SHORT_LE
