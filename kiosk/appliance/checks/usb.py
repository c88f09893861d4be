"""``usb.driver`` and ``usb.power``: the readers on the bus, and whether they get what they need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase
from kiosk.reader.known import KnownReader, Verdict, by_usb_id

_DRIVER, _POWER = "usb.driver", "usb.power"
_DEVICES, _SENSORS = "sys/bus/usb/devices", "sys/class/hwmon"
# The firmware of a Raspberry Pi tells the kernel of too low a voltage (raspberrypi-hwmon).
_PI_VOLTAGE, _PI_ALARM = "rpi_volt", "in0_lcrit_alarm"


def find(box: Box) -> Iterator[Finding]:
    """What sysfs says."""
    readers = list(_readers(box))
    for known, _ in readers:
        if known.verdict is Verdict.NO_DRIVER:
            yield Finding(
                _DRIVER,
                State.FAIL,
                Phrase.DOCTOR_USB_NO_DRIVER,
                why=Phrase.DOCTOR_WHY_READER,
                hint=Phrase.DOCTOR_HINT_OTHER_READER,
                remedy=Remedy.TECHNICIAN,
                detail=known.label,
            )
    yield _power(box, ", ".join(f"{known.label}: {most}" for known, most in readers if most))


def _readers(box: Box) -> Iterator[tuple[KnownReader, str]]:
    """The readers we know of, each with the current it may draw as the kernel writes it."""
    for device in _folders(box, _DEVICES):
        vendor, product = box.text(f"{device}/idVendor"), box.text(f"{device}/idProduct")
        if vendor and product and (known := by_usb_id(f"{vendor.strip()}:{product.strip()}")):
            yield known, (box.text(f"{device}/bMaxPower") or "").strip()


def _power(box: Box, drawn: str) -> Finding:
    alarm = next(
        (
            box.text(f"{sensor}/{_PI_ALARM}")
            for sensor in _folders(box, _SENSORS)
            if (box.text(f"{sensor}/name") or "").strip() == _PI_VOLTAGE
        ),
        None,
    )
    if alarm is None:
        return Finding(
            _POWER,
            State.UNKNOWN,
            Phrase.DOCTOR_POWER_UNKNOWN,
            why=Phrase.DOCTOR_WHY_POWER,
            detail=drawn,
        )
    if alarm.strip() == "0":
        return Finding(_POWER, State.OK, Phrase.DOCTOR_POWER, detail=drawn)
    return Finding(
        _POWER,
        State.WARN,
        Phrase.DOCTOR_POWER_WEAK,
        why=Phrase.DOCTOR_WHY_POWER,
        hint=Phrase.DOCTOR_HINT_POWER,
        remedy=Remedy.TECHNICIAN,
        detail=drawn,
    )


def _folders(box: Box, path: str) -> list[Path]:
    """What lies there, relative to the root; nothing where there is no such place."""
    return sorted(each.relative_to(box.root) for each in (box.root / path).glob("*"))
