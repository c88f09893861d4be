"""What lies on the USB sticks of this box, for who sets it up at its screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

STICKS = (Path("/run/madoguchi-stick"), Path("/media"))
"""Where a stick is seen: as the package lays it out, and as a desktop does."""
_DEEP = 4
_MOST = 2000
"""Entries looked at: a stick full of photographs must not hold up the set-up."""


def files_on(folders: Iterable[Path], ending: str) -> list[Path]:
    """Files of one kind, the newest first.

    Args:
        folders: below which sticks are seen; one that is not there has none.
        ending: e.g. ".pdf", in any case.
    """
    found = [
        each
        for folder in folders
        for each in _below(folder)
        if each.suffix.lower() == ending and not each.name.startswith(".")
    ]
    return sorted(found, key=_changed_at, reverse=True)


def _below(folder: Path) -> Iterator[Path]:
    left = _MOST
    waiting = [(folder, 0)]
    while waiting and left > 0:
        at, depth = waiting.pop()
        for each in _entries(at):
            left -= 1
            if each.is_symlink():
                continue
            if each.is_file():
                yield each
            elif depth < _DEEP and each.is_dir():
                waiting.append((each, depth + 1))


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        # Not there, taken away while it is read, or not ours to see.
        return []


def _changed_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
