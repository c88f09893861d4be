"""``audit``: the rows stand as they were written."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import KioskError
from kiosk.phrasebook import Phrase
from kiosk.ports.access import AuditBroken


def find(box: Box) -> Iterator[Finding]:
    """What the whole chain says; its head, to be compared with one kept elsewhere."""
    if box.status is None or isinstance(box.status, KioskError):
        return
    audit = box.status["audit"]
    if audit["fault"] is not None:
        detail = f"{audit['fault']} at row {audit['row']}"
        yield Finding.of("audit", AuditBroken, why=Phrase.DOCTOR_WHY_AUDIT, detail=detail)
        return
    # For how long staff are told of the damage itself, ``memory`` says.
    lost = ", ".join(f"{gap['first']}-{gap['last']}" for gap in audit["lost"])
    if lost:
        detail = f"{audit['head']}; lost by damage, on record: {lost}"
        yield Finding("audit", State.OK, Phrase.DOCTOR_AUDIT_GAPS, detail=detail)
        return
    values, head = {"count": audit["count"]}, audit["head"]
    yield Finding("audit", State.OK, Phrase.AUDIT_SOUND, values=values, detail=head)
