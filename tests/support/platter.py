"""What a power cut leaves on a disk: QEMU's log of the writes, laid onto it as a cut would.

QEMU's ``blklogwrites`` logs every write and every flush in the form of the kernel's dm-log-writes
(Documentation/admin-guide/device-mapper/log-writes.rst). What was written before the last flush is
on the disk. What came after it a disk may have kept, lost, kept up to some point, or kept in part,
by sectors and out of order.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path

SECTOR = 512
_MAGIC = 0x6A736677736872
_SUPER = struct.Struct("<QQQI")
_ENTRY = struct.Struct("<QQQQ")
_FLUSH, _FUA, _DISCARD = 1, 2, 4
_ALL_FLAGS = 15
_ZEROS = bytes(SECTOR)


class Fate(StrEnum):
    """What becomes of the writes that no flush followed."""

    LOST = "lost"
    KEPT = "kept"
    UP_TO = "up to some point"
    TORN = "torn"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the machine did to its disk.

    Args:
        at: byte on the disk.
        size: bytes.
        flags: as the log has them.
        content: where in the log the bytes are.
    """

    at: int
    size: int
    flags: int
    content: int

    @property
    def is_flush(self) -> bool:
        return bool(self.flags & _FLUSH)

    @property
    def is_write(self) -> bool:
        return self.size > 0 and not self.flags & _DISCARD


@dataclass(frozen=True, slots=True)
class Cut:
    """What one cut did.

    Args:
        fate: of what was not flushed.
        flushes: how many the log held.
        safe: writes before the last of them.
        loose: writes after it.
        kept: of the loose, sectors that came to the disk.
        lost: of the loose, sectors that did not.
    """

    fate: Fate
    flushes: int
    safe: int
    loose: int
    kept: int
    lost: int


def new_log(path: Path, size: int) -> None:
    """An empty file for the log, as sparse as can be."""
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def lay(log: Path, disk: Path, fate: Fate, chance: random.Random) -> Cut:
    """Lay the writes of a log onto its disk, as if the power had gone at its end."""
    with log.open("rb") as source, disk.open("r+b") as target:
        done = list(_entries(source.fileno(), disk.stat().st_size))
        flushes = [turn for turn, entry in enumerate(done) if entry.is_flush]
        end = flushes[-1] + 1 if flushes else 0
        loose = [entry for entry in done[end:] if entry.is_write]
        safe = [entry for entry in done[:end] if entry.is_write]
        kept = list(chain.from_iterable(_kept(loose, fate, chance)))
        for at, size, content in chain(((each.at, each.size, each.content) for each in safe), kept):
            _copy(source.fileno(), target.fileno(), content, at, size)
        os.fsync(target.fileno())
    stayed = sum(size for _, size, _ in kept) // SECTOR
    lost = sum(each.size for each in loose) // SECTOR - stayed
    return Cut(fate, len(flushes), len(safe), len(loose), stayed, lost)


def _kept(
    loose: Sequence[Entry], fate: Fate, chance: random.Random
) -> Iterator[list[tuple[int, int, int]]]:
    """Of each loose write, the pieces that stay: place, size, place in the log."""
    point = chance.randint(0, len(loose))
    for turn, each in enumerate(loose):
        whole = [(each.at, each.size, each.content)]
        if each.flags & _FUA or fate is Fate.KEPT or (fate is Fate.UP_TO and turn < point):
            yield whole
        elif fate is Fate.TORN:
            yield [
                (each.at + at, SECTOR, each.content + at)
                for at in range(0, each.size, SECTOR)
                if chance.random() < 0.5
            ]


def _copy(source: int, target: int, from_: int, to: int, size: int) -> None:
    os.pwrite(target, os.pread(source, size, from_), to)


def _entries(log: int, disk: int) -> Iterator[Entry]:
    magic, version, _, sector = _SUPER.unpack(os.pread(log, _SUPER.size, 0))
    assert (magic, version, sector) == (_MAGIC, 1, SECTOR), "no log of writes"
    at, end = SECTOR, _data_end(log)
    while at < end:
        entry = _entry(log, at, disk)
        if entry is None:
            # Killed while this write was under way: nobody was told that it was done.
            at += SECTOR
            continue
        yield entry
        at = entry.content + (entry.size if not entry.flags & _DISCARD else 0)


def _entry(log: int, at: int, disk: int) -> Entry | None:
    head = os.pread(log, SECTOR, at)
    place, count, flags, more = _ENTRY.unpack_from(head)
    is_one = (
        (flags or count)
        and flags <= _ALL_FLAGS
        and more == 0
        and (place + count) * SECTOR <= disk
        and head[_ENTRY.size :] == _ZEROS[_ENTRY.size :]
    )
    return Entry(place * SECTOR, count * SECTOR, flags, at + SECTOR) if is_one else None


def _data_end(log: int) -> int:
    """Where the last byte that was written is, to its block's end."""
    at = 0
    while True:
        try:
            at = os.lseek(log, os.lseek(log, at, os.SEEK_DATA), os.SEEK_HOLE)
        except OSError:
            return at
