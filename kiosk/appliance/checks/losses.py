"""``losses``: what a bad place on the disk has cost."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import KioskError
from kiosk.phrasebook import Phrase
from kiosk.ports.records import PartLost


def find(box: Box) -> Iterator[Finding]:
    """The numbers of the checks that could not be saved."""
    if box.status is None or isinstance(box.status, KioskError):
        return
    lost = [str(each) for loss in box.status["losses"] for each in loss["sequences"]]
    if lost:
        why, detail = Phrase.DOCTOR_WHY_STATE, ", ".join(lost)
        yield Finding.of("losses", PartLost, why=why, state=State.WARN, detail=detail)
    else:
        yield Finding("losses", State.OK, Phrase.DOCTOR_LOSSES)
