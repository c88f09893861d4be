"""A box with a kernel and a disk of its own: Debian in QEMU, whose plug can be pulled.

No KVM: TCG and one processor. What waits for it counts the processor time that it had, for a busy
machine has none to give; and no time-out of systemd's own comes early.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.desk.client import SocketLink
from kiosk.desk.messages import VERSION, CoreUnreachable, Hello
from tests.support.box import run_tool, with_packages
from tests.support.drive import NODE, Drive
from tests.support.platter import Cut, Fate

READER, DESK, ROOT = 35963, 7001, 7002
"""Inside: where vpcd listens, the door to the desk, and root's hand on the box."""
OUTSIDE = "10.0.2.2"
"""This machine, as the guest sees it (QEMU's user network)."""
_BOOTED_WITHIN_CPU_S = 600.0
"""Of processor time: a first boot takes 120, a later one half of that."""
_LOOK_AGAIN_S = 1.0
"""Each look is work for the guest, too."""
_GREETING_S = 10.0
_PIECE = 65536
TOOLS = ("qemu-system-x86_64", "qemu-img", "mke2fs")
KERNEL = ("linux-image-cloud-amd64", "initramfs-tools", "udev", "kmod", "e2fsprogs")
_SPARED = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "dpkg-db-backup.timer",
    "systemd-timesyncd.service", "serial-getty@ttyS0.service", "kiosk-reception.service",
    "getty@tty1.service", "systemd-logind.service", "modprobe@configfs.service",
    "modprobe@drm.service", "modprobe@efi_pstore.service", "modprobe@fuse.service",
)  # fmt: skip
"""Nothing of what is tried here, slow where every instruction is translated; there is no screen."""
_UNLOADED = (
    "kvm,kvm_amd,kvm_intel,ccp,powernow_k8,ata_piix,ata_generic,libata,scsi_mod,sd_mod,sg,drm,"
    "aesni_intel,cryptd,ghash_clmulni_intel,sha1_ssse3,sha256_ssse3,sha512_ssse3,crc32_pclmul,"
    "crct10dif_pclmul,button,serio_raw,evdev,psmouse,i2c_piix4,pcspkr,rapl,configfs,fuse,floppy"
)
"""Modules for what the guest does not have."""
_QUICK = (
    f"mitigations=off module_blacklist={_UNLOADED} "
    "systemd.service_watchdogs=no systemd.default_timeout_start_sec=2h"
)
_NO_HURRY = """\
[Service]
TimeoutStartSec=infinity
"""
_NETWORK = """\
[Match]
Name=eth0
[Network]
Address=10.0.2.15/24
Gateway=10.0.2.2
LinkLocalAddressing=no
"""
_SOCKET = """\
[Socket]
ListenStream={listen}
[Install]
WantedBy=sockets.target
"""
_DOOR = """\
[Service]
ExecStart=/usr/lib/systemd/systemd-socket-proxyd {to}
"""
_HAND_SOCKET = """\
[Socket]
ListenStream=0.0.0.0:{listen}
Accept=yes
[Install]
WantedBy=sockets.target
"""
_HAND = """\
[Service]
Environment=PATH=/usr/sbin:/usr/bin:/sbin:/bin
StandardInput=socket
ExecStart=/bin/sh -c 'eval "$$(cat)" </dev/null; echo "= $$?"'
"""


def missing() -> str | None:
    """Why no guest can run here; None when one can."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        return f"{', '.join(lacking)} missing: apt-get install qemu-system-x86 qemu-utils e2fsprogs"
    return None


def furnish(root: Path, service_port: int) -> None:
    """Give a Debian in a folder what it needs as a guest: network, and doors for the test."""
    units = root / "etc/systemd/system"
    (root / "etc/fstab").write_text("/dev/vda / ext4 defaults,errors=remount-ro 0 1\n")
    (root / "etc/systemd/network").mkdir(exist_ok=True)
    (root / "etc/systemd/network/10-outside.network").write_text(_NETWORK)
    for name, listen, to in (
        ("desk-door", f"0.0.0.0:{DESK}", "/run/madoguchi/desk.sock"),
        ("service-door", f"127.0.0.1:{service_port}", f"{OUTSIDE}:{service_port}"),
    ):
        (units / f"{name}.socket").write_text(_SOCKET.format(listen=listen))
        (units / f"{name}.service").write_text(_DOOR.format(to=to))
    (units / "hand.socket").write_text(_HAND_SOCKET.format(listen=ROOT))
    (units / "hand@.service").write_text(_HAND)
    (units / "kioskd.service.d").mkdir()
    (units / "kioskd.service.d/slow.conf").write_text(_NO_HURRY)
    inside = ("chroot", str(root), "systemctl")
    run_tool(*inside, "enable", "systemd-networkd", "desk-door.socket", "service-door.socket")
    run_tool(*inside, "enable", "hand.socket")
    run_tool(*inside, "mask", *_SPARED)


def with_kernel(plain: Path) -> Path:
    """A plain Debian with a kernel of its own, made once beside it."""
    return with_packages(plain, "kernel", *KERNEL, prepare=_small_initrd)


def _small_initrd(root: Path) -> None:
    settings = root / "etc/initramfs-tools"
    (settings / "conf.d").mkdir(parents=True)
    (settings / "conf.d/small").write_text("MODULES=list\nCOMPRESS=gzip\n")
    (settings / "modules").write_text("virtio_pci\nvirtio_blk\next4\n")


@dataclass
class Guest:
    """One machine; its disk stays from boot to boot.

    Args:
        folder: of its disk, logs and sockets.
        drive: of the box.
        stick: the image of a second disk, in from the start; None = there is none.
        boots: processor seconds from power to the desk, each.
    """

    folder: Path
    drive: Drive
    stick: Path | None = None
    boots: list[float] = field(default_factory=list)
    reader_port: int = 0
    _desk_port: int = 0
    _root_port: int = 0
    _relay: Relay | None = None
    _qemu: subprocess.Popen[bytes] | None = None

    @property
    def desk(self) -> Path:
        """The desk of the guest, as a socket here."""
        return self.folder / "desk.sock"

    @property
    def console(self) -> str:
        return (self.folder / "console.log").read_text(errors="replace")

    def make_disk(self, root: Path) -> None:
        """A disk with a file system of this content, and the kernel out of it."""
        (kernel,) = root.glob("boot/vmlinuz-*")
        (initrd,) = root.glob("boot/initrd.img-*")
        shutil.copyfile(kernel, self.folder / "kernel")
        shutil.copyfile(initrd, self.folder / "initrd")
        self.drive.make(root)

    def boot(self) -> None:
        """Switch on; returns when the desk answers."""
        self.reader_port, self._desk_port, self._root_port = _free_ports(3)
        command = self._command(self.drive.arguments())
        with (self.folder / "console.log").open("ab") as console:
            self._qemu = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        self._relay = Relay(self.desk, ("127.0.0.1", self._desk_port))
        self._until(self._answers, "the desk answers")
        self.boots.append(self._spent_s())

    def run(self, script: str) -> str:
        """What a shell of root's said in it; fails where its last command did."""
        with socket.create_connection(("127.0.0.1", self._root_port)) as line:
            line.sendall(script.encode())
            line.shutdown(socket.SHUT_WR)
            said = b"".join(iter(lambda: line.recv(_PIECE), b"")).decode()
        out, _, status = said.rpartition("= ")
        assert status.strip() == "0", f"{script}: {said}"
        return out

    def cut_the_power(self, fate: Fate, chance: random.Random) -> Cut:
        """As the plug does, in the middle of a write if one comes soon.

        Then the disk is what the cut left of it.
        """
        assert self._qemu is not None
        self.drive.await_write()
        self._qemu.kill()
        self._qemu.wait()
        self._qemu = None
        if self._relay is not None:
            self._relay.close()
        return self.drive.lose_power(fate, chance)

    def switch_off(self) -> None:
        """At the end, whatever state it is in."""
        if self._qemu is not None:
            self.cut_the_power(Fate.KEPT, random.Random(0))  # noqa: S311 - no secret

    def _until(self, is_so: Callable[[], bool], what: str) -> None:
        while not is_so():
            assert self._spent_s() < _BOOTED_WITHIN_CPU_S, f"{what}: {self.console[-3000:]}"
            time.sleep(_LOOK_AGAIN_S)

    def _spent_s(self) -> float:
        """Processor time since it was switched on."""
        assert self._qemu is not None
        words = Path(f"/proc/{self._qemu.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def _command(self, drive: list[str]) -> list[str]:
        forward = ",".join(
            f"hostfwd=tcp:127.0.0.1:{here}-:{there}"
            for here, there in (
                (self.reader_port, READER),
                (self._desk_port, DESK),
                (self._root_port, ROOT),
            )
        )
        stick = (
            ["-drive", f"if=none,id=stick,format=raw,file={self.stick}",
             "-device", "virtio-blk-pci,drive=stick"] if self.stick else []
        )  # fmt: skip
        return [
            "qemu-system-x86_64", "-accel", "tcg", "-smp", "1", "-m", "1024", "-cpu", "max",
            "-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio",
            "-kernel", str(self.folder / "kernel"), "-initrd", str(self.folder / "initrd"),
            "-append", f"root=/dev/vda ro console=ttyS0 quiet net.ifnames=0 panic=-1 {_QUICK}",
            *drive, "-device", f"virtio-blk-pci,drive={NODE}", *stick, "-device", "virtio-rng-pci",
            "-netdev", f"user,id=net,{forward}", "-device", "virtio-net-pci,netdev=net,romfile=",
        ]  # fmt: skip

    def _answers(self) -> bool:
        assert self._qemu is not None
        assert self._qemu.poll() is None, self.console[-3000:]
        return answers(self.desk)


def answers(desk: Path) -> bool:
    """Somebody greets at that socket."""
    try:
        link = SocketLink(desk)
    except CoreUnreachable:
        return False
    try:
        link.send(Hello(VERSION, "screen"))
        return link.receive(_GREETING_S) is not None
    except CoreUnreachable:
        return False
    finally:
        link.close()


class Relay:
    """A Unix socket here for a TCP port that QEMU forwards.

    Args:
        path: of the socket.
        to: host and port.
    """

    def __init__(self, path: Path, to: tuple[str, int]) -> None:
        path.unlink(missing_ok=True)
        self._to = to
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more lines; those that are open end with the guest."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._to, timeout=_GREETING_S)
            except OSError:
                near.close()
                continue
            threading.Thread(target=_carry, args=(near, far), daemon=True).start()


def _carry(near: socket.socket, far: socket.socket) -> None:
    """Both ways, until one of the two hangs up."""
    other = {near: far, far: near}
    with near, far, suppress(OSError):
        while True:
            for line in select.select([near, far], [], [])[0]:
                piece = line.recv(_PIECE)
                if not piece:
                    return
                other[line].sendall(piece)


def _free_ports(count: int) -> list[int]:
    lines = [socket.socket() for _ in range(count)]
    for line in lines:
        line.bind(("127.0.0.1", 0))
    ports = [int(line.getsockname()[1]) for line in lines]
    for line in lines:
        line.close()
    return ports
