"""What the link remembers: how far the drop folder has come, and which files it wrote there.

No patient data: a cursor, months, and names of files (ids of checks and times).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


class Ledger:
    """Two small files, each durable when a call returns.

    Args:
        folder: of the link; made, 0700, when absent.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._cursor = folder / "cursor"
        self._written = folder / "written"
        self._mount = folder / "mount"
        self._names: dict[str, str] | None = None

    @property
    def cursor(self) -> str | None:
        """How far results were delivered; None = never yet."""
        try:
            return self._cursor.read_text("utf-8")
        except FileNotFoundError:
            return None

    def reached(self, cursor: str) -> None:
        """Put it on record."""
        _replace(self._cursor, cursor)

    def written(self) -> dict[str, str]:
        """Files that were written, with the treatment month of what they hold; a copy."""
        return dict(self._known())

    def _known(self) -> dict[str, str]:
        """Read once: nobody else writes there."""
        if self._names is None:
            self._names = self._read()
        return self._names

    def _read(self) -> dict[str, str]:
        try:
            lines = self._written.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return {}
        # The last line may be half: then its file was not begun.
        return {name: month for month, _, name in (line.partition(" ") for line in lines) if name}

    def about_to_write(self, name: str, month: str) -> None:
        """To be called before a file is written, so that none is ever forgotten."""
        if name in self._known():
            return
        with self._written.open("a", encoding="utf-8") as file:
            file.write(f"{month} {name}\n")
            file.flush()
            os.fsync(file.fileno())
        self._known()[name] = month

    def was_mount(self, drop: Path) -> bool:
        """Whether the drop folder was ever seen as a mount point."""
        try:
            return self._mount.read_text("utf-8") == str(drop)
        except FileNotFoundError:
            return False

    def saw_mount(self, drop: Path) -> None:
        """Put it on record."""
        if not self.was_mount(drop):
            _replace(self._mount, str(drop))

    def forget(self, names: Iterable[str]) -> None:
        """These files are gone."""
        gone = set(names)
        kept = {n: m for n, m in self._known().items() if n not in gone}
        _replace(self._written, "".join(f"{month} {name}\n" for name, month in kept.items()))
        self._names = kept


def _replace(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable; where a share cannot, nothing more can be done."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
