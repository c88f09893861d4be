"""A clinic with a box in it: the package on a Debian of its own, the world around it simulated.

``dist/`` must hold the packages: ``make deb``.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.desk.client import SocketLink
from kiosk.settings import load
from kiosk.simulator.world import World
from tests.journeys.conftest import Clinic, open_clinic
from tests.support.box import Box, base, laid_out, missing
from tests.support.visitor import Visitor

ROOT = Path(__file__).parents[2]
BASES = Path(os.environ.get("MADOGUCHI_BOXES", tempfile.gettempdir() + "/madoguchi-boxes"))
RELEASES = {"bookworm": "deb12", "trixie": "deb13"}
_SETTINGS = """\
[facility]
code = "{code}"
terminal = "{terminal}"
[service]
url = "{url}"
ca = "ca.pem"
certificate = "/var/lib/madoguchi/identity/facility.pem"
key = "/var/lib/madoguchi/identity/facility.key"
simulated = true
[clock]
trust = "always"
"""
_READER = """\
FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x{port:04X}
LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID 0x{port:04X}
"""


@dataclass
class Site:
    """A clinic with a box in it.

    Args:
        box: in a folder; booted or not.
        clinic: what is around it.
        package: to be installed.
    """

    box: Box
    clinic: Clinic
    package: Path

    def install(self) -> None:
        """As an image is built: nothing runs yet."""
        shutil.copy(self.package, self.box.root / "root/kiosk.deb")
        self.box.chroot("dpkg", "--install", "/root/kiosk.deb")

    def set_up(self) -> None:
        """What a technician does: settings and certificate."""
        known = load(self.clinic.config)
        facility, url = known.facility, known.service.url
        text = _SETTINGS.format(code=facility.code, terminal=facility.terminal, url=url)
        etc = self.box.root / "etc/madoguchi"
        (etc / "kiosk.toml").write_text(text)
        shutil.copyfile(known.service.ca, etc / "ca.pem")
        self.certificate()

    def certificate(self) -> None:
        """The terminal's own, as activation would leave it."""
        known = load(self.clinic.config)
        identity = "/var/lib/madoguchi/identity"
        owner = ("-o", "madoguchi", "-g", "madoguchi")
        self.box.chroot("install", "-d", "-m", "700", *owner, "/var/lib/madoguchi", identity)
        for file in (known.service.certificate, known.service.key):
            shutil.copy(file, self.box.root / "root" / file.name)
            source, target = f"/root/{file.name}", f"{identity}/{file.name}"
            self.box.chroot("install", "-m", "600", *owner, source, target)
            self.box.chroot("rm", source)

    def has_reader(self, port: int) -> None:
        """The virtual reader listens there."""
        (self.box.root / "etc/reader.conf.d/vpcd").write_text(_READER.format(port=port))

    def check(self, person: str, *, until: str) -> None:
        """A visit at the desk of kioskd, with a card on the reader."""
        link = SocketLink(self.box.path("/run/madoguchi/desk.sock"))
        try:
            visitor = Visitor(link)
            visitor.until_condition(lambda condition: condition.reader)
            with self.clinic.card(person):
                visitor.until("<ask_pin>")
                visitor.type_pin(World.open(self.clinic.dir).pin(person))
                visitor.until(until)
        finally:
            link.close()

    def is_open(self) -> bool:
        """Kioskd runs and said that it is ready."""
        return self.box.is_active("kioskd.service")

    def waiting(self) -> int:
        """Checks without an answer."""
        found = self.box.run("kiosk", "queue", "list", "--json").stdout
        counts = json.loads(found)["counts"]
        return int(counts["waiting"] + counts["set_aside"])


@contextmanager
def open_site(suite: str, folder: Path, *, plain: Path | None = None) -> Iterator[Site]:
    """A clinic with a box that has a reader and no package yet; skips where none can be booted.

    Args:
        suite: of Debian.
        folder: for what the box writes.
        plain: the Debian to lay it over; None = the suite's own.
    """
    if reason := missing():
        pytest.skip(reason)
    package = package_for(suite)
    with laid_out(plain or base(suite, BASES), folder) as box, _clinic() as clinic:
        port = free_port()
        clinic.vpcd = f"127.0.0.1:{port}"
        site = Site(box, clinic, package)
        site.has_reader(port)
        yield site


def package_for(suite: str) -> Path:
    """The package of a Debian; skips where none is built."""
    packages = sorted((ROOT / "dist").glob(f"madoguchi-kiosk_*+{RELEASES[suite]}_*.deb"))
    if not packages:
        pytest.skip("no package in dist/: make deb")
    return packages[0]


@contextmanager
def _clinic() -> Iterator[Clinic]:
    # A folder with a short name: sockets lie in it.
    with tempfile.TemporaryDirectory() as name, open_clinic(Path(name)) as clinic:
        yield clinic


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as line:
        line.bind(("", 0))
        return int(line.getsockname()[1])
