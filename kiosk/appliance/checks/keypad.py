"""``keypad``: keys for all ten digits, and whose they are: what is plugged in and types is named.

Source: linux/input-event-codes.h and ``/proc/bus/input/devices``, whose ``B: KEY=`` is a bitmap in
words of 64 bits, the highest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase

_DEVICES = "proc/bus/input/devices"
_NAME = re.compile(r'^N: Name="(.*)"$', re.MULTILINE)
_KEYS = re.compile(r"^B: KEY=([0-9a-f ]+)$", re.MULTILINE)
_WORD = 64
_PAD = sum(1 << code for code in (71, 72, 73, 75, 76, 77, 79, 80, 81, 82))
"""KEY_KP7 to KEY_KP0."""
_ROW = sum(1 << code for code in range(2, 12))
"""KEY_1 to KEY_0."""


def find(box: Box) -> Iterator[Finding]:
    """Every device that can type a PIN; a second one nobody knows of may write PINs down."""
    listed = box.text(_DEVICES)
    if listed is None:
        yield Finding("keypad", State.UNKNOWN, Phrase.DOCTOR_KEYPAD_UNKNOWN)
        return
    found = [name for name, keys in _devices(listed) if _PAD & ~keys == 0 or _ROW & ~keys == 0]
    if found:
        yield Finding("keypad", State.OK, Phrase.DOCTOR_KEYPAD, detail=", ".join(found))
        return
    yield Finding(
        "keypad",
        State.WARN,
        Phrase.DOCTOR_KEYPAD_NONE,
        why=Phrase.DOCTOR_WHY_KEYPAD,
        hint=Phrase.DOCTOR_HINT_KEYPAD,
        remedy=Remedy.STAFF,
    )


def _devices(listed: str) -> Iterator[tuple[str, int]]:
    """Name of each device, and its keys as bits."""
    for block in listed.split("\n\n"):
        name, keys = _NAME.search(block), _KEYS.search(block)
        if name and keys:
            words = reversed(keys[1].split())
            yield name[1], sum(int(word, 16) << _WORD * turn for turn, word in enumerate(words))
