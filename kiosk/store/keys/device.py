"""What locks a vault: the port, and the device key that is the same for every epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.ports.records import KeyMissing, KeyNotHanded

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class VaultKey:
    """The key of one vault.

    Args:
        key: 32 bytes.
        envelope: what ``VaultLock.open`` needs beside the epoch; not secret, kept in the vault's
            header; at most 65,535 bytes.
    """

    key: bytes = field(repr=False)
    envelope: bytes = b""


class VaultLock(Protocol):
    """What locks the vaults of a box.

    A new vault opens from the moment it is written, and its forerunners until ``retire``: between
    the two a crash costs nothing.
    """

    def new(self, epoch: int) -> VaultKey:
        """A key for the vault of an epoch about to be written."""

    def open(self, epoch: int, envelope: bytes) -> bytes:
        """The key of a vault that was written.

        Raises:
            KeyMissing: it cannot be had.
            VaultOutdated: a later vault was written, this one never opens again.
        """

    def retire(self, envelope: bytes) -> None:
        """The vault with this envelope is durable: no earlier one need open any more.

        Where the lock has a counter it is raised here, for good. Doing so twice does nothing.
        """


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

    def new(self, epoch: int) -> VaultKey:
        """As ``VaultLock.new``; the root needs no envelope."""
        return VaultKey(self.wrapping_key(epoch))

    def open(self, epoch: int, envelope: bytes) -> bytes:
        """As ``VaultLock.open``."""
        if envelope:
            raise KeyMissing("the vault was locked by another provider")
        return self.wrapping_key(epoch)

    def retire(self, envelope: bytes) -> None:
        """As ``VaultLock.retire``: nothing, what the root opened once it opens for ever."""

    def __repr__(self) -> str:
        return "DeviceKey(****)"

    def __reduce__(self) -> str:
        raise TypeError("a device key is not written anywhere")


class DeviceKeyProvider(Protocol):
    """A place the device key comes from."""

    def load(self) -> VaultLock:
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
        """32 raw bytes, or 64 hexadecimal digits; KeyMissing otherwise, KeyNotHanded by nobody."""
        if self._folder is None:
            raise KeyNotHanded
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
