"""``reader.service`` and ``reader.present``: pcscd answers this user and knows a card reader."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import CardError
from kiosk.phrasebook import Phrase
from kiosk.ports.card import NoReader
from kiosk.reader.survey import list_readers

_SERVICE, _PRESENT = "reader.service", "reader.present"


def find(box: Box) -> Iterator[Finding]:
    """What pcscd says, to the user the doctor runs as."""
    del box
    try:
        names = list_readers()
    except CardError as error:
        yield Finding.of(_SERVICE, error, why=Phrase.DOCTOR_WHY_READER)
        yield Finding(_PRESENT, State.SKIPPED, Phrase.DOCTOR_READERS_NOT_ASKED)
        return
    yield Finding(_SERVICE, State.OK, Phrase.DOCTOR_READER_SERVICE)
    if names:
        values = {"count": len(names)}
        detail = ", ".join(names)
        yield Finding(_PRESENT, State.OK, Phrase.DOCTOR_READERS, values=values, detail=detail)
    else:
        yield Finding.of(_PRESENT, NoReader, why=Phrase.DOCTOR_WHY_READER)
