"""A stick and the package's udev rule, under a kernel and an udevd of their own.

Debian 13 in QEMU; its cloud kernel has no USB, so a rule of the test calls a second disk so, which
is in from the start. ``dist/`` must hold the package of Debian 13: ``make deb``.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from kiosk.desk.messages import CoreUnreachable
from kiosk.settings import load
from kiosk.simulator.portal.sheet import sheet_pdf
from kiosk.simulator.world import World
from tests.journeys.conftest import wait_until
from tests.support import guest as guests
from tests.support.box import base, missing
from tests.support.guest import Guest
from tests.support.led import Newcomer, to_the_reader
from tests.support.platter import Fate
from tests.support.site import BASES, Site, open_site
from tests.support.stick import lay_stick

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

PATIENCE_S = 1800.0
"""On a busy machine anything may take long; the run as a whole has a limit."""
IS_USB = 'KERNEL=="vdb", ENV{ID_BUS}="usb"\n'
_PLACE = "/run/madoguchi-stick/vdb"
# As if it were plugged in now: then, on the console, what is mounted within a minute.
_PLUG = f"""\
[Unit]
After=kiosk-first-run.service kioskd.service
[Service]
Type=oneshot
StandardOutput=tty
TTYPath=/dev/ttyS0
ExecStart=/usr/bin/udevadm trigger --action=add --settle /dev/vdb
ExecStart=-/usr/bin/timeout 60 sh -c 'until findmnt {_PLACE} >/dev/null; do sleep 2; done'
ExecStart=/bin/sh -c 'echo "mounted: $$(findmnt -rno FSTYPE,OPTIONS {_PLACE})."'
[Install]
WantedBy=multi-user.target
"""


def test_a_stick_is_read_until_the_box_is_set_up_and_never_after(
    guest: Guest, tmp_path: Path
) -> None:
    if reason := missing() or guests.missing():
        pytest.skip(reason)
    guest.stick = tmp_path / "stick.img"
    (tmp_path / "layers").mkdir()
    plain = guests.with_kernel(base("trixie", BASES))
    with open_site("trixie", tmp_path / "layers", plain=plain) as site:
        url = load(site.clinic.config).service.url
        installed(site, guest, url)
        guest.boot()
        (options,) = mounted(guest, times=1)
        assert options.startswith("vfat ro,nosuid,nodev,noexec,"), options
        from_the_stick(guest, url)
        guest.cut_the_power(Fate.LOST, random.Random(1))  # noqa: S311 - no secret
        guest.boot()
        assert mounted(guest, times=2)[1] == "", "set up, it mounts nothing"


def installed(site: Site, guest: Guest, url: str) -> None:
    """A box that is not set up; the sheet of its account lies on the stick."""
    site.install()
    root = site.box.root
    (root / "root/kiosk.deb").unlink()
    guests.furnish(root, int(url.rsplit(":", 1)[1].strip("/")))
    (root / "etc/udev/rules.d/65-as-if.rules").write_text(IS_USB)
    (root / "etc/systemd/system/plug.service").write_text(_PLUG)
    site.box.chroot("systemctl", "enable", "plug.service")
    account = site.clinic.new_account()
    sheet = sheet_pdf(account, "架空はりきゅう院")
    assert guest.stick is not None
    lay_stick(
        guest.stick, {"settei.pdf": sheet, "ca.pem": World.open(site.clinic.dir).ca.read_bytes()}
    )
    guest.make_disk(root)


def mounted(guest: Guest, *, times: int) -> list[str]:
    """What the guest's console said of the stick, at each start."""

    def said() -> list[str]:
        lines = guest.console.splitlines()
        return [line[9:].rstrip(". ") for line in lines if line.startswith("mounted: ")]

    wait_until(lambda: len(said()) == times, PATIENCE_S)
    return said()


def from_the_stick(guest: Guest, url: str) -> None:
    """The whole set-up by what lies there, to a reception that answers."""
    person = Newcomer(guest.desk, PATIENCE_S)
    person.choose("日本語")
    person.choose("次へ", at="この箱について")
    person.choose("同意する", at="利用規約")
    person.screen.until("回線につながって")
    person.choose("このまま先へ" if "いません" in person.screen.text else "次へ")
    person.write("サービスのURL", url)
    person.choose("ca.pem")
    person.choose("settei.pdf")
    to_the_reader(person)
    person.put_off("あとでする", until="この箱では、PDFを消せません")
    person.choose("受付を始める", at="設定が終わりました")
    person.hang_up()
    wait_until(lambda: is_reception(guest), PATIENCE_S)


def is_reception(guest: Guest) -> bool:
    """Kioskd has the desk, and not the set-up any more."""
    try:
        person = Newcomer(guest.desk, PATIENCE_S)
    except CoreUnreachable:
        return False
    try:
        person.screen.until("受付でき")
    except (CoreUnreachable, AssertionError):
        time.sleep(1)
        return False
    else:
        return True
    finally:
        person.hang_up()
