"""``sound``: a device that could make sound is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase

_CARD = re.compile(r"^ *\d+ \[(\S+)", re.MULTILINE)
"""A line of /proc/asound/cards: `` 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones``."""


def find(box: Box) -> Iterator[Finding]:
    """What ALSA lists; whether anything is plugged into it nobody can say."""
    cards = _CARD.findall(box.text("proc/asound/cards") or "")
    if cards:
        yield Finding("sound", State.OK, Phrase.DOCTOR_SOUND, detail=", ".join(cards))
        return
    yield Finding(
        "sound",
        State.WARN,
        Phrase.DOCTOR_SOUND_NONE,
        why=Phrase.DOCTOR_WHY_SOUND,
        hint=Phrase.DOCTOR_HINT_SOUND,
        remedy=Remedy.TECHNICIAN,
    )
