"""``screen``: something is plugged into a port for screens, as the kernel's DRM says.

Source: docs.kernel.org/gpu/drm-uapi.html; a port is ``/sys/class/drm/card0-HDMI-A-1``.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase

_PORTS = "sys/class/drm"


def find(box: Box) -> Iterator[Finding]:
    """A machine without such ports is looked after over SSH, and serves in lines."""
    ports = sorted(each.parent for each in (box.root / _PORTS).glob("card*-*/status"))
    if not ports:
        yield Finding("screen", State.SKIPPED, Phrase.DOCTOR_SCREEN_NO_PORT)
        return
    plugged = [
        f"{port.name.partition('-')[2]} {_size(box, port.name)}".rstrip()
        for port in ports
        if (box.text(f"{_PORTS}/{port.name}/status") or "").strip() == "connected"
    ]
    if plugged:
        yield Finding("screen", State.OK, Phrase.DOCTOR_SCREEN, detail=", ".join(plugged))
        return
    yield Finding(
        "screen",
        State.WARN,
        Phrase.DOCTOR_SCREEN_NONE,
        why=Phrase.DOCTOR_WHY_SCREEN,
        hint=Phrase.DOCTOR_HINT_SCREEN,
        remedy=Remedy.STAFF,
    )


def _size(box: Box, port: str) -> str:
    """What it likes best stands first."""
    return (box.text(f"{_PORTS}/{port}/modes") or "").partition("\n")[0]
