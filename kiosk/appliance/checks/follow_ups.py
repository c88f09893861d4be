"""``follow_ups``: what the staff must still confirm, and whose month is nearly over."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import KioskError, Remedy
from kiosk.phrasebook import Phrase


def find(box: Box) -> Iterator[Finding]:
    """Counted by the kiosk; whom they concern is on the staff's list."""
    if box.status is None or isinstance(box.status, KioskError):
        return
    counts = box.status["follow_ups"]
    detail = f"open {counts['open']}"
    if not counts["due"]:
        yield Finding("follow_ups", State.OK, Phrase.DOCTOR_FOLLOW_UPS, detail=detail)
        return
    yield Finding(
        "follow_ups",
        State.WARN,
        Phrase.DOCTOR_FOLLOW_UPS_DUE,
        why=Phrase.DOCTOR_WHY_QUEUE,
        hint=Phrase.DOCTOR_HINT_QUEUE,
        remedy=Remedy.STAFF,
        values={"count": counts["due"]},
        detail=detail,
    )
