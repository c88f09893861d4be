"""``reader.service``, ``.present``, ``.extended``, ``.virtual``: what pcscd says of the readers."""

from __future__ import annotations

import os
from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import CardError, Remedy
from kiosk.phrasebook import Phrase
from kiosk.ports.card import NoReader, ReaderRefused
from kiosk.reader.known import Verdict
from kiosk.reader.survey import SurveyedReader, survey
from kiosk.settings import Settings

_SERVICE, _PRESENT = "reader.service", "reader.present"
_EXTENDED, _VIRTUAL = "reader.extended", "reader.virtual"


def find(box: Box) -> Iterator[Finding]:
    """What pcscd says, to the user the doctor runs as."""
    try:
        readers = survey()
    except CardError as error:
        if isinstance(error, ReaderRefused) and not _is_kiosk(box):
            yield Finding(_SERVICE, State.UNKNOWN, Phrase.DOCTOR_READERS_NOT_OURS)
            return
        yield Finding.of(_SERVICE, error, why=Phrase.DOCTOR_WHY_READER)
        yield Finding(_PRESENT, State.SKIPPED, Phrase.DOCTOR_READERS_NOT_ASKED)
        return
    yield Finding(_SERVICE, State.OK, Phrase.DOCTOR_READER_SERVICE)
    yield _present(readers)
    for reader in readers:
        yield _extended(reader)
        if reader.known and reader.known.verdict is Verdict.VIRTUAL:
            yield _virtual(reader, box)


def _is_kiosk(box: Box) -> bool:
    """We are who runs the kiosk, or root; a technician is refused as anybody is."""
    return not isinstance(box.settings, Settings) or os.access(
        box.settings.state.dir, os.R_OK | os.X_OK
    )


def _present(readers: list[SurveyedReader]) -> Finding:
    if not readers:
        return Finding.of(_PRESENT, NoReader, why=Phrase.DOCTOR_WHY_READER)
    return Finding(
        _PRESENT,
        State.OK,
        Phrase.DOCTOR_READERS,
        values={"count": len(readers)},
        detail=", ".join(each.name for each in readers),
    )


def _extended(reader: SurveyedReader) -> Finding:
    if reader.takes_extended:
        return Finding(_EXTENDED, State.OK, Phrase.DOCTOR_READER_EXTENDED, detail=reader.name)
    is_unsure = reader.takes_extended is None
    return Finding(
        _EXTENDED,
        State.UNKNOWN if is_unsure else State.WARN,
        Phrase.DOCTOR_READER_UNSURE if is_unsure else Phrase.DOCTOR_READER_SHORT,
        why=Phrase.DOCTOR_WHY_EXTENDED,
        hint=Phrase.DOCTOR_HINT_LAY_CARD if is_unsure else Phrase.DOCTOR_HINT_OTHER_READER,
        remedy=Remedy.TECHNICIAN,
        detail=reader.name,
    )


def _virtual(reader: SurveyedReader, box: Box) -> Finding:
    """A program that plays a reader has no place on a box that serves real patients."""
    is_simulated = isinstance(box.settings, Settings) and box.settings.is_simulated
    if is_simulated:
        return Finding(_VIRTUAL, State.OK, Phrase.DOCTOR_READER_VIRTUAL, detail=reader.name)
    return Finding(
        _VIRTUAL,
        State.FAIL,
        Phrase.DOCTOR_READER_VIRTUAL,
        why=Phrase.DOCTOR_WHY_VIRTUAL,
        hint=Phrase.DOCTOR_HINT_VIRTUAL,
        remedy=Remedy.TECHNICIAN,
        detail=reader.name,
    )
