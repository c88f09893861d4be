"""Saving what can be saved of control.db, and the copy that fills what cannot.

Its rows are few and each is dear, so beside it lies a copy, a day old at most, as a SQLCipher file
under the same key. A fresh control.db gets what can be read of the damaged one and, for tables that
cannot be read whole, what only the copy knows. The keys of the audit are never copied: each must be
gone once it was used (``kiosk.store.audit``). Which of its rows are lost is put on record
(``kiosk.store.audit_mending``).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.durable import disk_errors
from kiosk.errors import StoreError
from kiosk.events import Event
from kiosk.log import record
from kiosk.store.audit_mending import AUDIT, count_of, put_on_record
from kiosk.store.database import Database, Row, open_database
from kiosk.store.folder import DATABASE_SUFFIXES, StateFolder
from kiosk.store.keyring import CONTROL, Keys, Mends, SealedFile
from kiosk.store.salvage import TableRescue, every, is_sound, rescued_table
from kiosk.store.schema import CONTROL_FILE, migrate
from kiosk.store.stubborn import Stubborn
from kiosk.store.vault import Vault

COPY = "control-copy.db"
COPY_LIFE_S = 86400.0
REMINDED = timedelta(days=62)
"""How long staff are told of a damage; the months that knew what is gone are purged by then."""
UNSURE = "mended"
"""Boot id of a numbering that may be behind: the months know better."""
_NEVER_COPIED = frozenset({"unfinished"})
"""What was begun a day ago is finished; to finish it again could undo what came after."""
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)

Rows = Sequence[Row]


def is_lost(folder: StateFolder, control: SealedFile) -> bool:
    """True when control.db is gone or empty, and was not on the day of the copy."""
    paths = [folder.path / f"{control.name}{suffix}" for suffix in DATABASE_SUFFIXES[:2]]
    with disk_errors():
        if any(each.exists() and each.stat().st_size for each in paths):
            return False
        return folder.database(COPY).exists()


def mended(folder: StateFolder, vault: Vault) -> bool:
    """Put a fresh control.db in the place of a damaged one; False when it is sound.

    The new vault is the commit point. The damaged one stays aside until the next.

    Raises:
        DiskFull, DiskReadOnly, StateInUse: it cannot be written; nothing was changed.
    """
    with folder.exclusive():
        keys = vault.keys()
        damaged, is_gone = keys.control, is_lost(folder, keys.control)
        if not is_gone and is_sound(folder, damaged):
            return False
        fresh = SealedFile(f"control-{secrets.token_hex(4)}.db", damaged.key)
        try:
            with closing(open_database(folder, fresh.name, fresh.key)) as target:
                migrate(target, CONTROL_FILE)
                hit, mends = _refill(target, folder, keys, is_gone=is_gone)
        except StoreError:
            folder.remove(folder.database(fresh.name))
            raise
        aside = None if is_gone else damaged
        vault.change(replace(keys, control=fresh, aside=aside, mends=mends))
        record(Event.CONTROL_SALVAGED, count=hit)
        return True


def copy_control(folder: StateFolder, control: SealedFile, source: Database) -> None:
    """Lay the copy, unless a fresh one lies there.

    Args:
        folder: where it lies.
        control: its key is the copy's.
        source: control.db, in a transaction.
    """
    target = folder.database(COPY)
    with disk_errors():
        if target.exists() and 0 <= time.time() - target.stat().st_mtime < COPY_LIFE_S:
            return
    name = f"copy-{secrets.token_hex(4)}.new"
    try:
        with closing(open_database(folder, name, control.key)) as copy:
            migrate(copy, CONTROL_FILE)
            with copy.transaction():
                for table in _names(copy):
                    _insert(copy, table, source.rows(every(table)))
                copy.rows("UPDATE audit_keys SET current = NULL, start = NULL")
        with disk_errors():
            folder.database(name).replace(target)
            folder.synchronise()
    except StoreError:
        folder.remove(folder.database(name))
        raise


def withdraw_copy(folder: StateFolder) -> bool:
    """Durably remove the copy: it holds what is being revoked. False when there was none."""
    copy = folder.database(COPY)
    with disk_errors():
        if not copy.exists():
            return False
        folder.remove(copy)
        folder.synchronise()
    return True


def note_damage(control: Database, what: str, copied_at: datetime | None = None) -> None:
    """Put it on record for staff; forget what they were told long enough."""
    now = datetime.now(UTC)
    control.rows("DELETE FROM damages WHERE at < ?", ((now - REMINDED).isoformat(),))
    control.rows(
        "INSERT INTO damages (what, at, copied_at) VALUES (?, ?, ?)",
        (what, now.isoformat(), copied_at.isoformat() if copied_at else None),
    )


def _refill(
    target: Database, folder: StateFolder, keys: Keys, *, is_gone: bool
) -> tuple[int, Mends]:
    """Write to a new control.db what is left; how many tables were hit, and the audit's mends."""
    copied_at, copied = _copied(folder, keys.control.key)
    with closing(Stubborn(folder, keys.control)) as source, target.transaction():
        there = set() if is_gone else {row["name"] for row in source.all(_TABLES) or []}
        count = count_of(source) if there else None
        found: dict[str, TableRescue] = {}
        for table in _names(target):
            if there and table not in there:
                # It was of an earlier form: the table is as its migration has made it.
                continue
            of_copy = () if table in _NEVER_COPIED else copied.get(table, ())
            known = count if table == AUDIT else None
            saved = rescued_table(source, table, of_copy, known) if there else TableRescue()
            found[table] = saved
            if saved.rows or of_copy:
                _insert(target, table, saved.rows, () if saved.is_whole else of_copy)
        hit = [table for table, saved in found.items() if not saved.is_whole]
        _own_up(target, hit, {each: copied_at for each in hit if copied.get(each)})
    return len(hit), put_on_record(target, hit, keys.mends, found[AUDIT], count)


def _copied(folder: StateFolder, key: bytes) -> tuple[datetime | None, Mapping[str, Rows]]:
    """What the copy knows, and since when; of a damaged one, the tables that can be read."""
    path = folder.database(COPY)
    if not path.exists():
        return None, {}
    with disk_errors():
        copied_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with closing(Stubborn(folder, SealedFile(COPY, key))) as copy:
        names = [row["name"] for row in copy.all(_TABLES) or []]
        return copied_at, {name: copy.all(every(name)) or [] for name in names}


def _insert(target: Database, table: str, rows: Rows, others: Rows = ()) -> None:
    # Names of tables and columns are those of our own schema.
    target.rows(f"DELETE FROM {table}")  # noqa: S608 - see above
    for row in (*rows, *others):
        columns = ", ".join(row).replace("rowid_", "rowid", 1)
        slots = ", ".join("?" * len(row))
        target.rows(
            f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({slots})",  # noqa: S608 - see above
            tuple(row.values()),
        )


def _own_up(target: Database, hit: Sequence[str], copied: Mapping[str, datetime | None]) -> None:
    """Make what was filled from the copy fit to go on with, and put on record what was hit."""
    if "numbering" in hit:
        target.rows("UPDATE numbering SET next = ceiling, boot_id = ?", (UNSURE,))
    for table in hit or [CONTROL]:
        note_damage(target, table, copied.get(table))


def _names(database: Database) -> list[str]:
    return [row["name"] for row in database.rows(_TABLES)]
