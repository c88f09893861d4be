"""``heat``: the temperature of a Raspberry Pi, which slows down from 80 °C on.

Source: raspberrypi.com/documentation, Frequency management and thermal control.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase

_MODEL, _PI = "proc/device-tree/model", "Raspberry Pi"
_ZONE = "sys/class/thermal/thermal_zone0/temp"
HOT_C = 80.0


def find(box: Box) -> Iterator[Finding]:
    """What the kernel says; on another machine it is not known which zone counts."""
    is_pi = (box.text(_MODEL) or "").startswith(_PI)
    milli = (box.text(_ZONE) or "").strip()
    if not (is_pi and milli.isdecimal()):
        yield Finding("heat", State.UNKNOWN, Phrase.DOCTOR_HEAT_UNKNOWN)
        return
    degrees = int(milli) / 1000
    detail = f"{degrees:.1f} °C"
    if degrees < HOT_C:
        yield Finding("heat", State.OK, Phrase.DOCTOR_HEAT, detail=detail)
        return
    yield Finding(
        "heat",
        State.WARN,
        Phrase.DOCTOR_HEAT_HOT,
        why=Phrase.DOCTOR_WHY_HEAT,
        hint=Phrase.DOCTOR_HINT_HEAT,
        remedy=Remedy.TECHNICIAN,
        detail=detail,
    )
