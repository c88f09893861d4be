"""A box in a container whose root lies on a drive of its own, and its plug.

The kernel, and so ext4 and its journal, is this machine's, and nothing is translated: a cut takes
seconds of a processor where one of ``tests.support.guest`` takes minutes. What the drive was not
told to flush when the plug goes, this machine's cache may still know: it is thrown away with it.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.box import Box, run_tool
from tests.support.drive import NODE, Drive
from tests.support.guest import answers
from tests.support.platter import Cut, Fate

TOOLS = ("qemu-storage-daemon", "qemu-img", "mke2fs", "losetup")
_PATIENCE_S = 120.0
_LOOK_AGAIN_S = 0.1
_REPAIRED = (0, 1)
"""How ``e2fsck -p`` ends where the box may go on."""


def missing() -> str | None:
    """Why no such box can run here; None when one can."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking or not Path("/dev/fuse").exists():
        return f"{', '.join(lacking) or '/dev/fuse'} missing: apt-get install qemu-utils e2fsprogs"
    return None


@dataclass
class BoxOnDrive:
    """One box; its drive stays from boot to boot.

    Args:
        folder: for its root, log and drive.
        drive: of the box.
        reader_port: where vpcd listens in it.
        boots: seconds from power to the desk, each.
    """

    folder: Path
    drive: Drive
    reader_port: int = 0
    boots: list[float] = field(default_factory=list)
    _box: Box | None = None
    _daemon: subprocess.Popen[bytes] | None = None
    _loop: str = ""

    @property
    def desk(self) -> Path:
        """The desk of kioskd."""
        assert self._box is not None
        return self._box.path("/run/madoguchi/desk.sock")

    def make_disk(self, root: Path) -> None:
        """A drive with a file system of this content."""
        self.drive.make(root)

    def boot(self) -> None:
        """Switch on; returns when the desk answers."""
        root = self.folder / "root"
        root.mkdir(exist_ok=True)
        self._plug_in()
        began = time.monotonic()
        done = run_tool("e2fsck", "-p", self._loop, check=False)
        assert done.returncode in _REPAIRED, done.stdout + done.stderr
        run_tool("mount", "-o", "errors=remount-ro", self._loop, str(root))
        self._box = Box(root, self.folder / "console.log")
        self._box.boot()
        self._box.until(lambda: answers(self.desk), "the desk answers")
        self.boots.append(time.monotonic() - began)

    def cut_the_power(self, fate: Fate, chance: random.Random) -> Cut:
        """As the plug does, in the middle of a write if one comes soon.

        The drive goes first: nothing that is written afterwards comes to it.
        """
        assert self._daemon is not None
        assert self._box is not None
        self.drive.await_write()
        self._daemon.kill()
        self._box.cut_the_power()
        self._unplug()
        return self.drive.lose_power(fate, chance)

    def switch_off(self) -> None:
        """At the end, whatever state it is in."""
        if self._daemon is None:
            return
        self._daemon.kill()
        if self._box is not None:
            self._box.cut_the_power()
        self._unplug()

    def _plug_in(self) -> None:
        """The drive as a file, and that as a block device of this kernel."""
        file = self.folder / "drive"
        file.touch()
        export = f"type=fuse,id=plug,node-name={NODE},mountpoint={file},writable=on"
        command = ["qemu-storage-daemon", *self.drive.arguments(), "--export", export]
        self._daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + _PATIENCE_S
        while not os.path.ismount(file):
            assert self._daemon.poll() is None, "qemu-storage-daemon ended"
            assert time.monotonic() < deadline, "the drive came up"
            time.sleep(_LOOK_AGAIN_S)
        self._loop = run_tool("losetup", "--find", "--show", str(file)).stdout.strip()

    def _unplug(self) -> None:
        assert self._daemon is not None
        self._daemon.wait()
        for command in (
            ("umount", "--lazy", str(self.folder / "root")),
            ("losetup", "--detach", self._loop),
            ("umount", "--lazy", str(self.folder / "drive")),
        ):
            run_tool(*command, check=False)
        self._box, self._daemon = None, None
