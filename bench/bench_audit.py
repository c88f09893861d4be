"""What a row of the audit and a login cost, beside one durable row of plain sqlite3."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.timing import median_ms
from kiosk.domain.passcode import Passcode
from kiosk.events import Event
from kiosk.ports.access import Entry, Holder, Standing
from kiosk.store.keys import DeviceKey
from kiosk.store.opening import open_store

ROWS = 2000
STAFF = Holder(Standing.STAFF, "staff-1")


def run() -> dict[str, float]:
    """Milliseconds; a visit's check writes no row, a look of the staff writes one."""
    at = datetime.now(UTC)
    entry = Entry(Event.LOOKED, at, is_trusted=True, who=str(STAFF), where="screen")
    with TemporaryDirectory() as folder, open_store(Path(folder), DeviceKey(bytes(32))) as store:
        audit, access = store.control.audit, store.control.access
        access.set_passcode(STAFF, Passcode("482915"))
        plain = sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("PRAGMA synchronous = FULL")
        plain.execute("CREATE TABLE audit (number INTEGER PRIMARY KEY, body TEXT)")
        figures = {
            "plain_row_ms": median_ms(
                lambda: plain.execute("INSERT INTO audit (body) VALUES (?)", ("x" * 200,)), 200
            ),
            "row_ms": median_ms(lambda: audit.append(entry), 200),
            "argon2id_ms": median_ms(lambda: access.holder_of(Passcode("482915"))),
        }
        plain.close()
        while audit.head().count < ROWS:
            audit.append(entry)
        figures["verify_2000_ms"] = median_ms(audit.verify, 5)
    figures["row_ratio"] = round(figures["row_ms"] / figures["plain_row_ms"], 2)
    return figures
