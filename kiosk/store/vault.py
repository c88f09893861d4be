"""The vault: one sealed file that holds the key of every other.

Sealed with AES-GCM-SIV under the device key of its epoch (facts STORE_AND_BOX, key vault). Every
change is a new vault of the next epoch: written to a temporary name, synchronised, renamed, the
folder synchronised: the commit point. Then the lock's counter is raised, where it has one: from
here on no copy of the old vault opens. Only then the old vault is unlinked, and with it the files
that the new one no longer knows. A crash anywhere is finished at the next opening.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from kiosk.domain.dates import Month
from kiosk.ports.keys import VaultOutdated
from kiosk.ports.records import KeyMissing, StoreCorrupt
from kiosk.store.folder import StateFolder, disk_errors
from kiosk.store.keys import KEY_BYTES, VaultLock

MAGIC = b"MADOGUCHI-VAULT"
PLAIN, WITH_ENVELOPE = b"\x01", b"\x02"
"""Forms: the second has the lock's envelope behind the epoch, its length before it (2 bytes)."""
CONTROL = "control.db"
_EPOCH_BYTES = 8
_NONCE_BYTES = 12
_LENGTH_BYTES = 2
_START = len(MAGIC) + 1 + _EPOCH_BYTES


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One SQLCipher file and its key.

    Args:
        name: within the folder.
        key: 32 bytes.
    """

    name: str
    key: bytes = field(repr=False)

    @classmethod
    def invent(cls, name: str | None = None) -> SealedFile:
        """A new key, and a name that tells nothing unless one is given."""
        return cls(name or f"{secrets.token_hex(16)}.db", secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A damaged file, kept sealed until its month is purged.

    Args:
        file: as it was found.
        month: whose checks it held; None = provisional ones.
        saved: how many of them could be read.
        lost: sequence numbers of those that could not.
    """

    file: SealedFile
    month: Month | None
    saved: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """What a vault holds.

    Args:
        epoch: rises by one with every change.
        control: of control.db.
        provisional: where checks wait whose month is not known yet; None = no such file.
        months: of the treatment months.
        quarantine: what was damaged.
    """

    epoch: int
    control: SealedFile
    provisional: SealedFile | None
    months: Mapping[Month, SealedFile]
    quarantine: tuple[Quarantined, ...] = ()

    def files(self) -> set[str]:
        """Names of the month, provisional and quarantined files that may exist."""
        others = {self.provisional} if self.provisional else set()
        damaged = {each.file for each in self.quarantine}
        return {each.name for each in {*self.months.values(), *others, *damaged}}

    def with_month(self, month: Month, file: SealedFile) -> Keys:
        """The same and one month more."""
        return replace(self, months={**self.months, month: file})

    def without_month(self, month: Month) -> Keys:
        """The same but for one month, what was damaged of it included."""
        months = {m: f for m, f in self.months.items() if m != month}
        return replace(self, months=months, quarantine=self._damaged_but(month))

    def with_provisional(self, file: SealedFile | None) -> Keys:
        """The same with another provisional file; with none, what was damaged of it goes too."""
        quarantine = self.quarantine if file else self._damaged_but(None)
        return replace(self, provisional=file, quarantine=quarantine)

    def _damaged_but(self, month: Month | None) -> tuple[Quarantined, ...]:
        return tuple(each for each in self.quarantine if each.month != month)

    def with_salvaged(self, damaged: Quarantined, fresh: SealedFile) -> Keys:
        """The same with a fresh file in the place of a damaged one, which is kept aside."""
        keys = replace(self, quarantine=(*self.quarantine, damaged))
        if damaged.month is None:
            return keys.with_provisional(fresh)
        return keys.with_month(damaged.month, fresh)


def seal(keys: Keys, lock: VaultLock) -> bytes:
    """The file's content: header (magic, form, epoch, envelope), nonce (12 bytes), ciphertext."""
    made = lock.new(keys.epoch)
    header = _header(keys.epoch, made.envelope)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps(_document(keys)).encode()
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
    return _keys(json.loads(plain), epoch)


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
        self._keys: Keys | None = None

    def keys(self) -> Keys:
        """What the vault holds now; the folder must be held.

        Raises:
            KeyMissing: the lock opens no vault that lies here.
            VaultOutdated: only older copies lie here.
            StoreCorrupt: there is no vault, or none that is whole.
        """
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
                return unseal(self._content(epoch), epoch, self._lock)
            except (KeyMissing, VaultOutdated, StoreCorrupt) as refusal:
                refusals.append(refusal)
        raise refusals[0]

    def change(self, keys: Keys) -> Keys:
        """Make other keys the vault's, for good, and remove what it no longer knows.

        The folder must be held exclusively. The commit point is inside ``StateFolder.write``.
        """
        epochs = self._folder.epochs()
        if keys.epoch in epochs:
            # A crash may have cut it off before the counter: two vaults must not share a count.
            self._retire_before(keys.epoch)
        changed = replace(keys, epoch=max(epochs, default=0) + 1)
        self._folder.write(self._folder.vault(changed.epoch), seal(changed, self._lock))
        self._finish(changed)
        # As written: asking a TPM for it once more would cost a second.
        self._keys, self._seen = changed, self._folder.epochs()
        return changed

    def _content(self, epoch: int) -> bytes:
        with disk_errors():
            return self._folder.vault(epoch).read_bytes()

    def _retire_before(self, epoch: int) -> None:
        self._lock.retire(envelope_of(self._content(epoch), epoch))

    def prepare(self) -> None:
        """Make the first vault where nothing lies; finish what a crash cut off.

        Raises:
            StoreCorrupt: files lie here but no vault: nothing is touched.
            KeyMissing, VaultOutdated: the lock does not open the vault: nothing is touched.
        """
        with self._folder.shared():
            if self._folder.epochs() and not self._is_unfinished(self.keys()):
                return
        with self._folder.exclusive():
            if self._folder.epochs():
                self._finish(self.keys())
            elif self._folder.sealed() or self._folder.database(CONTROL).exists():
                raise StoreCorrupt("sealed files without a vault")
            else:
                self._folder.anchor()
                self.change(Keys(0, SealedFile.invent(CONTROL), None, {}))

    def _is_unfinished(self, keys: Keys) -> bool:
        return (
            self._folder.epochs() != (keys.epoch,)
            or self._folder.has_leftovers()
            or not self._folder.sealed() <= keys.files()
        )

    def _finish(self, keys: Keys) -> None:
        """Have the lock forget older vaults; then remove them, and files whose key is gone.

        In this order: were the old vault unlinked first, a copy of it would open until the next
        change.
        """
        self._retire_before(keys.epoch)
        self._folder.remove_leftovers()
        for epoch in self._folder.epochs():
            if epoch < keys.epoch:
                self._folder.remove(self._folder.vault(epoch))
        # A later vault that does not open may be the only one to know a file: then none goes.
        if self._folder.epochs() == (keys.epoch,):
            for name in self._folder.sealed() - keys.files():
                self._folder.remove(self._folder.database(name))
        with disk_errors():
            self._folder.synchronise()


def _document(keys: Keys) -> dict[str, Any]:
    return {
        "control": _entry(keys.control),
        "provisional": keys.provisional and _entry(keys.provisional),
        "months": {str(month): _entry(file) for month, file in keys.months.items()},
        "quarantine": [
            {
                **_entry(each.file),
                "month": str(each.month) if each.month else None,
                "saved": each.saved,
                "lost": each.lost,
            }
            for each in keys.quarantine
        ],
    }


def _entry(file: SealedFile) -> dict[str, str]:
    return {"name": file.name, "key": file.key.hex()}


def _keys(document: Mapping[str, Any], epoch: int) -> Keys:
    provisional = document["provisional"]
    return Keys(
        epoch=epoch,
        control=_file(document["control"]),
        provisional=_file(provisional) if provisional else None,
        months={Month.parse(month): _file(file) for month, file in document["months"].items()},
        # Vaults of version 0.1.0 have none.
        quarantine=tuple(_quarantined(each) for each in document.get("quarantine", ())),
    )


def _quarantined(entry: Mapping[str, Any]) -> Quarantined:
    month = Month.parse(entry["month"]) if entry["month"] else None
    return Quarantined(_file(entry), month, entry["saved"], tuple(entry["lost"]))


def _file(entry: Mapping[str, str]) -> SealedFile:
    return SealedFile(entry["name"], bytes.fromhex(entry["key"]))
