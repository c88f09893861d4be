"""A small ext4 of its own on a loop device, that fills up and turns read-only like a worn card."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

SIZE = 8 << 20
_PIECE = bytes(1 << 16)


def _run(*command: str | Path, ends: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in ends:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout


@dataclass(frozen=True, slots=True)
class LoopDisk:
    """A disk that is mounted.

    Args:
        image: the file it lies in.
        place: where it is mounted.
    """

    image: Path
    place: Path

    def put_in(self) -> None:
        """Mount it; like Debian, it turns read-only at an error it finds in itself."""
        _run("mount", "-o", "loop,errors=remount-ro", self.image, self.place)

    def take_out(self) -> None:
        """Unmount it, also below somebody's feet."""
        _run("umount", "-l", self.place)

    def wear_out(self) -> None:
        """Have the kernel find an error, as on a worn card: from now on it takes no write.

        Files open for writing hinder ``remount,ro``; they do not hinder this.
        """
        device = Path(_run("findmnt", "-no", "SOURCE", self.place).strip()).name
        switch = Path("/sys/fs/ext4", device, "trigger_fs_error")
        if not switch.exists():
            pytest.skip("this kernel has no trigger_fs_error")
        switch.write_text("1")

    def mend(self) -> None:
        """Look it through and mend it, while it is out."""
        # It ends with 1: something was mended.
        _run("e2fsck", "-fy", self.image, ends=(0, 1))

    def fill(self) -> None:
        """Something else eats every byte of it."""
        # What was removed is free only once the journal says so: that would be room again, later.
        _run("sync", "-f", self.place)
        with (self.place / "filler").open("wb", buffering=0) as filler:
            # A piece that does not fit whole leaves room for a folder and a few files.
            for piece in (_PIECE, _PIECE[:1024]):
                with suppress(OSError):
                    while True:
                        filler.write(piece)
                # Blocks promised to what is not written out yet are free again once it is.
                with suppress(OSError):
                    os.fsync(filler.fileno())

    def clear(self) -> None:
        """Room again."""
        (self.place / "filler").unlink()

    def remount(self, option: str) -> None:
        """``ro`` or ``rw``; nothing on it may be open for writing."""
        _run("mount", "-o", f"remount,{option}", self.place)


@contextmanager
def loop_disk(image: Path, place: Path) -> Iterator[LoopDisk]:
    """Mount a fresh disk at a folder; the test is skipped where nobody may."""
    if os.geteuid() != 0 or not all(shutil.which(each) for each in ("mkfs.ext4", "losetup")):
        pytest.skip("only root may mount a disk, with e2fsprogs and losetup")
    with image.open("wb") as file:
        file.truncate(SIZE)
    # No room kept back for root: full is full for kioskd, too.
    _run("mkfs.ext4", "-q", "-m", "0", "-J", "size=1", image)
    disk = LoopDisk(image, place)
    try:
        disk.put_in()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop device here: {error.stderr.strip()}")
    try:
        yield disk
    finally:
        disk.take_out()
