"""The vault: one sealed file that holds the key of every other.

Sealed with AES-GCM-SIV under the device key of its epoch (facts STORE_AND_BOX, key vault). Every
change is a new vault of the next epoch: written to a temporary name, synchronised, renamed, the
folder synchronised: the commit point. Then the lock's counter is raised, where it has one: from
here on no copy of the old vault opens. Only then the old vault is unlinked, and with it the files
that the new one no longer knows. A crash anywhere is finished at the next opening.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from dataclasses import replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from kiosk.durable import disk_errors, named
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.keys import VaultOutdated
from kiosk.ports.records import DiskFull, DiskReadOnly, KeyMissing, StoreCorrupt
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import CONTROL, Keys, SealedFile, document_of, keys_of
from kiosk.store.keys import VaultLock

MAGIC = b"MADOGUCHI-VAULT"
PLAIN, WITH_ENVELOPE = b"\x01", b"\x02"
"""Forms: the second has the lock's envelope behind the epoch, its length before it (2 bytes)."""
_EPOCH_BYTES = 8
_NONCE_BYTES = 12
_LENGTH_BYTES = 2
_SUM_BYTES = hashlib.sha256().digest_size
_START = len(MAGIC) + 1 + _EPOCH_BYTES


def seal(keys: Keys, lock: VaultLock) -> bytes:
    """The file's content: header (magic, form, epoch, envelope), nonce (12 bytes), ciphertext."""
    made = lock.new(keys.epoch)
    header = _header(keys.epoch, made.envelope)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps(document_of(keys)).encode()
    return header + nonce + AESGCMSIV(made.key).encrypt(nonce, plain, header)


def unseal(content: bytes, epoch: int, lock: VaultLock) -> Keys:
    """What ``seal`` wrote.

    Raises:
        KeyMissing: the lock does not open it.
        VaultOutdated: the lock knows of a later one.
        StoreCorrupt: it is no vault of that epoch.
    """
    envelope = envelope_of(content, epoch)
    header = _header(epoch, envelope)
    rest = content[len(header) :]
    try:
        plain = AESGCMSIV(lock.open(epoch, envelope)).decrypt(
            rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], header
        )
    except (InvalidTag, ValueError):
        # ValueError: too short to carry a tag. Neither says anything a technician could use.
        raise KeyMissing(f"the device key does not open the vault of epoch {epoch}") from None
    return keys_of(json.loads(plain), epoch)


def envelope_of(content: bytes, epoch: int) -> bytes:
    """The lock's envelope in a vault's header; StoreCorrupt when it is no vault of that epoch."""
    form = content[len(MAGIC) : len(MAGIC) + 1]
    envelope = b""
    if form == WITH_ENVELOPE:
        length = int.from_bytes(content[_START : _START + _LENGTH_BYTES], "big")
        envelope = content[_START + _LENGTH_BYTES :][:length]
    header = _header(epoch, envelope)
    if not content.startswith(header) or len(content) < len(header) + _NONCE_BYTES:
        raise StoreCorrupt(f"the vault of epoch {epoch} is damaged")
    return envelope


def _header(epoch: int, envelope: bytes) -> bytes:
    start = MAGIC + (WITH_ENVELOPE if envelope else PLAIN) + epoch.to_bytes(_EPOCH_BYTES, "big")
    return start + len(envelope).to_bytes(_LENGTH_BYTES, "big") + envelope if envelope else start


class Vault:
    """The vault of one folder, as all processes see it.

    Args:
        folder: where it lies.
        lock: what locks it.
    """

    def __init__(self, folder: StateFolder, lock: VaultLock) -> None:
        self._folder = folder
        self._lock = lock
        self._seen: tuple[int, ...] = ()
        self._looked: int | None = None
        self._keys: Keys | None = None
        self._sealed = b""
        self.was_mended = False
        """A copy was damaged and was written anew."""

    def keys(self) -> Keys:
        """What the vault holds now; the folder must be held.

        Raises:
            KeyMissing: the lock opens no vault that lies here.
            VaultOutdated: only older copies lie here.
            StoreCorrupt: there is no vault, or none that is whole.
        """
        hold = self._folder.hold
        if self._keys is None or hold is None or hold != self._looked:
            self._keys = self._looked_up()
            self._looked = hold
        return self._keys

    def _looked_up(self) -> Keys:
        is_alone = self._keys is not None and self._seen == (self._keys.epoch,)
        if self._keys and is_alone and self._folder.is_only_vault(self._keys.epoch):
            return self._keys
        epochs = self._folder.epochs()
        if self._keys is None or epochs != self._seen:
            self._keys = self._newest(epochs)
            self._seen = epochs
        return self._keys

    def _newest(self, epochs: tuple[int, ...]) -> Keys:
        if not epochs:
            raise StoreCorrupt("the vault is gone")
        refusals: list[KeyMissing | VaultOutdated | StoreCorrupt] = []
        for epoch in epochs:
            try:
                return self._opened(epoch)
            except (KeyMissing, VaultOutdated, StoreCorrupt) as refusal:
                refusals.append(refusal)
        raise refusals[0]

    def _opened(self, epoch: int) -> Keys:
        """By whichever copy opens."""
        refusals: list[KeyMissing | VaultOutdated | StoreCorrupt] = []
        # A twin that is the same would open no better: with a TPM each attempt costs a second.
        for content in dict.fromkeys((self._content(epoch), self._twin(epoch))):
            try:
                keys = unseal(content or b"", epoch, self._lock)
            except (KeyMissing, VaultOutdated, StoreCorrupt) as refusal:
                refusals.append(refusal)
            else:
                self._sealed = content or b""
                return keys
        # What a whole twin says is true of the key; what a damaged vault says may not be.
        raise next((each for each in refusals if not isinstance(each, StoreCorrupt)), refusals[0])

    def _content(self, epoch: int) -> bytes | None:
        """The first copy as it lies there; None where it cannot be read."""
        return _read(self._folder.vault(epoch))

    def _twin(self, epoch: int) -> bytes | None:
        """What the second copy says the first holds; None where it is damaged or not there."""
        content = _read(self._folder.twin(epoch)) or b""
        vault, checksum = content[:-_SUM_BYTES], content[-_SUM_BYTES:]
        return vault if _sum(vault) == checksum else None

    def change(self, keys: Keys) -> Keys:
        """Make other keys the vault's, for good, and remove what it no longer knows.

        The folder must be held exclusively. The commit point is inside ``StateFolder.write``.
        """
        epochs = self._folder.epochs()
        if keys.epoch in epochs:
            # A crash may have cut it off before the counter: two vaults must not share a count.
            self._retire_before(keys.epoch)
        changed = replace(keys, epoch=max(epochs, default=0) + 1)
        sealed = seal(changed, self._lock)
        self._folder.write(self._folder.vault(changed.epoch), sealed)
        self._sealed = sealed
        self._finish(changed)
        # As written: asking a TPM for it once more would cost a second.
        self._keys, self._seen = changed, self._folder.epochs()
        return changed

    def _retire_before(self, epoch: int) -> None:
        self._lock.retire(envelope_of(self._sealed, epoch))

    def prepare(self) -> None:
        """Make the first vault where nothing lies; finish what a crash cut off.

        Raises:
            StoreCorrupt: files lie here but no vault: nothing is touched.
            KeyMissing, VaultOutdated: the lock does not open the vault: nothing is touched.
        """
        with self._folder.shared():
            is_laid_out = bool(self._folder.epochs())
            is_finished = is_laid_out and not self._is_unfinished(self.keys())
            # On a disk that takes nothing, what a crash cut off waits until it does.
            if is_finished or (is_laid_out and not self._folder.is_writable):
                return
        with self._folder.exclusive():
            if self._folder.epochs():
                self._finish(self.keys())
            elif self._folder.sealed() or self._folder.controls():
                raise StoreCorrupt("sealed files without a vault")
            else:
                self._folder.anchor()
                self.change(Keys(0, SealedFile.invent(CONTROL), None, {}))

    def _is_unfinished(self, keys: Keys) -> bool:
        return (
            self._folder.epochs() != (keys.epoch,)
            or self._folder.has_leftovers()
            or not self._folder.sealed() <= keys.files()
            or not self._folder.controls() <= keys.controls()
            or not self._is_twofold(keys.epoch)
        )

    def _is_twofold(self, epoch: int) -> bool:
        return self._content(epoch) == self._twin(epoch) == self._sealed

    def _finish(self, keys: Keys) -> None:
        """Lay the second copy; then remove older vaults, and files whose key is gone.

        In this order: were the old vault unlinked first, a copy of it would open until the next
        change.
        """
        # A disk that takes nothing more keeps nobody from reading; the next opening tries again.
        with contextlib.suppress(DiskFull, DiskReadOnly):
            self._make_twofold(keys.epoch)
        self._retire_before(keys.epoch)
        self._folder.remove_leftovers()
        for epoch in self._folder.epochs():
            if epoch < keys.epoch:
                self._folder.remove(self._folder.twin(epoch))
                self._folder.remove(self._folder.vault(epoch))
        # A later vault that does not open may be the only one to know a file: then none goes.
        if self._folder.epochs() == (keys.epoch,):
            known = keys.files() | keys.controls()
            for name in (self._folder.sealed() | self._folder.controls()) - known:
                self._folder.remove(self._folder.database(name))
        with disk_errors():
            self._folder.synchronise()

    def _make_twofold(self, epoch: int) -> None:
        """Write the copy that is missing, or damaged: then staff must hear that the disk wears."""
        vault, twin = self._folder.vault(epoch), self._folder.twin(epoch)
        if self._content(epoch) != self._sealed:
            self._folder.write(vault, self._sealed)
            self._mended(epoch)
        if self._twin(epoch) != self._sealed:
            # Where there was none, a crash cut it off or the version before wrote no twins.
            is_damaged = twin.exists()
            self._folder.write(twin, self._sealed + _sum(self._sealed))
            if is_damaged:
                self._mended(epoch)

    def _mended(self, epoch: int) -> None:
        self.was_mended = True
        record(Event.VAULT_MENDED, count=epoch)


def _read(path: Path) -> bytes | None:
    """None where it is not there or a block is bad.

    Raises:
        DiskReadOnly: we may not.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        name = named(error)
        if not isinstance(name, StoreCorrupt):
            raise name from error
        return None


def _sum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
