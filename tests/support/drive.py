"""A drive whose plug can be pulled: QEMU's block layer logs what is written and flushed to it.

What lies on it after a cut is what a disk would still know (``tests.support.platter``), not what
this machine's cache does. A machine in QEMU has it as its disk; ``qemu-storage-daemon`` gives it to
this machine's own kernel, as a file.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.box import run_tool
from tests.support.platter import SECTOR, Cut, Fate, lay, new_log

NODE = "disk"
"""By this name a device or an export finds it."""
_LOG = 8 << 30
_SIZE = "3584M"
_WRITES_WITHIN_S = 5.0
_MOMENT_S = 0.0005
_WRITES_A_SECOND = 100
"""Of a plain memory card: what is under way when the plug goes is not done in no time."""


@dataclass
class Drive:
    """One drive; what is on it stays from cut to cut.

    Args:
        folder: for its files.
        cuts: what each cut did.
    """

    folder: Path
    cuts: list[Cut] = field(default_factory=list)

    def make(self, root: Path) -> None:
        """With a file system of this content."""
        image = str(self.folder / "disk")
        run_tool("mke2fs", "-q", "-t", "ext4", "-d", str(root), image, _SIZE)

    def arguments(self) -> list[str]:
        """For QEMU, of a drive that begins a new log."""
        layer, log, disk = (self.folder / name for name in ("layer.qcow2", "writes.log", "disk"))
        layer.unlink(missing_ok=True)
        backing = ("-b", str(disk), "-F", "raw", str(layer))
        run_tool("qemu-img", "create", "-q", "-f", "qcow2", *backing)
        new_log(log, _LOG)
        logged = (
            f"driver=blklogwrites,node-name={NODE},file=slow,log-sector-size={SECTOR},"
            f"log.driver=file,log.filename={log}"
        )
        return [
            "--object", f"throttle-group,id=card,x-iops-write={_WRITES_A_SECOND}",
            "--blockdev", f"driver=qcow2,node-name=layer,file.driver=file,file.filename={layer}",
            "--blockdev", "driver=throttle,node-name=slow,throttle-group=card,file=layer",
            "--blockdev", logged,
        ]  # fmt: skip

    def await_write(self) -> None:
        """In the middle of a write, if one comes soon."""
        log = self.folder / "writes.log"
        before, deadline = log.stat().st_blocks, time.monotonic() + _WRITES_WITHIN_S
        while log.stat().st_blocks == before and time.monotonic() < deadline:
            time.sleep(_MOMENT_S)

    def lose_power(self, fate: Fate, chance: random.Random) -> Cut:
        """The plug is out and QEMU gone: now the drive is what the cut left of it."""
        cut = lay(self.folder / "writes.log", self.folder / "disk", fate, chance)
        self.cuts.append(cut)
        return cut
