"""What can go wrong between the box and the keys to what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk.domain.protection import KeyProvider
from kiosk.errors import Remedy, StoreError


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody knows what a key provider does not protect against, and takes it on.

    Args:
        provider: which one.
        name: who, as they gave it.
        at: aware UTC, as the box believed.
    """

    provider: KeyProvider
    name: str
    at: datetime


class Acceptances(Protocol):
    """Where acceptances are kept."""

    def accept(self, acceptance: Acceptance) -> None:
        """Keep it, in place of an earlier one for the same provider."""

    def acceptance(self, provider: KeyProvider) -> Acceptance | None:
        """Who accepted this provider, if anybody did."""


class KeyLocked(StoreError):
    """The passcode that unlocks the box was not given."""

    code = "K330"
    remedy = Remedy.STAFF


class UnlockRefused(StoreError):
    """Not the passcode that unlocks this box."""

    code = "K331"
    remedy = Remedy.STAFF


class TpmUnusable(StoreError):
    """The TPM or its tools cannot be used."""

    code = "K332"


class VaultOutdated(StoreError):
    """The vault is an older copy: the TPM's counter says that a newer one was written."""

    code = "K333"


class ProtectionNotAccepted(StoreError):
    """This key root protects a stolen memory card not at all, and nobody has accepted that."""

    code = "K334"
