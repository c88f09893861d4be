"""``reader.modules``: no module of the kernel takes a reader away from pcscd."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase

_NAME = "reader.modules"
CLAIM_READERS = ("port100", "pn533_usb")
"""Of the kernel: Sony RC-S3xx and NXP PN533."""


def find(box: Box) -> Iterator[Finding]:
    """What ``/proc/modules`` lists."""
    listed = box.text("proc/modules")
    if listed is None:
        yield Finding(_NAME, State.UNKNOWN, Phrase.DOCTOR_MODULES_UNREAD, detail="/proc/modules")
        return
    loaded = {line.partition(" ")[0] for line in listed.splitlines()}
    claiming = [name for name in CLAIM_READERS if name in loaded]
    if not claiming:
        yield Finding(_NAME, State.OK, Phrase.DOCTOR_MODULES_NONE)
        return
    yield Finding(
        _NAME,
        State.WARN,
        Phrase.DOCTOR_MODULES,
        why=Phrase.DOCTOR_WHY_MODULES,
        hint=Phrase.DOCTOR_HINT_MODULES,
        remedy=Remedy.TECHNICIAN,
        detail=", ".join(claiming),
    )
