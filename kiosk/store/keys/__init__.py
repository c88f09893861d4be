"""What locks the vault: device key providers, one file each. ``docs/keys.md`` compares them."""

from kiosk.store.keys.choice import provider
from kiosk.store.keys.device import (
    KEY_BYTES,
    DeviceKey,
    DeviceKeyProvider,
    KeyFile,
    SystemdCredential,
    VaultKey,
    VaultLock,
)
from kiosk.store.keys.passcode import PasscodeRoot
from kiosk.store.keys.tpm import TpmCounter, TpmLock

__all__ = [
    "KEY_BYTES",
    "DeviceKey",
    "DeviceKeyProvider",
    "KeyFile",
    "PasscodeRoot",
    "SystemdCredential",
    "TpmCounter",
    "TpmLock",
    "VaultKey",
    "VaultLock",
    "provider",
]
