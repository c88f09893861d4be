"""One sealed SQLite file: opened, kept durable, its errors named.

``sqlite_utils`` costs a short command a tenth of a second on a desktop, so it is loaded only when
a migration has to run (``Database.toolbox``); everything else is plain SQL.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3.dbapi2 as sqlcipher

from kiosk.durable import disk_errors, named
from kiosk.ports.records import DiskFull, DiskReadOnly, StateInUse, StoreCorrupt
from kiosk.store.folder import StateFolder, refusal

if TYPE_CHECKING:
    import sqlite_utils

Row = dict[str, Any]
Values = Sequence[str | int | float | bytes | None]

BUSY_MS = 5000
_PRAGMAS = (
    # The file format of SQLCipher 4, whatever the library's default becomes one day.
    "cipher_compatibility = 4",
    # Readers and one writer at a time do not block one another, and with FULL nothing is lost.
    "journal_mode = WAL",
    # Every commit is flushed: of WAL + NORMAL half the acknowledged rows went with the power
    # (facts STORE_AND_BOX, Power cuts).
    "synchronous = FULL",
    # What SQLite sorts or spills aside never reaches the disk in the clear.
    "temp_store = MEMORY",
    # Another process's transaction is waited for, not an error; they last milliseconds.
    f"busy_timeout = {BUSY_MS}",
)
_PRAGMAS_TO_READ = (
    "cipher_compatibility = 4",
    # The index of the write-ahead log is kept in memory: a -shm file could not be made.
    "locking_mode = EXCLUSIVE",
    "temp_store = MEMORY",
)
_BASE_CODE = 0xFF
_SHARED_MEMORY_BYTES = 32768
"""Least room SQLite asks for at once, for its -shm file; it calls the lack of it an I/O error."""
_LEAST_ROOM = 8 * _SHARED_MEMORY_BYTES
"""For that of every file a kiosk has open at a time; what one has not touched looks free to all."""
_STAT_BLOCK = 512
"""Unit of ``st_blocks``, whatever the file system's own blocks are; stat(2)."""


class DatabaseErrors:
    """Names the library's errors; every statement passes here, a generator would cost as much.

    Raises:
        DiskFull, DiskReadOnly, StateInUse, StoreCorrupt: see ``kiosk.ports.records``.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        # A broken rule of our own tables (IntegrityError) is a bug of ours, not of the disk.
        if isinstance(error, sqlcipher.DatabaseError) and not isinstance(
            error, sqlcipher.IntegrityError
        ):
            named = _named(getattr(error, "sqlite_errorcode", 0) & _BASE_CODE, self._path)
            if named is not None:
                raise named from error


def _named(code: int, path: Path) -> DiskFull | DiskReadOnly | StateInUse | StoreCorrupt | None:
    match code:
        case sqlcipher.SQLITE_FULL:
            return DiskFull("no room for the database")
        case sqlcipher.SQLITE_READONLY:
            return DiskReadOnly("the database cannot be written")
        case sqlcipher.SQLITE_BUSY | sqlcipher.SQLITE_LOCKED | sqlcipher.SQLITE_PROTOCOL:
            return StateInUse("another program holds the database")
        case sqlcipher.SQLITE_CORRUPT | sqlcipher.SQLITE_NOTADB:
            return StoreCorrupt("a sealed file is damaged or its key is another")
        case sqlcipher.SQLITE_IOERR | sqlcipher.SQLITE_CANTOPEN:
            return _ailment(path)
    return None


def _ailment(path: Path) -> DiskFull | DiskReadOnly | StoreCorrupt:
    """What lies behind an I/O error: SQLite does not pass on the system's own word."""
    with disk_errors():
        disk = os.statvfs(path.parent)
    if disk.f_flag & os.ST_RDONLY or not os.access(path.parent, os.W_OK):
        return DiskReadOnly("the disk cannot be written")
    if disk.f_bavail * disk.f_frsize < _SHARED_MEMORY_BYTES:
        return DiskFull("no room for the database")
    refused = refusal(path.parent)
    if refused is not None:
        return named(refused)
    return StoreCorrupt("the disk cannot read or write a sealed file")


def _make_sure_of_room(path: Path) -> None:
    """Shared memory needs its room before it is mapped.

    SQLite writes one byte a page to see whether there is room; where the disk's blocks are smaller
    than a page (ext4 below 512 MiB: 1 KiB), the rest of the page has none, and touching it on a
    full disk ends the process by SIGBUS.

    Raises:
        DiskFull: there is none.
    """
    shared = path.with_name(path.name + "-shm")
    with disk_errors():
        laid = shared.stat().st_blocks * _STAT_BLOCK if shared.exists() else 0
        disk = os.statvfs(path.parent)
    if laid < _SHARED_MEMORY_BYTES and disk.f_bavail * disk.f_frsize < _LEAST_ROOM:
        raise DiskFull("no room for the database")


def _to_read(path: Path) -> str:
    """URI of a file on a disk that takes nothing (sqlite.org/uri.html, sqlite.org/wal.html).

    With a write-ahead log what it holds is read too, and nothing is locked, for nobody can write.
    Without one SQLite would want to make it, unless it is told that the file cannot change.
    """
    has_log = path.with_name(path.name + "-wal").exists()
    how = "mode=ro&vfs=unix-none" if has_log else "immutable=1"
    return f"{path.absolute().as_uri()}?{how}"


class Database:
    """A sealed file, open; threads take turns.

    Args:
        path: the file; it must exist, an empty one becomes a database.
        key: 32 bytes, used as they are (a passphrase would cost 256,000 rounds at every opening).
        is_writable: False = its disk can only be read; every write raises DiskReadOnly.

    Raises:
        StoreCorrupt: damaged, or the key is another.
        DiskFull, DiskReadOnly: SQLite could not lay out its companions.
    """

    def __init__(self, path: Path, key: bytes, *, is_writable: bool = True) -> None:
        self._turn = threading.RLock()
        self._is_writable = is_writable
        self._open(path, key)

    def _open(self, path: Path, key: bytes) -> None:
        self.path = path
        if self._is_writable:
            _make_sure_of_room(path)
        with DatabaseErrors(path), ExitStack() as undo:
            self._connection = sqlcipher.connect(
                str(path) if self._is_writable else _to_read(path),
                uri=not self._is_writable,
                isolation_level=None,
                check_same_thread=False,
            )
            undo.callback(self._connection.close)
            self._unlock(key)
            undo.pop_all()

    def _unlock(self, key: bytes) -> None:
        # The library writes its own log to stderr; what it has to say comes as an error.
        self._connection.execute("PRAGMA cipher_log_level = NONE")
        self._connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in _PRAGMAS if self._is_writable else _PRAGMAS_TO_READ:
            self._connection.execute(f"PRAGMA {pragma}").fetchall()

    def close(self) -> None:
        """Close; the last to do so folds the write-ahead log in."""
        with self._turn:
            self._connection.close()

    def abandon(self) -> None:
        """Close without a flush; only for a file that the vault no longer knows."""
        with self._turn:
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.close()

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row of one statement, by column name."""
        with self._turn, DatabaseErrors(self.path):
            cursor = self._connection.execute(sql, values)
            found = cursor.fetchall()
            names = [each[0] for each in cursor.description or ()]
            return [dict(zip(names, each, strict=True)) for each in found]

    def change(self, sql: str, values: Values) -> int:
        """Run one statement that changes rows, in a transaction; how many it changed."""
        with self._turn, DatabaseErrors(self.path):
            return int(self._connection.execute(sql, values).rowcount)

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of one statement."""
        return next(iter(self.rows(sql, values)), None)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when it ends without an exception.

        IMMEDIATE, because a transaction that reads and then writes would fail at once where
        another process wrote in between; this one waits at its beginning.
        """
        with self._turn, DatabaseErrors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def revoking(self) -> AbstractContextManager[None]:
        """A transaction that takes rows away which no copy may ever bring back."""
        return self.transaction()

    def salvage(self) -> bool:
        """Put a fresh file in the place of a damaged one; False: nobody mends this one."""
        return False

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """Commits inside need not survive a power cut (they do survive a dead process)."""
        with self._turn, DatabaseErrors(self.path):
            self._connection.execute("PRAGMA synchronous = NORMAL")
            try:
                yield
            finally:
                self._connection.execute("PRAGMA synchronous = FULL")

    def toolbox(self) -> sqlite_utils.Database:
        """``sqlite_utils`` over this connection."""
        # It must find SQLCipher where it looks for its SQLite, before it is imported: else
        # RETURNING, alter and unique index names break (facts STORE_AND_BOX).
        sys.modules.setdefault("pysqlite3", sqlcipher)
        sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher)
        import sqlite_utils  # noqa: PLC0415  # costs a tenth of a second, needed once a month

        return sqlite_utils.Database(
            self._connection, recursive_triggers=False, execute_plugins=False
        )


def open_database(folder: StateFolder, name: str, key: bytes) -> Database:
    """Open a sealed file of the folder, making it when absent."""
    path = folder.database(name)
    if not path.exists():
        folder.create(path)
    return Database(path, key, is_writable=folder.is_writable)
