"""The device key: where it comes from, and the keys of the vaults under it.

What each provider protects against is in facts STORE_AND_BOX, key root; a systemd credential on
the same card protects a stolen card not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.ports.records import KeyMissing
from kiosk.settings import KeyProvider, KeysSection, credentials_dir

KEY_BYTES = 32


class DeviceKey:
    """The root of all keys of one box; never shown, written or compared.

    Args:
        root: 32 random bytes. KeyMissing for another length.
    """

    __slots__ = ("_root",)

    def __init__(self, root: bytes) -> None:
        if len(root) != KEY_BYTES:
            raise KeyMissing(f"the device key must have {KEY_BYTES} bytes")
        self._root = root

    def wrapping_key(self, epoch: int) -> bytes:
        """32 bytes that seal the vault of one epoch: HKDF-SHA256 (RFC 5869) of the root."""
        info = b"madoguchi vault " + epoch.to_bytes(8, "big")
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(self._root)

    def __repr__(self) -> str:
        return "DeviceKey(****)"

    def __reduce__(self) -> str:
        raise TypeError("a device key is not written anywhere")


class DeviceKeyProvider(Protocol):
    """A place the device key comes from."""

    def load(self) -> DeviceKey:
        """Fetch it; KeyMissing when it is not there or not whole."""


class SystemdCredential:
    """A credential that systemd lays out for the service (``LoadCredentialEncrypted=``).

    Args:
        name: of the credential.
        folder: of the credentials; None = not started by systemd.
    """

    def __init__(self, name: str, folder: Path | None) -> None:
        self._name = name
        self._folder = folder

    def load(self) -> DeviceKey:
        """32 raw bytes, or 64 hexadecimal digits; KeyMissing otherwise."""
        if self._folder is None:
            raise KeyMissing("not started by systemd: no credentials")
        return _read(self._folder / self._name, f"credential {self._name}")


class KeyFile:
    """A file with the key, for tests and the simulated world only.

    Args:
        path: 32 raw bytes, or 64 hexadecimal digits.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> DeviceKey:
        """The key; KeyMissing when the file is absent or not whole."""
        return _read(self._path, "the test provider's file")


def provider(keys: KeysSection) -> DeviceKeyProvider:
    """The provider that the settings name; KeyMissing when they name no file for ``test``."""
    if keys.provider is KeyProvider.SYSTEMD_CREDENTIAL:
        return SystemdCredential(keys.credential, credentials_dir())
    if keys.file is None:
        raise KeyMissing("keys.file is not set")
    return KeyFile(keys.file)


def _read(path: Path, what: str) -> DeviceKey:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyMissing(f"{what}: {error.strerror}") from error
    if len(content) == KEY_BYTES:
        return DeviceKey(content)
    try:
        return DeviceKey(bytes.fromhex(content.decode("ascii")))
    except ValueError:
        # `from None`: the other error would show a piece of the key.
        raise KeyMissing(f"{what}: neither 32 bytes nor 64 hexadecimal digits") from None
