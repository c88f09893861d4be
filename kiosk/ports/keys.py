"""What can go wrong between the box and the keys to what it keeps."""

from __future__ import annotations

from kiosk.errors import Remedy, StoreError


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
