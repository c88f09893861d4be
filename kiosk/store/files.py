"""The sealed files of one store: which there are, opened once, salvaged where damaged."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

from kiosk.domain.dates import Month
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.damage import Damage
from kiosk.ports.exports import HeldCopy
from kiosk.ports.records import DiskFull, DiskReadOnly, Loss, StateInUse, StoreCorrupt
from kiosk.store.control import Control
from kiosk.store.database import open_database
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import Keys, SealedFile
from kiosk.store.month_file import MonthFile
from kiosk.store.retrying import salvaging
from kiosk.store.salvage import is_sound, is_there, renewed
from kiosk.store.schema import MONTH_FILE, migrate
from kiosk.store.vault import Vault

Kept = TypeVar("Kept")


class SealedFiles:
    """SQLCipher files, one a treatment month; threads and processes may share them.

    Args:
        folder: where the files lie.
        vault: their keys.
        control: the highest number ever given.
    """

    def __init__(self, folder: StateFolder, vault: Vault, control: Control) -> None:
        self._folder = folder
        self._vault = vault
        self._control = control
        self._open: dict[str, MonthFile] = {}

    @salvaging
    def in_file(self, month: Month | None, act: Callable[[MonthFile], Kept]) -> Kept:
        """Do something in the file of a month, None = the provisional one; made when absent."""
        while True:
            with self._folder.shared():
                file = self._file(month)
                if file is not None:
                    return act(file)
            self._begin(month)

    @salvaging
    def in_every_file(self, act: Callable[[MonthFile], Kept]) -> list[Kept]:
        """Do something in each file that is kept, latest month first."""
        with self._folder.shared():
            return [act(file) for file in self._files()]

    def _destroy(self, keys: Keys) -> None:
        self._vault.change(keys)
        for name in set(self._open) - keys.files():
            self._open.pop(name).abandon()

    # -- damage ------------------------------------------------------------------------------

    def salvage(self) -> bool:
        """Put a fresh file in the place of each that is damaged; False when none is.

        All that can be read is written to the fresh file before the vault knows of it; the new
        vault is the commit point. The damaged one stays, sealed, until its month is purged.

        Raises:
            DiskFull, DiskReadOnly: there is no room for the fresh file; nothing was changed.
        """
        with self._folder.exclusive():
            is_mended = self._control.salvage()
            keys = self._vault.keys()
            places = [*keys.months, *([None] if keys.provisional else [])]
            damaged = [each for each in places if not self._is_sound(_known(keys, each))]
            sound = [self._file(each) for each in places if each not in damaged]
            elsewhere = {number for file in sound if file for number in file.sequences()}
            below = self._control.ceiling()
            for month in damaged:
                old = _known(self._vault.keys(), month)
                aside, fresh = renewed(self._folder, old, month, below=below, elsewhere=elsewhere)
                self._vault.change(self._vault.keys().with_salvaged(aside, fresh))
                record(Event.MONTH_SALVAGED, month=str(month), count=len(aside.lost))
        return is_mended or bool(damaged)

    def _is_sound(self, sealed: SealedFile) -> bool:
        if sealed.name in self._open:
            self._open.pop(sealed.name).close()
        if self._is_lost(sealed):
            return False
        return is_sound(self._folder, sealed)

    def _is_lost(self, sealed: SealedFile) -> bool:
        """Whether a file is gone that was there: without one, it was never begun, or is lost."""
        return not is_there(self._folder, sealed) and self._control.is_begun(sealed.name)

    def takes_nothing(self) -> DiskFull | DiskReadOnly | None:
        """Why nothing can be kept at present."""
        return self._folder.takes_nothing()

    def losses(self) -> list[Loss]:
        """What could not be saved of damaged files, oldest first."""
        with self._folder.shared():
            damaged = self._vault.keys().quarantine
            return [Loss(each.month, each.saved, each.lost) for each in damaged]

    def own_up(self) -> None:
        """Put on record that the vault was mended, so that staff hear of it."""
        if self._vault.was_mended:
            self._vault.was_mended = False
            with contextlib.suppress(DiskFull, DiskReadOnly):
                self._control.note_damage("vault")

    def damages(self) -> list[Damage]:
        """What bad places did to control.db and to the vault, oldest first."""
        self.own_up()
        return self._control.damages()

    # -- copies ------------------------------------------------------------------------------

    def copies_left(self) -> list[HeldCopy]:
        """As ``Records.copies_left``."""
        return self._control.held.left(self._months())

    def copies_kept(self) -> list[HeldCopy]:
        """As ``Records.copies_kept``."""
        return self._control.held.early(self._months())

    def destroy_copies(self) -> list[HeldCopy]:
        """As ``Records.destroy_copies``."""
        return self._control.held.overdue(self._months())

    def _months(self) -> set[Month]:
        with self._folder.shared():
            return set(self._vault.keys().months)

    # -- which there are ---------------------------------------------------------------------

    def _begin(self, month: Month | None) -> None:
        """Make a month, or the provisional file, known to the vault."""
        with self._folder.exclusive():
            keys = self._vault.keys()
            if sealed_of(keys, month) is not None:
                return
            file = SealedFile.invent()
            changed = keys.with_month(month, file) if month else keys.with_provisional(file)
            self._vault.change(changed)

    def _file(self, month: Month | None) -> MonthFile | None:
        sealed = sealed_of(self._vault.keys(), month)
        return self._opened(sealed, month) if sealed else None

    def _files(self) -> Iterator[MonthFile]:
        """Latest month first, the provisional file last: of a check in both, the month's counts."""
        keys = self._vault.keys()
        for name in set(self._open) - keys.files():
            # Another process purged it.
            self._open.pop(name).close()
        for month in sorted(keys.months, reverse=True):
            yield self._opened(keys.months[month], month)
        if keys.provisional is not None:
            yield self._opened(keys.provisional, None)

    def _opened(self, sealed: SealedFile, month: Month | None) -> MonthFile:
        if sealed.name not in self._open:
            if self._is_lost(sealed):
                raise StoreCorrupt("a sealed file is gone")
            database = open_database(self._folder, sealed.name, sealed.key)
            migrate(database, MONTH_FILE)
            self._open[sealed.name] = MonthFile(database, month)
            # Where that cannot be kept now, it is when the file is opened next.
            with contextlib.suppress(DiskFull, DiskReadOnly, StateInUse):
                self._control.note_begun(sealed.name)
        return self._open[sealed.name]

    def close(self) -> None:
        """Close every file."""
        while self._open:
            self._open.popitem()[1].close()


def _known(keys: Keys, month: Month | None) -> SealedFile:
    sealed = sealed_of(keys, month)
    if sealed is None:
        raise RuntimeError("a file without a key")
    return sealed


def sealed_of(keys: Keys, month: Month | None) -> SealedFile | None:
    """The file of a month, None = the provisional one; None where the vault knows of none."""
    return keys.months.get(month) if month else keys.provisional
