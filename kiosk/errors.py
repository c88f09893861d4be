"""Every breakage the kiosk can name, as a tree.

``KioskError``
├── ``CardError``      K1xx  card and reader
├── ``ServiceError``   K2xx  the eligibility service and the way to it
├── ``StoreError``     K3xx  what is kept: database, keys, disk, clock mark
├── ``VoiceError``     K4xx  sound; never stops a check
├── ``SettingsError``  K5xx  what a technician wrote
└── ``ExportError``    K6xx  what is handed to the receipt computer

The leaves stand beside the sockets that raise them (``kiosk.ports``). An error carries a code that
never changes, who can mend it, whether trying again can help, and no sentence: the phrasebook has
one for every code, read and heard. ``detail`` is for technicians and never holds patient data.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Remedy(StrEnum):
    """Who can put it right."""

    PATIENT = "patient"
    STAFF = "staff"
    TECHNICIAN = "technician"


class KioskError(Exception):
    """Base of all breakages with a name.

    Args:
        detail: what a technician wants to know; no PIN, no patient data.
    """

    code: ClassVar[str] = ""
    remedy: ClassVar[Remedy] = Remedy.TECHNICIAN
    retryable: ClassVar[bool] = False
    by_code: ClassVar[dict[str, type[KioskError]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            return
        if cls.code in KioskError.by_code:
            message = f"{cls.code} is taken by {KioskError.by_code[cls.code].__name__}"
            raise TypeError(message)
        KioskError.by_code[cls.code] = cls

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code} {self.detail}".rstrip()

    @property
    def exit_status(self) -> int:
        """Exit status of the command line: K1xx is 11, K2xx is 12, up to K6xx, 16."""
        return 10 + int(self.code[1])


class CardError(KioskError):
    """Card and reader, K1xx."""


class ServiceError(KioskError):
    """The eligibility service and the way to it, K2xx."""


class StoreError(KioskError):
    """What is kept: database, keys, disk, clock mark; K3xx."""


class VoiceError(KioskError):
    """Sound, K4xx; never stops a check."""


class SettingsError(KioskError):
    """What a technician wrote, K5xx."""


class ExportError(KioskError):
    """What is handed to the receipt computer, K6xx."""
