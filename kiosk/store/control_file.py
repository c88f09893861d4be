"""control.db as all processes see it: the one the vault names, mended where a block went bad.

Another process may put a mended one in its place at any moment, so each use of it holds the folder
and looks which file it is, as with the months.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.ports.records import DiskFull, DiskReadOnly, StateInUse, StoreCorrupt
from kiosk.store.control_salvage import copy_control, is_lost, mended, withdraw_copy
from kiosk.store.database import Database, Row, Values
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import Mends
from kiosk.store.schema import CONTROL_FILE, migrate
from kiosk.store.vault import Vault


class ControlFile(Database):
    """control.db, open and migrated.

    Args:
        folder: where it lies.
        vault: says which file it is.

    Raises:
        StoreCorrupt: it is of a later form, or the disk cannot read it at all.
        DiskFull, DiskReadOnly: it cannot be laid out, or not be mended.
    """

    def __init__(self, folder: StateFolder, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault
        try:
            self._begin()
        except StoreCorrupt:
            if not mended(folder, vault):
                raise
            self._begin()

    def _begin(self) -> None:
        self._is_damaged = False
        with self._folder.shared():
            sealed = self._vault.keys().control
            if is_lost(self._folder, sealed):
                raise StoreCorrupt("control.db is gone")
            path = self._folder.database(sealed.name)
            if not path.exists():
                self._folder.create(path)
            super().__init__(path, sealed.key, is_writable=self._folder.is_writable)
            try:
                migrate(self, CONTROL_FILE)
            except BaseException:
                super().close()
                raise

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """As ``Database.rows``; once more where a damaged file could be mended."""
        self._mend_if_damaged()
        with contextlib.suppress(StoreCorrupt), self._at_hand():
            return super().rows(sql, values)
        self._is_damaged = True
        self._mend_if_damaged()
        with self._at_hand():
            return super().rows(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """As ``Database.transaction``; what fails for a damage is mended before the next."""
        self._mend_if_damaged()
        with self._at_hand():
            try:
                with super().transaction():
                    yield
            except StoreCorrupt:
                self._is_damaged = True
                raise

    @contextmanager
    def revoking(self) -> Iterator[None]:
        """As ``Database.revoking``: the copy goes before the commit, and is laid anew after it.

        Else a block that goes bad within the day would let in again whoever was shut out. The
        write-ahead log is folded in too: damaged, it would end before the commit in silence.
        """
        with self.transaction():
            yield
            was_there = withdraw_copy(self._folder)
        # What is revoked is revoked; on a disk that takes no copy the day's next attempt lays it.
        with contextlib.suppress(DiskFull, DiskReadOnly, StateInUse):
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            if was_there:
                self.copy()

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """As ``Database.unhurried``."""
        with self._at_hand(), super().unhurried():
            yield

    def salvage(self) -> bool:
        """Put a fresh file in the place of a damaged one; False when it is sound.

        False also in the middle of a use of the folder: whoever holds it lets go of it and mends.

        Raises:
            DiskFull, DiskReadOnly: there is no room for it; nothing was changed.
        """
        if not self._folder.may_change():
            return False
        with self._folder.exclusive(), self._turn:
            self._is_damaged = False
            super().close()
            try:
                return mended(self._folder, self._vault)
            finally:
                self._reopen()

    def copy(self) -> None:
        """Lay the copy that fills gaps after a damage, unless the one that lies there is fresh.

        All of control.db is read for it, so that a bad block is noticed while there is a copy.
        """
        try:
            self._copy()
        except StoreCorrupt:
            if not self.salvage():
                raise
            self._copy()

    def mends(self) -> Mends:
        """What mending did to the audit that lies in it; the folder must be held."""
        return self._vault.keys().mends

    def _copy(self) -> None:
        with self.transaction():
            copy_control(self._folder, self._vault.keys().control, self)

    @contextmanager
    def _at_hand(self) -> Iterator[None]:
        """The folder held, and the file open that the vault names now."""
        with self._folder.shared(), self._turn:
            if not self._connection.in_transaction:
                name = self._vault.keys().control.name
                if name != self.path.name:
                    super().close()
                    self._reopen()
            yield

    def _reopen(self) -> None:
        sealed = self._vault.keys().control
        self._open(self._folder.database(sealed.name), sealed.key)

    def _mend_if_damaged(self) -> None:
        """Unless this thread is in the middle of something: then whoever called it mends."""
        if self._is_damaged and self._folder.may_change() and not self._connection.in_transaction:
            self.salvage()
