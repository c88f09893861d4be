"""Which provider the settings name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.protection import KeyProvider
from kiosk.ports.keys import KeyLocked
from kiosk.ports.records import KeyMissing
from kiosk.settings import KeysSection, credentials_dir
from kiosk.store.keys.device import DeviceKeyProvider, KeyFile, SystemdCredential
from kiosk.store.keys.passcode import PasscodeRoot
from kiosk.store.keys.tpm import TpmLock

_FIRMWARE_TOOL = "rpi-fw-crypto"
_FIRMWARE_PORT = Path("/dev/vcio")


def nobody_there() -> str:
    """Nobody can be asked for the passcode."""
    raise KeyLocked("no passcode was given")


def provider(
    keys: KeysSection, state_dir: Path, ask: Callable[[], str] = nobody_there
) -> DeviceKeyProvider:
    """The provider that the settings name.

    Args:
        keys: the settings.
        state_dir: where the provider ``passcode`` keeps its wrapped root.
        ask: fetches the passcode of the provider ``passcode``.

    Raises:
        KeyMissing: the settings name no file for ``test``.
    """
    match keys.provider:
        case KeyProvider.SYSTEMD_CREDENTIAL:
            return SystemdCredential(keys.credential, credentials_dir())
        case KeyProvider.TPM:
            return TpmLock(keys.tpm, keys.tpm_index)
        case KeyProvider.PASSCODE:
            return PasscodeRoot(state_dir, ask)
        case KeyProvider.TEST:
            if keys.file is None:
                raise KeyMissing("keys.file is not set")
            return KeyFile(keys.file)


def has_firmware_key() -> bool:
    """True on a Raspberry Pi whose firmware offers a key in its OTP memory; it is not used yet."""
    return shutil.which(_FIRMWARE_TOOL) is not None and _FIRMWARE_PORT.exists()
