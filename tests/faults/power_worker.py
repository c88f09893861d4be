"""One operation of the store, told line by line as it becomes durable, for the power cuts.

Usage: power_worker.py OPERATION STATE_DIR [hasty]. ``hasty`` = without flushing each commit. Lines:
``opened ID``, ``answered ID``, ``adopting``, ``adopted``, ``purging MONTH``, ``purged MONTH``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from kiosk.domain.dates import Month
from kiosk.store.opening import Store
from tests.faults.store_worker import tell
from tests.support.store import Box, answered

NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)


def open_checks(box: Box, store: Store) -> None:
    """Open checks of two months and of none."""
    for turn in range(4):
        day = DECEMBER.first_day if turn == 2 else None
        check = box.check(is_trusted=turn != 3, treated_on=day)
        tell("opened", store.records.open(check).check_id)


def settle(box: Box, store: Store) -> None:
    """Answer everything that waits."""
    for check in store.records.waiting():
        store.records.settle(check.check_id, answered(), at=box.wall, next_attempt_at=None)
        tell("answered", check.check_id)


def change_vault(box: Box, store: Store) -> None:
    """Months come one after the other: a vault for each."""
    for month in (1, 2, 3):
        check = box.check(treated_on=Month(2027, month).first_day)
        tell("opened", store.records.open(check).check_id)


def adopt(box: Box, store: Store) -> None:
    """Move what is provisional to its months."""
    tell("adopting", store.records.adopt_provisional(box.stamp()))


def purge(box: Box, store: Store) -> None:
    """Destroy one month and go on."""
    tell("purging", NOVEMBER)
    store.records.purge(NOVEMBER)
    tell("purged", NOVEMBER)
    check = box.check(treated_on=DECEMBER.first_day)
    tell("opened", store.records.open(check).check_id)


def migrate(_box: Box, store: Store) -> None:
    """Open files of an earlier form."""
    tell("read", len(store.records.history(None)))


def salvage(_box: Box, store: Store) -> None:
    """Put fresh files in the place of damaged ones."""
    tell("salvaged", store.records.salvage())


def mend(_box: Box, store: Store) -> None:
    """Put a fresh control.db in the place of a damaged one."""
    tell("mended", store.control.salvage())


OPERATIONS: dict[str, Callable[[Box, Store], None]] = {
    "open": open_checks,
    "settle": settle,
    "vault": change_vault,
    "adopt": adopt,
    "purge": purge,
    "migrate": migrate,
    "salvage": salvage,
    "mend": mend,
}


def main() -> None:
    """Carry out one operation and close."""
    operation, folder, *manner = sys.argv[1:]
    with ExitStack() as undo:
        box = Box(Path(folder), undo=undo)
        store = box.store()
        if "hasty" in manner:
            store.records.waiting()
            for file in store.records._open.values():
                file._database.rows("PRAGMA synchronous = NORMAL")
        OPERATIONS[operation](box, store)


if __name__ == "__main__":
    main()
