"""``card``: the card that lies there can be read; looked at only where a trace of it is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import CardError
from kiosk.phrasebook import Phrase
from kiosk.ports.card import ReadCard
from kiosk.ports.exports import NotWritten
from kiosk.reader.jpki import CHALLENGE_LENGTH
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.trace import Recorder
from kiosk.settings import Settings

_NAME = "card"


def find(box: Box) -> Iterator[Finding]:
    """Whether its certificate can be read; no PIN is asked for, nothing of it is told."""
    if box.card_trace is None:
        return
    wanted = box.settings.reader.name if isinstance(box.settings, Settings) else ""
    try:
        reader = PcscReader(reader_name=wanted or None, tracer=Recorder(box.card_trace))
        reader.read(ReadCard(bytes(CHALLENGE_LENGTH), pin=None))
    except CardError as error:
        yield Finding.of(_NAME, error, why=Phrase.DOCTOR_WHY_READER)
    except NotWritten as error:
        yield Finding(_NAME, State.FAIL, code=error.code, remedy=error.remedy, detail=error.detail)
    else:
        yield Finding(_NAME, State.OK, Phrase.DOCTOR_CARD, detail=str(box.card_trace))
