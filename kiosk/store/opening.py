"""The store, put together."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.records import DiskFull, DiskReadOnly, StoreCorrupt
from kiosk.store.control import Control
from kiosk.store.control_file import ControlFile
from kiosk.store.corrections import SealedCorrections
from kiosk.store.folder import StateFolder
from kiosk.store.follow_ups import SealedFollowUps
from kiosk.store.keys import VaultLock
from kiosk.store.leases import BootClock, read_boot_clock
from kiosk.store.records import SealedRecords
from kiosk.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept; a context manager that closes it.

    Args:
        records: the checks.
        follow_ups: what is still to be confirmed.
        corrections: how mistaken checks are put right.
        control: the clock's memory and counts.
        folder: where it lies.
    """

    records: SealedRecords
    follow_ups: SealedFollowUps
    corrections: SealedCorrections
    control: Control
    folder: StateFolder

    def close(self) -> None:
        """Close every file; what was acknowledged is durable without it."""
        self.records.close()
        self.control.close()
        self.folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(
    state_dir: Path,
    key: VaultLock,
    *,
    boot: BootClock = read_boot_clock,
    patience_s: float = 5.0,
) -> Store:
    """Open the store of a state folder, making it when absent, ending what a crash cut off.

    Args:
        state_dir: everything lies in its folder ``sealed``.
        key: the device key.
        boot: the boot clock.
        patience_s: how long to wait for other processes.

    Raises:
        KeyMissing: the device key does not open the vault; nothing was changed.
        StateInUse: another process kept the folder for longer than the patience.
        StoreCorrupt: the vault is gone or both its copies are damaged.
        DiskFull, DiskReadOnly: the folder cannot be laid out.
    """
    with ExitStack() as undo:
        folder = StateFolder(state_dir, patience_s=patience_s)
        undo.callback(folder.close)
        vault = Vault(folder, key)
        vault.prepare()
        control = Control(ControlFile(folder, vault), boot)
        undo.callback(control.close)
        records = SealedRecords(folder, vault, control, boot)
        control.highest = records.highest
        records.own_up()
        corrections = SealedCorrections(records, control, folder, boot)
        _finish(corrections)
        undo.pop_all()
    return Store(records, SealedFollowUps(records), corrections, control, folder)


def _finish(corrections: SealedCorrections) -> None:
    try:
        corrections.finish()
    except (DiskFull, DiskReadOnly, StoreCorrupt) as error:
        # Reception opens all the same; what is begun stays on record for the next time.
        record(Event.WITHDRAWAL_UNFINISHED, code=error.code)
