"""A security key at a box as it is installed: the kernel, udev, the drop-in and kioskd are real.

Only USB and the finger are missing: the key is software behind ``uhid``, so a kernel with that is
needed, in QEMU. ``dist/`` must hold the package of Debian 13: ``make deb``.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.desk.client import SocketLink
from kiosk.desk.messages import Ask, Failed, Login, Prove, Reply
from kiosk.ports.access import NoSecurityKey
from kiosk.settings import load
from tests.journeys.conftest import wait_until
from tests.support import guest as guests
from tests.support.box import base, missing
from tests.support.guest import Guest, answers
from tests.support.site import BASES, Site, open_site
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

CODE = "482915"
PATIENCE_S = 600.0
SUPPORT = Path(__file__).parents[1] / "support"
_DROP_IN = "/usr/share/madoguchi/drop-ins/security-key.conf"
_NODE, _LIGHT, _SOURCES = "/dev/hidraw0", "/run/soft-key.light", "/root/key"
_PLUG_IN = f"""\
modprobe uhid
systemd-run --quiet --unit soft-key --setenv PYTHONPATH={_SOURCES} \
    /usr/lib/madoguchi/bin/python3 -m tests.support.uhid_key {_LIGHT}
until [ -e {_NODE} ]; do sleep 0.2; done
udevadm settle
stat -c '%a %U' {_NODE}
"""
_TOUCH = f"until [ -e {_LIGHT} ]; do sleep 0.2; done; systemctl kill --signal=USR1 soft-key"
_PASSCODE = f"echo {CODE} | madoguchi-admin setup passcode set --label one --passcode-fd 0"
_ASK_FOR_IT = """\
printf '\\n[access]\\nsecond_factor = "fido2"\\n' >>/etc/madoguchi/kiosk.toml
systemctl restart kioskd.service
"""


def test_a_key_that_is_plugged_in_is_the_second_step(guest: Guest, tmp_path: Path) -> None:
    if reason := missing() or guests.missing():
        pytest.skip(reason)
    layers = tmp_path / "layers"
    layers.mkdir()
    with open_site("trixie", layers, plain=guests.with_kernel(base("trixie", BASES))) as site:
        furnish(site)
        guest.make_disk(site.box.root)
        guest.boot()
        guest.run(_PASSCODE)
        enrols(guest)
        guest.run(_ASK_FOR_IT)
        opens_when_touched(guest)


def furnish(site: Site) -> None:
    """The box as the documents say, and the key's program beside it."""
    site.install()
    url = load(site.clinic.config).service.url
    guests.furnish(site.box.root, int(url.rsplit(":", 1)[1].strip("/")))
    site.set_up()
    unit = "/etc/systemd/system/kioskd.service.d"
    site.box.chroot("install", "-D", "-m", "644", "-t", unit, _DROP_IN)
    sources = site.box.root / _SOURCES.strip("/") / "tests/support"
    sources.mkdir(parents=True)
    for name in ("security_key.py", "uhid_key.py"):
        shutil.copy(SUPPORT / name, sources)


def enrols(guest: Guest) -> None:
    """By staff, at the desk; before that there is none to be found."""
    with staff(guest) as somebody:
        somebody.log_in(CODE)
        none = somebody.ask(lambda number: Ask(number, "second_key", {"passcode": CODE}))
        assert isinstance(none, Failed)
        assert none.code == NoSecurityKey.code
        assert guest.run(_PLUG_IN) == "600 madoguchi\n", "kioskd alone may use it"
        guest.run(f"! runuser -u madoguchi-reception -- sh -c ': <>{_NODE}' 2>/dev/null")
        with touching(guest):
            assert somebody.query("second_key", passcode=CODE)["keys"] == 1


def opens_when_touched(guest: Guest) -> None:
    """Neither untouched nor pulled out."""
    with staff(guest) as somebody:
        assert knock(somebody) == NoSecurityKey.code, "nobody touched it"
    with staff(guest) as somebody, touching(guest):
        assert knock(somebody) == "staff"
    guest.run("systemctl stop soft-key.service")
    with staff(guest) as somebody:
        assert knock(somebody) == NoSecurityKey.code, "it is not there"


def knock(somebody: Visitor) -> str:
    """Passcode, then the key: the role, or the code of the refusal."""
    first = somebody.ask(lambda number: Login(number, CODE))
    assert isinstance(first, Reply), first
    assert first.document["second"] == "fido2"
    second = somebody.ask(lambda number: Prove(number, ""))
    return second.code if isinstance(second, Failed) else str(second.document["role"])


@contextmanager
def staff(guest: Guest) -> Iterator[Visitor]:
    """A front that does not receive."""
    wait_until(lambda: answers(guest.desk), PATIENCE_S)
    link = SocketLink(guest.desk)
    try:
        yield Visitor(link, claims=False, patience_s=PATIENCE_S)
    finally:
        link.close()


@contextmanager
def touching(guest: Guest) -> Iterator[None]:
    """A finger, as soon as the key's light is on."""
    finger = threading.Thread(target=guest.run, args=(_TOUCH,))
    finger.start()
    yield
    finger.join()
