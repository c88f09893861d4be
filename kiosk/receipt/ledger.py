"""What the link remembers: how far the drop folder has come, and which files it wrote there.

No patient data: a cursor, months, and names of files (ids of checks and times).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
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
        """Files that were written, with the treatment month of what they hold."""
        try:
            lines = self._written.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return {}
        # The last line may be half: then its file was not begun.
        return {name: month for month, _, name in (line.partition(" ") for line in lines) if name}

    def about_to_write(self, name: str, month: str) -> None:
        """To be called before a file is written, so that none is ever forgotten."""
        with self._written.open("a", encoding="utf-8") as file:
            file.write(f"{month} {name}\n")
            file.flush()
            os.fsync(file.fileno())

    def forget(self, names: Iterable[str]) -> None:
        """These files are gone."""
        gone = set(names)
        kept: Mapping[str, str] = {n: m for n, m in self.written().items() if n not in gone}
        _replace(self._written, "".join(f"{month} {name}\n" for name, month in kept.items()))


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
