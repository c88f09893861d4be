"""Every state a power cut can leave of a folder, rebuilt from a log of what was done to it.

``write_log.py`` logs what a program does. Whatever was not synchronised when the power went may be
on the disk or not, in any order, a write also by sectors. Two models say what synchronising means:

- POSIX: fsync of a file keeps its content, fsync of a folder the names in it, and nothing else.
- ext4 (data=ordered): names change in order through one journal, and every fsync of anything
  carries the journal to the disk up to that point; content only with the file's own fsync.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

SECTOR = 512
_RECORD = struct.Struct("=ciqII")
_MOST_FRUITLESS = 20
"""Rounds without a state that was not seen before: then there are hardly any more."""

Content = dict[str, bytes | None]
"""Path below the folder to content; None = a folder."""


class Model(StrEnum):
    """What a file system promises."""

    POSIX = "posix"
    EXT4 = "ext4"


class Loss(StrEnum):
    """Which of the changes that nobody synchronised are on the disk."""

    ALL = "all"
    NOTHING = "nothing"
    AFTER = "after"
    """Those after some point."""
    TORN = "torn"
    """Any, and of a write any of its sectors."""
    HOLLOW = "hollow"
    """Those before some point; of a write past the end some sectors are on the disk, the others
    read as zeros: the length was kept and the content not. What lay there before is never zeros.
    On ext4 a length follows its content (data=ordered, with delayed
    allocation), so there it is cut off instead."""


@dataclass(eq=False, slots=True)
class Thing:
    """A file or folder, under whatever name."""

    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes into a file."""

    of: Thing
    at: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A file made shorter or longer."""

    of: Thing
    size: int


@dataclass(frozen=True, slots=True)
class Naming:
    """Names that change at once; None = gone."""

    names: Mapping[str, Thing | None]


@dataclass(frozen=True, slots=True)
class Sync:
    """A file's content, or a folder's names (by its path), made durable."""

    of: Thing
    path: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What the program said was done."""

    line: str


Change = Write | Cut | Naming
Step = Change | Sync | Promise


class Reading:
    """A log as steps.

    Args:
        before: the folder before the program began.
    """

    def __init__(self, before: Content) -> None:
        self.names = {path: Thing(content is None) for path, content in before.items()}
        self.names[""] = Thing(is_folder=True)
        self._open: dict[int, tuple[Thing, str]] = {}

    def steps(self, log: bytes) -> Iterator[Step]:
        """In the order in which they were done; a record cut off at the end is left out."""
        at = 0
        while at + _RECORD.size <= len(log):
            op, fd, number, text_length, byte_length = _RECORD.unpack_from(log, at)
            middle = at + _RECORD.size + text_length
            text = log[at + _RECORD.size : middle].decode()
            at = middle + byte_length
            if at <= len(log):
                yield from self._step(op, fd, number, text, log[middle:at])

    def _step(self, op: bytes, fd: int, number: int, text: str, content: bytes) -> Iterator[Step]:
        match op:
            case b"M":
                yield from map(Promise, content.decode().splitlines())
            case b"O":
                yield from self._opened(fd, text, is_cut=bool(number))
            case b"W":
                yield Write(self._open[fd][0], number, content)
            case b"T":
                yield Cut(self._open[fd][0], number)
            case b"S":
                yield Sync(*self._open[fd])
            case b"D":
                yield self._named({text: Thing(is_folder=True)})
            case b"U":
                yield self._named({text: None})
            case b"R":
                yield self._named({text: None, content.decode(): self.names[text]})

    def _opened(self, fd: int, path: str, *, is_cut: bool) -> Iterator[Step]:
        if path not in self.names:
            yield self._named({path: Thing()})
        self._open[fd] = (self.names[path], path)
        if is_cut:
            yield Cut(self.names[path], 0)

    def _named(self, names: Mapping[str, Thing | None]) -> Naming:
        _name(self.names, names)
        return Naming(names)


def _name(names: dict[str, Thing], changes: Mapping[str, Thing | None]) -> None:
    for path, thing in changes.items():
        if thing is None:
            names.pop(path, None)
        else:
            names[path] = thing


@dataclass
class Disk:
    """What is certainly on the disk, and what may be.

    Args:
        names: durable.
        content: durable.
        pending: changes that nobody has synchronised, in order.
    """

    names: dict[str, Thing]
    content: dict[Thing, bytes]
    pending: list[Change] = field(default_factory=list)

    def take(self, step: Step, model: Model) -> None:
        """One step more."""
        match step:
            case Sync():
                kept = [each for each in self.pending if _is_kept(each, step, model)]
                self.pending = [each for each in self.pending if each not in kept]
                for each in kept:
                    self.apply(each)
            case Write() | Cut() | Naming():
                self.pending.append(step)

    def apply(self, change: Change) -> None:
        """Carry a change to the disk."""
        match change:
            case Naming(names):
                _name(self.names, names)
            case Cut(thing, size):
                self.content[thing] = self.content.get(thing, b"")[:size].ljust(size, b"\0")
            case Write(thing, at, content):
                old = self.content.get(thing, b"").ljust(at, b"\0")
                self.content[thing] = old[:at] + content + old[at + len(content) :]

    def copy(self) -> Disk:
        """To try something out on."""
        return Disk(dict(self.names), dict(self.content))

    def folder(self) -> Content:
        """What is there after the next start."""
        return {
            path: None if thing.is_folder else self.content.get(thing, b"")
            for path, thing in self.names.items()
            if path and self._is_reachable(path)
        }

    def _is_reachable(self, path: str) -> bool:
        return all(str(each) in self.names for each in Path(path).parents if each != Path())


def _is_kept(change: Change, sync: Sync, model: Model) -> bool:
    if isinstance(change, Naming):
        below = {str(Path(path).parent) for path in change.names}
        return model is Model.EXT4 or (sync.of.is_folder and (sync.path or ".") in below)
    return change.of is sync.of


@dataclass(frozen=True)
class Remains:
    """What one power cut leaves.

    Args:
        folder: as found at the next start.
        promises: what the program had said.
        story: how it came about.
    """

    folder: Content
    promises: Sequence[str]
    story: str


def remains(
    before: Content, log: bytes, *, wanted: int, rng: random.Random, models: Sequence[Model]
) -> Iterator[Remains]:
    """Distinct states, at most so many, from cuts all along the log.

    Args:
        before: the folder before the program began; durable.
        log: as ``write_log.c`` wrote it.
        wanted: how many.
        rng: which of them.
        models: of the file system.
    """
    reading = Reading(before)
    start = Disk(
        dict(reading.names), {reading.names[path]: each or b"" for path, each in before.items()}
    )
    steps = list(reading.steps(log))
    seen: set[int] = set()
    fruitless = 0
    # Around and around: few wanted states lie all along the log too.
    while wanted > 0 and fruitless < _MOST_FRUITLESS:
        at_begin = len(seen)
        for each in _once_along(start, steps, rng, models):
            key = hash((frozenset(each.folder.items()), *each.promises))
            if key in seen:
                continue
            seen.add(key)
            yield each
            wanted -= 1
            if wanted == 0:
                return
        fruitless = fruitless + 1 if len(seen) == at_begin else 0


def _once_along(
    start: Disk, steps: Sequence[Step], rng: random.Random, models: Sequence[Model]
) -> Iterator[Remains]:
    """One state a cut and model, the cuts in any order."""
    cuts = [(at, model) for at in range(len(steps) + 1) for model in models]
    rng.shuffle(cuts)
    for at, model in cuts:
        disk, promises = start.copy(), []
        for step in steps[:at]:
            disk.take(step, model)
            if isinstance(step, Promise):
                promises.append(step.line)
        loss = rng.choice(list(Loss))
        yield Remains(_survivors(disk, loss, model, rng), promises, f"{model} {loss} at {at}")


def _survivors(disk: Disk, loss: Loss, model: Model, rng: random.Random) -> Content:
    after = disk.copy()
    pending = disk.pending
    if loss is Loss.HOLLOW:
        sizes = {thing: len(content) for thing, content in disk.content.items()}
        chosen = _hollowed(pending[: rng.randint(0, len(pending))], model, rng, sizes)
    else:
        chosen = list(_chosen(pending, loss, model, rng))
    for change in chosen:
        after.apply(change)
    return after.folder()


def _chosen(
    pending: Sequence[Change], loss: Loss, model: Model, rng: random.Random
) -> Sequence[Change]:
    match loss:
        case Loss.ALL:
            return ()
        case Loss.NOTHING:
            return pending
        case Loss.AFTER:
            return pending[: rng.randint(0, len(pending))]
    names = [each for each in pending if isinstance(each, Naming)]
    # ext4 keeps the order of names.
    journal = names[: rng.randint(0, len(names))]
    chosen: list[Change] = []
    for each in pending:
        if isinstance(each, Naming):
            is_there = each in journal if model is Model.EXT4 else rng.random() < 0.5
            chosen += [each] if is_there else []
        elif isinstance(each, Write):
            chosen += [part for part in _sectors(each) if rng.random() < 0.5]
        elif rng.random() < 0.5:
            chosen.append(each)
    return chosen


def _hollowed(
    changes: Sequence[Change], model: Model, rng: random.Random, sizes: dict[Thing, int]
) -> list[Change]:
    """Sizes: of the files as they are certainly on the disk."""
    chosen: list[Change] = []
    for each in changes:
        if not isinstance(each, Write):
            if isinstance(each, Cut):
                sizes[each.of] = min(sizes.get(each.of, 0), each.size)
            chosen.append(each)
            continue
        parts = list(_sectors(each))
        if model is Model.EXT4:
            chosen += parts[: rng.randint(0, len(parts))]
        else:
            size = sizes.get(each.of, 0)
            chosen += [part if rng.random() < 0.5 else _beyond(part, size) for part in parts]
    return chosen


def _beyond(write: Write, size: int) -> Write:
    """Zeros where the file was not as long before; in it, what lay there is still there."""
    at = max(write.at, size)
    return Write(write.of, at, bytes(max(0, write.at + len(write.content) - at)))


def _sectors(write: Write) -> Iterator[Write]:
    at = write.at
    while at < write.at + len(write.content):
        end = min((at // SECTOR + 1) * SECTOR, write.at + len(write.content))
        yield Write(write.of, at, write.content[at - write.at : end - write.at])
        at = end


def content_of(folder: Path) -> Content:
    """A folder as it lies; shared memory is made anew after a crash."""
    return {
        str(each.relative_to(folder)): None if each.is_dir() else each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if not each.name.endswith("-shm")
    }


def lay_out(content: Content, folder: Path) -> None:
    """Write a folder down."""
    folder.mkdir()
    for path, each in sorted(content.items()):
        target = folder / path
        if each is None:
            target.mkdir()
        else:
            target.write_bytes(each)
