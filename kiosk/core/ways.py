"""Which ways of handing results over are on: by the settings, until one is switched at the box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.desk.messages import BadMessage
from kiosk.ports.exports import Switches, WayNeedsSettings, WaySwitchedOff

WAYS = ("listen", "drop_folder", "qr", "copy_text", "seal")
"""By the name of their setting; "seal" are sealed exports, as for a USB stick. A plain export is in
the settings file alone: a slip of a key must not turn it on."""
STANDARD_LISTEN = "0.0.0.0:8443"
"""Where the API listens when it was switched on at the box and the settings name no address."""
_NEED_SETTINGS: Mapping[str, str] = {"drop_folder": "drop_folder", "seal": "receiver"}


class Ways:
    """The ways as they are now.

    Args:
        settings: ``[receipt]`` of the settings.
        switches: what was switched at the box.
    """

    def __init__(self, settings: Mapping[str, Any], switches: Switches) -> None:
        self._settings = settings
        self._switches = switches

    def manner(self) -> dict[str, Any]:
        """``[receipt]`` of the settings with what is off taken out: "" or None or False."""
        manner = {"seal": bool(self._settings.get("receiver")), **self._settings}
        for way, is_on in self._switches.switched().items():
            if not is_on:
                manner[way] = "" if way == "listen" else None if way == "drop_folder" else False
            elif way == "listen":
                manner[way] = manner.get(way) or STANDARD_LISTEN
            elif way == "seal":
                manner[way] = bool(self._settings.get("receiver"))
            elif way != "drop_folder":
                manner[way] = True
        return manner

    def document(self) -> dict[str, Any]:
        """``ways``: whether each is on."""
        manner = self.manner()
        return {"ways": {way: bool(manner.get(way)) for way in WAYS}}

    def switch(self, about: Mapping[str, Any], *, is_on: bool) -> dict[str, Any]:
        """Turn ``way`` on or off, and how all of them are then.

        Raises:
            BadMessage: there is no such way.
            WayNeedsSettings: the settings do not say where it leads.
        """
        way = about.get("way")
        if way not in WAYS:
            raise BadMessage("way")
        needed = _NEED_SETTINGS.get(way)
        if is_on and needed and not self._settings.get(needed):
            raise WayNeedsSettings(f"receipt.{needed}")
        self._switches.switch(way, is_on=is_on)
        return self.document()

    def must_be_on(self, way: str) -> None:
        """WaySwitchedOff where it is not."""
        if not self.manner().get(way):
            raise WaySwitchedOff(f"receipt.{way}")
