"""The folder of sealed files: who may use it when, and how a file becomes durable in it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import threading
import time
from contextlib import AbstractContextManager
from os.path import lexists
from pathlib import Path

from kiosk.durable import disk_errors, named, replace_durably, synchronise
from kiosk.ports.records import DiskFull, DiskReadOnly, StateInUse, StoreCorrupt
from kiosk.store.trimming import trimmed

SUBFOLDER = "sealed"
DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""A SQLite database is up to four files; they go together."""

_NAMES_ONLY = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT})
"""What a file system says that knows no file without a name; that, or the folder is gone."""
_PAGE_BYTES = 4096
_VAULT = re.compile(r"(?:vault|twin)-(\d{10})")
_CONTROL = re.compile(r"(control(?:-[0-9a-f]{8})?\.db)(?:-wal|-shm|-journal)?")
_SEALED = re.compile(r"([0-9a-f]{32}\.db)(?:-wal|-shm|-journal)?")
LOCK = "lock"
_LEFTOVER = re.compile(r".*\.new(?:-wal|-shm|-journal)?")
_POLL_S = 0.01


def refusal(folder: Path) -> OSError | None:
    """What the disk answers to one page more, which has no name and is gone at once.

    A file system that shut itself after an error (ext4, errors=remount-ro) need not look so: since
    Linux 6.15 its mount still reads ``rw``, and a file that is open gets EIO; only what is made
    anew is told EROFS.

    Returns:
        Its error; None = it takes the page, or has no files without a name.
    """
    try:
        page = os.open(folder, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            os.write(page, bytes(_PAGE_BYTES))
            os.fsync(page)
        finally:
            os.close(page)
    except OSError as error:
        return None if error.errno in _NAMES_ONLY else error
    return None


def open_lock(path: Path) -> tuple[int, bool]:
    """A file to lock, made when absent.

    Returns:
        Its descriptor, and whether its disk takes writes: on one that can only be read, a file
        that lies there is locked as well.

    Raises:
        OSError: it cannot be made or opened.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), True
    except OSError as error:
        if error.errno != errno.EROFS or not path.exists():
            raise
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC), False


class StateFolder:
    """``sealed`` below the state folder, 0700, with one lock for all processes.

    Every use of a sealed file holds the lock shared; every change of the vault (a month made, a
    month purged) holds it exclusively, so that no process writes to a month that another is
    destroying. Both are held for milliseconds, also by a process that lives for weeks. Threads
    of one process take turns.

    On a disk that can only be read, what lies there is read (ADR 8): nobody holds it exclusively.

    Args:
        state_dir: the state folder, made 0700 when absent; ``sealed`` is made in it likewise.
        patience_s: how long to wait for other processes before StateInUse.
    """

    def __init__(self, state_dir: Path, *, patience_s: float = 5.0) -> None:
        self.path = state_dir / SUBFOLDER
        self._patience_s = patience_s
        self._turn = threading.RLock()
        self._held: int | None = None
        self._depth = 0
        self._hold = 0
        with disk_errors():
            # What is made above the last folder by one call has the mode of the umask.
            state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700, exist_ok=True)
            if self.path.stat().st_mode & 0o077:
                self.path.chmod(0o700)
            self._lock, self.is_writable = open_lock(self.path / LOCK)

    def close(self) -> None:
        """Give up the lock file."""
        with self._turn:
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    def shared(self) -> AbstractContextManager[None]:
        """Use sealed files; nobody changes the vault meanwhile. StateInUse after the patience."""
        return _Hold(self, fcntl.LOCK_SH)

    def exclusive(self) -> AbstractContextManager[None]:
        """Change the vault; nobody uses a sealed file meanwhile. StateInUse after the patience.

        DiskReadOnly where the disk was read-only when the folder was opened.
        """
        return _Hold(self, fcntl.LOCK_EX)

    def take(self, mode: int) -> None:
        """Begin a hold; one within another, of the same thread, is part of it."""
        if mode == fcntl.LOCK_EX and not self.is_writable:
            raise DiskReadOnly(os.strerror(errno.EROFS))
        self._turn.acquire()
        try:
            self._hold_as(mode)
        except BaseException:
            self._turn.release()
            raise
        self._depth += 1

    def _hold_as(self, mode: int) -> None:
        if not self._depth:
            self._flock(mode)
        elif mode == fcntl.LOCK_EX and self._held != mode:
            raise RuntimeError("a shared hold cannot become exclusive: two would wait forever")

    def let_go(self) -> None:
        """End a hold."""
        try:
            self._depth -= 1
            if not self._depth:
                self._held = None
                fcntl.flock(self._lock, fcntl.LOCK_UN)
        finally:
            self._turn.release()

    def may_change(self) -> bool:
        """False while this thread holds the folder shared: it must let go of it first."""
        with self._turn:
            return self._held != fcntl.LOCK_SH

    def takes_nothing(self) -> DiskFull | DiskReadOnly | None:
        """Why nothing can be kept here at present."""
        if not self.is_writable:
            return DiskReadOnly(os.strerror(errno.EROFS))
        refused = refusal(self.path)
        name = named(refused) if refused is not None else None
        return None if isinstance(name, StoreCorrupt) else name

    def is_writable_again(self) -> bool:
        """The disk could only be read when the folder was opened, and takes writes now."""
        if self.is_writable:
            return False
        try:
            lock, is_writable = open_lock(self.path / LOCK)
        except OSError:
            return False
        os.close(lock)
        return is_writable

    @property
    def hold(self) -> int | None:
        """Names seen here at the same hold are still the same; None while nobody holds it.

        Others change names only while we do not hold the folder, we ourselves by our methods.
        """
        return None if self._held is None else self._hold

    def _flock(self, mode: int) -> None:
        deadline = time.monotonic() + self._patience_s
        # flock gives no event with a deadline, so this polls: the lock is another process's.
        while not self._try(mode):
            if time.monotonic() >= deadline:
                raise StateInUse("another program is changing what is kept")
            time.sleep(_POLL_S)
        self._held = mode
        self._hold += 1

    def _try(self, mode: int) -> bool:
        try:
            fcntl.flock(self._lock, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def vault(self, epoch: int) -> Path:
        """Where the vault of an epoch lies."""
        return self.path / f"vault-{epoch:010}"

    def twin(self, epoch: int) -> Path:
        """Where the second copy of the vault of an epoch lies."""
        return self.path / f"twin-{epoch:010}"

    def epochs(self) -> tuple[int, ...]:
        """Epochs of the vaults of which a copy lies here, highest first."""
        found = (_VAULT.fullmatch(name) for name in self._names())
        return tuple(sorted({int(each[1]) for each in found if each}, reverse=True))

    def is_only_vault(self, epoch: int) -> bool:
        """False where another vault may have taken the place of the only one seen here.

        Whoever changes the vault lays the next epoch's before this one goes.
        """
        # Asked at every use of a sealed file: listing the folder costs ten times as much.
        start, twin = f"{self.path}/vault-", f"{self.path}/twin-"
        later = f"{epoch + 1:010}"
        return lexists(f"{start}{epoch:010}") and not (
            lexists(start + later) or lexists(twin + later)
        )

    def sealed(self) -> set[str]:
        """Names of the month and provisional files that lie here, even where only a part does."""
        found = (_SEALED.fullmatch(name) for name in self._names())
        return {each[1] for each in found if each}

    def controls(self) -> set[str]:
        """Names under which control.db lies here: its own, and those of damaged ones."""
        found = (_CONTROL.fullmatch(name) for name in self._names())
        return {each[1] for each in found if each}

    def database(self, name: str) -> Path:
        """Where a sealed database lies."""
        return self.path / name

    def has_leftovers(self) -> bool:
        """True when a write was cut off before its rename."""
        return any(_LEFTOVER.fullmatch(name) for name in self._names())

    def _names(self) -> list[str]:
        with disk_errors():
            # Asked before every use of the vault: a path object each would be most of its cost.
            return os.listdir(self.path)  # noqa: PTH208

    def write(self, target: Path, content: bytes) -> None:
        """Write a whole file so that after any crash it is there entirely or not at all.

        The rename is the commit point; the folder is synchronised too, or the file could be gone
        after a power cut (facts STORE_AND_BOX, key vault).
        """
        self._hold += 1
        with disk_errors():
            replace_durably(target, content)

    def create(self, path: Path) -> None:
        """Make an empty file, 0600, durable by name; -wal and -shm take over its mode."""
        with disk_errors():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            self.synchronise()

    def remove(self, path: Path) -> None:
        """Unlink a database with its companions, or a vault; absent ones are no matter."""
        self._hold += 1
        with disk_errors():
            for suffix in DATABASE_SUFFIXES:
                path.with_name(path.name + suffix).unlink(missing_ok=True)

    def remove_leftovers(self) -> None:
        """Unlink what a cut-off write left."""
        with disk_errors():
            for name in self._names():
                if _LEFTOVER.fullmatch(name):
                    (self.path / name).unlink()

    def anchor(self) -> None:
        """Make the folder itself durable by name, before anything in it is relied upon.

        Else all of it could go with a power cut: synchronising what lies in a folder does not keep
        the folder's own name (found by tests/faults/test_store_power_cut.py).
        """
        with disk_errors():
            synchronise(self.path.parent)
            # Whoever may not look into what lies above did not make the state folder in it.
            with contextlib.suppress(PermissionError):
                synchronise(self.path.parent.parent)

    def trim(self) -> bool:
        """As ``kiosk.store.trimming.trimmed``."""
        return trimmed(self.path)

    def synchronise(self) -> None:
        """Make names made, changed and removed in the folder durable."""
        synchronise(self.path)


class _Hold:
    """A hold of the folder; a generator in its place took longer than what it guards."""

    __slots__ = ("_folder", "_mode")

    def __init__(self, folder: StateFolder, mode: int) -> None:
        self._folder = folder
        self._mode = mode

    def __enter__(self) -> None:
        self._folder.take(self._mode)

    def __exit__(self, *_: object) -> None:
        self._folder.let_go()
