"""``losses``, ``memory``: what a bad place on the disk has cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import KioskError
from kiosk.phrasebook import Phrase
from kiosk.ports.damage import ControlDamaged
from kiosk.ports.records import PartLost


def find(box: Box) -> Iterator[Finding]:
    """The numbers of the checks that could not be saved, or the month of which none could."""
    if box.status is None or isinstance(box.status, KioskError):
        return
    losses = box.status["losses"]
    lost = [str(each) for loss in losses for each in loss["sequences"]]
    lost += [loss["month"] or "-" for loss in losses if not (loss["saved"] or loss["sequences"])]
    if lost:
        why, detail = Phrase.DOCTOR_WHY_STATE, ", ".join(lost)
        yield Finding.of("losses", PartLost, why=why, state=State.WARN, detail=detail)
    else:
        yield Finding("losses", State.OK, Phrase.DOCTOR_LOSSES)
    yield _memory(box.status["damages"])


def _memory(damages: Sequence[Mapping[str, Any]]) -> Finding:
    """Which tables of control.db, or the vault, were mended, and from what."""
    if not damages:
        return Finding("memory", State.OK, Phrase.DOCTOR_MEMORY)
    detail = ", ".join(_of(each) for each in damages)
    why = Phrase.DOCTOR_WHY_MEMORY
    return Finding.of("memory", ControlDamaged, why=why, state=State.WARN, detail=detail)


def _of(damage: Mapping[str, Any]) -> str:
    copied_at = damage["copied_at"]
    return f"{damage['what']} (copy of {copied_at[:10]})" if copied_at else str(damage["what"])
