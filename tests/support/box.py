"""A box: Debian in a folder, booted by systemd-nspawn, with the package in it.

The card's virtual reader and the simulated service are outside, reached over loopback.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_INCLUDE = (
    "systemd,systemd-sysv,dbus,libpam-systemd,pcscd,polkitd,vsmartcard-vpcd,ca-certificates,"
    "python3-minimal,python3,alsa-utils,init-system-helpers"
)
_DISPLAY = {"trixie": ",cage,foot,fonts-morisawa-bizud-gothic,grim"}
_PATIENCE_S = 600.0
_LOOK_AGAIN_S = 0.1
_POWER_OFF = signal.SIGRTMIN + 4
TOOLS = ("mmdebstrap", "systemd-nspawn", "nsenter", "dpkg-deb")


def missing() -> str | None:
    """Why no box can be booted here; None when one can."""
    if os.geteuid() != 0:
        return "only root can boot a box"
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        return f"{', '.join(lacking)} missing: apt-get install mmdebstrap systemd-container"
    return None


def base(suite: str, folder: Path) -> Path:
    """A plain Debian, made once, kept for the next run."""
    root = folder / suite
    if not (root / "etc/os-release").exists():
        folder.mkdir(parents=True, exist_ok=True)
        include = _INCLUDE + _DISPLAY.get(suite, "")
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={include}"]
        made = folder / f"{suite}.new"
        shutil.rmtree(made, ignore_errors=True)
        run_tool(*command, suite, str(made))
        made.rename(root)
    return root


def with_packages(
    plain: Path, name: str, *packages: str, prepare: Callable[[Path], None] = lambda _root: None
) -> Path:
    """A plain Debian with more in it, made once beside it.

    Args:
        plain: as ``base`` gives it.
        name: what is added to its own.
        packages: of Debian.
        prepare: lays files into the root before they are installed.
    """
    made = plain.with_name(f"{plain.name}-{name}")
    if made.exists():
        return made
    growing = plain.with_name(f"{made.name}.new")
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir()
    with laid_out(plain, growing) as box:
        shutil.copyfile("/etc/resolv.conf", box.root / "etc/resolv.conf")
        prepare(box.root)
        box.chroot("apt-get", "update", "-qq")
        quiet = ("-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold")
        box.chroot("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", *quiet, *packages)
        box.chroot("apt-get", "clean")
        run_tool("cp", "--archive", str(box.root), str(growing / "made"))
    (growing / "made").rename(made)
    shutil.rmtree(growing)
    return made


@dataclass
class Box:
    """One box; what is written in it stays from boot to boot.

    Args:
        root: its file system.
        log: of its console.
    """

    root: Path
    log: Path
    boot_s: float = 0.0
    _nspawn: subprocess.Popen[bytes] | None = None
    _init: int = field(default=0)

    def chroot(self, *command: str) -> str:
        """Run in the folder, nothing booted."""
        return run_tool("chroot", str(self.root), *command).stdout

    def boot(self) -> None:
        """Switch on; returns when systemd has done what it was to start."""
        command = [
            "systemd-nspawn", "--boot", "--register=no", "--keep-unit", "--link-journal=no",
            # Units with PrivateNetwork= make a network of their own.
            "--settings=no", "--quiet", "--capability=CAP_NET_ADMIN", f"--directory={self.root}",
        ]  # fmt: skip
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._nspawn = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.until(self._find_init, "init runs")
        self.until(self._is_up, "the box came up")
        self.boot_s = time.monotonic() - began

    def _find_init(self) -> bool:
        assert self._nspawn is not None
        assert self._nspawn.poll() is None, self.log.read_text(errors="replace")[-2000:]
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                self._init = int(child)
        return self._init > 0

    def _is_up(self) -> bool:
        said = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        return said in {"running", "degraded"}

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run as root in the booted box."""
        return run_tool(*self.inside(*command), check=check)

    def inside(self, *command: str) -> list[str]:
        """What runs a command as root in the booted box."""
        return ["nsenter", f"--target={self._init}", "--all", "--wd=/", "env", "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", *command]  # fmt: skip

    def start(self, unit: str) -> None:
        """Start a unit; its log where it does not."""
        done = self.run("systemctl", "start", unit, check=False)
        assert done.returncode == 0, self.journal()

    def journal(self) -> str:
        """The end of the log."""
        return self.run("journalctl", "-b", "--no-pager", "-n", "60").stdout

    def version(self) -> str:
        """Of the package that is installed."""
        query = ("dpkg-query", "--show", "--showformat=${Version}", "madoguchi-kiosk")
        return self.run(*query).stdout

    def is_active(self, unit: str) -> bool:
        """A unit runs."""
        return self.run("systemctl", "is-active", unit, check=False).stdout.strip() == "active"

    def path(self, inside: str) -> Path:
        """A path of the running box, its own tmpfs included."""
        return Path(f"/proc/{self._init}/root{inside}")

    def memory(self) -> Counter[str]:
        """KiB of memory, by the name of the program: what is shared is shared out (PSS)."""
        taken: Counter[str] = Counter()
        for each in self.path("/proc").glob("[0-9]*"):
            # A kernel thread has none; another process may have ended.
            with suppress(OSError):
                found = re.search(r"(?m)^Pss: +(\d+) kB", (each / "smaps_rollup").read_text())
                if found is not None:
                    taken[(each / "comm").read_text().strip()] += int(found[1])
        return taken

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Poll across the border of the box, with a deadline."""
        deadline = time.monotonic() + _PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, what
            time.sleep(_LOOK_AGAIN_S)

    def power_off(self) -> None:
        """As the switch does that asks first."""
        if self._nspawn is None:
            return
        if self._nspawn.poll() is None and self._init:
            os.kill(self._init, _POWER_OFF)
        self._end(_PATIENCE_S)

    def cut_the_power(self) -> None:
        """As the plug does."""
        assert self._nspawn is not None
        os.kill(self._init, signal.SIGKILL)
        self._end(_PATIENCE_S)

    def _end(self, patience_s: float) -> None:
        assert self._nspawn is not None
        try:
            self._nspawn.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
            raise
        self._nspawn, self._init = None, 0


@contextmanager
def laid_out(lower: Path, folder: Path) -> Iterator[Box]:
    """A box over a plain Debian, which stays as it is; gone, with its mounts, on leaving."""
    upper, work, root = (folder / name for name in ("upper", "work", "root"))
    for each in (upper, work, root):
        each.mkdir()
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    run_tool("mount", "-t", "overlay", "overlay", "-o", options, str(root))
    box = Box(root, folder / "console.log")
    try:
        yield box
    finally:
        try:
            box.power_off()
        finally:
            run_tool("umount", "--lazy", str(root))


def run_tool(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """A tool of this machine, to its end."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
    assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done
