"""A program that works on a store until it is killed, telling each thing once it is durable.

Usage: store_worker.py STATE_DIR. Lines: ``opened ID``, ``deferred ID``, ``answered ID``,
``purging MONTH``, ``purged MONTH``.
"""

from __future__ import annotations

import itertools
import os
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from kiosk.domain.check import Answer, Answered, Deferred, Opening, Stamp
from kiosk.domain.dates import Month
from kiosk.domain.facility import Facility
from kiosk.ports.records import NewCheck, Records, StateInUse
from kiosk.store.keys import DeviceKey
from kiosk.store.leases import read_boot_clock
from kiosk.store.opening import open_store

_T = TypeVar("_T")

NOON = datetime(2026, 11, 15, 3, tzinfo=UTC)
ANSWER = Answered(Answer(validity_code="4", confirmed_on=None, eligibilities=(), is_simulated=True))


def tell(word: str, what: object) -> None:
    """One line, at once."""
    os.write(1, f"{word} {what}\n".encode())


def patiently(act: Callable[[], _T]) -> _T:
    """Do it, however long the other program keeps the folder: two at once never rest."""
    while True:
        try:
            return act()
        except StateInUse:
            continue


def open_check(records: Records, treated_at: datetime) -> str:
    """Open one check; its id."""
    boot = read_boot_clock()
    stamp = Stamp(NOON, boot.boot_id, boot.seconds, is_trusted=True)
    opening = Opening(
        str(uuid.uuid4()), Facility("1312345678", "W0000001"), treated_at, bytes(16), stamp
    )
    new = NewCheck(opening, os.urandom(3000), is_simulated=True)
    return patiently(lambda: records.open(new)).check_id


def main() -> None:
    """Open, defer, answer and purge without end."""
    records = open_store(Path(sys.argv[1]), DeviceKey(b"k" * 32)).records
    for turn in itertools.count():
        check_id = open_check(records, NOON + timedelta(days=31 * (turn % 2)))
        tell("opened", check_id)
        if turn % 3:
            deferred = partial(records.settle, check_id, Deferred("K201"))
            patiently(partial(deferred, at=NOON, next_attempt_at=NOON))
            tell("deferred", check_id)
        if turn % 3 == 1:
            answered = partial(records.settle, check_id, ANSWER)
            patiently(partial(answered, at=NOON, next_attempt_at=None))
            tell("answered", check_id)
        if turn % 8 == 0:
            # A month of this process alone, so that the test knows what is gone.
            month = Month(1000 + os.getpid() // 12 % 8000, os.getpid() % 12 + 1)
            doomed = open_check(records, month.start)
            tell("purging", doomed)
            patiently(partial(records.purge, month))
            tell("purged", doomed)


if __name__ == "__main__":
    main()
