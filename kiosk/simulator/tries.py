"""How many PIN tries a simulated card has left, and where that is kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

PIN_TRIES = 3


class TriesCounter(Protocol):
    """The counter inside a card; what was written survives the loss of power."""

    def read(self) -> int:
        """Tries left, 0 = blocked."""

    def write(self, left: int) -> None:
        """Durable when it returns."""


class MemoryTries:
    """A counter that lives as long as the object.

    Args:
        left: tries at the beginning.
    """

    def __init__(self, left: int = PIN_TRIES) -> None:
        self._left = left

    def read(self) -> int:
        """As ``TriesCounter.read``."""
        return self._left

    def write(self, left: int) -> None:
        """As ``TriesCounter.write``."""
        self._left = left


class FileTries:
    """A counter in a file of one number; a missing file is a card never tried.

    Args:
        path: of the file; its folder must be there.
        most: tries of a card never tried.
    """

    def __init__(self, path: Path, most: int = PIN_TRIES) -> None:
        self._path = path
        self._most = most

    def read(self) -> int:
        """As ``TriesCounter.read``.

        Raises:
            ValueError: the file holds something else.
        """
        try:
            return int(self._path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return self._most

    def write(self, left: int) -> None:
        """As ``TriesCounter.write``: written aside, synced, renamed, folder synced."""
        aside = self._path.with_name(f"{self._path.name}.new")
        with aside.open("w", encoding="ascii") as file:
            file.write(f"{left}\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
