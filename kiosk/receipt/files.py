"""Files in the drop folder: whole or not at all, never over another; on the share, not under it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from kiosk.plain_files import open_plain
from kiosk.ports.exports import DropUnreachable
from kiosk.receipt.ledger import Ledger, sync_folder

_PART = ".madoguchi-part"
NOT_TO_BE_READ = frozenset({errno.EINVAL, errno.ELOOP, errno.EACCES, errno.EPERM})
"""A pipe, a folder, a link, or not for us: one such name is no reason to give the folder up."""
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class DropFiles:
    """What the kiosk writes to one folder and takes away from it again.

    Args:
        folder: shared with a receipt computer; it may come and go.
        ledger: remembers what was written.
    """

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder
        self._ledger = ledger

    def must_be_there(self) -> None:
        """DropUnreachable where the share is not; under its mount point lies a folder of the box.

        A folder that was once seen as a mount point must be one ever after.
        """
        if not self._folder.is_dir():
            raise DropUnreachable("no such folder")
        if self._folder.is_mount():
            self._ledger.saw_mount(self._folder)
        elif self._ledger.was_mount(self._folder):
            raise DropUnreachable("not mounted")

    def remove_left_parts(self) -> None:
        """What a power cut left half written; a folder of such a name is not ours."""
        for left in self._folder.glob(f".*{_PART}"):
            if left.is_symlink() or not left.is_dir():
                left.unlink(missing_ok=True)

    def remove(self, names: Iterable[str]) -> None:
        """Delete and forget; some may have been taken already."""
        gone = list(names)
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
        self._ledger.forget(gone)

    def lay(self, name: str, month: str, content: bytes) -> bool:
        """False where another file has the name: that one stays as it is.

        Raises:
            DropUnreachable: the share went away meanwhile; nothing of it is left on the box.
            OSError: it cannot be written.
        """
        target, part = self._folder / name, self._folder / f".{name}{_PART}"
        if os.path.lexists(target):
            return self._is_the_same(target, content)
        self._ledger.about_to_write(name, month)
        # The name can be guessed: what lies there, a link perhaps to a file of ours, is not
        # written through.
        part.unlink(missing_ok=True)
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        is_named = _name_once(part, target)
        sync_folder(self._folder)
        try:
            self.must_be_there()
        except DropUnreachable:
            target.unlink(missing_ok=True)
            raise
        return is_named or self._is_the_same(target, content)

    @staticmethod
    def _is_the_same(target: Path, content: bytes) -> bool:
        """It was laid down before a power cut, or by a second link."""
        try:
            with open_plain(target, through_links=False) as opened:
                return opened.read(len(content) + 1) == content
        except OSError as error:
            if error.errno in NOT_TO_BE_READ:
                return False
            raise


def _name_once(part: Path, target: Path) -> bool:
    """A link fails where the name is taken; a rename would overwrite."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        part.unlink()
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # FAT and some shares have no links: nobody else writes names of ours.
        part.rename(target)
    else:
        part.unlink()
    return True
