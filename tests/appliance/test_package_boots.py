"""The package on a box that boots: installed, set up, checked with, restarted, updated, purged.

Debian 12 and 13 by systemd-nspawn, with the real units, pcscd and polkit; the virtual card and the
simulated service are outside. ``dist/`` must hold the packages: ``make deb``.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.settings import load
from kiosk.simulator.portal.sheet import sheet_pdf
from kiosk.simulator.world import World
from tests.support.box import Box, run_tool
from tests.support.led import Newcomer, to_the_reader, to_the_sheet
from tests.support.site import RELEASES, Site, free_port, open_site

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

KEY_ID = b"madoguch"
EXPOSURE = {"kioskd": 1.3, "kiosk-first-run": 1.3, "kiosk-reception": 2.0, "kiosk-receipt": 1.3}
"""At most, by ``systemd-analyze security``: 0 nothing, 10 everything."""
KEY = "/etc/credstore.encrypted/madoguchi-device-key"
LAID_DOWN = (
    "/var/lib/madoguchi", "/var/lib/madoguchi-update", "/var/lib/madoguchi-receipt",
    "/etc/madoguchi",
)  # fmt: skip


@pytest.fixture(params=RELEASES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with open_site(request.param, tmp_path) as opened:
        yield opened


def test_life_of_a_box(site: Site) -> None:
    box = site.box
    site.install()
    assert not (box.root / KEY.lstrip("/")).exists(), "an image must hold no key"
    box.boot()
    assert box.path(KEY).stat().st_mode & 0o777 == 0o600
    assert not site.is_open(), "not set up yet"
    assert box.run("kiosk", "demo", check=False).stderr.startswith("K520: ")

    site.set_up()
    box.start("kioskd.service")
    site.check("taro", until="result.valid")

    site.clinic.simulator("offline")
    site.check("taro", until="outage.received")
    assert site.waiting() == 1
    box.cut_the_power()
    box.boot()
    box.until(site.is_open, "the box opens without anybody")
    site.clinic.simulator("online")
    box.until(lambda: site.waiting() == 0, "the queue drained")
    assert len(site.clinic.processed()) == 2

    box.run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "kioskd.service")
    box.until(site.is_open, "kioskd came back by itself")

    hands_results_over(site)
    box.run("dpkg", "--purge", "madoguchi-kiosk")
    for gone in (KEY, *LAID_DOWN):
        assert not box.path(gone).exists(), gone


def test_a_box_that_is_not_set_up_asks_on_its_screen(site: Site) -> None:
    """From the PDF on a stick to a reception that opens by itself, and the first check."""
    box, clinic = site.box, site.clinic
    site.install()
    box.boot()
    box.until(lambda: box.is_active("kiosk-first-run.service"), "the set-up asks")
    account = clinic.new_account()
    stick = box.path("/media/stick")
    stick.mkdir()
    (stick / "settei.pdf").write_bytes(sheet_pdf(account, "架空はりきゅう院"))
    shutil.copyfile(World.open(clinic.dir).ca, stick / "ca.pem")
    person = Newcomer(box.path("/run/madoguchi/desk.sock"))
    to_the_sheet(person, load(clinic.config).service.url)
    person.choose("settei.pdf")
    to_the_reader(person)
    assert not box.path("/etc/madoguchi/kiosk.toml").exists()
    # A stick of a box can only be read.
    person.put_off("あとでする", until="この箱では、PDFを消せません")
    person.choose("受付を始める", at="設定が終わりました")
    box.until(site.is_open, "the reception opens by itself")
    person.hang_up()
    assert not box.is_active("kiosk-first-run.service")
    site.check("taro", until="result.valid")


def hands_results_over(site: Site) -> None:
    """The receipt computers' link: off, and another process with another user when it is on."""
    box, port, unit = site.box, free_port(), "kiosk-receipt.service"
    assert not box.is_active(unit)
    drop_in = box.path("/etc/madoguchi/kiosk.d/50-receipt.toml")
    drop_in.write_text(f'[receipt]\nlisten = "127.0.0.1:{port}"\n')
    box.run("systemctl", "restart", "kioskd.service")
    box.run("systemctl", "enable", "--now", unit)
    box.until(lambda: _listens(port), "the link serves")
    served = ssl.get_server_certificate(("127.0.0.1", port))
    own = box.path("/var/lib/madoguchi-receipt/certificate.pem").read_text()
    assert served.split() == own.split()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_what_units_may_do_and_the_last_screen(
    site: Site, record_testsuite_property: Callable[[str, object], None]
) -> None:
    box = site.box
    site.install()
    box.boot()
    for unit, most in EXPOSURE.items():
        said = box.run("systemd-analyze", "security", "--no-pager", f"{unit}.service").stdout
        level = re.search(r"exposure level for \S+: ([0-9.]+)", said)
        assert level is not None, said
        record_testsuite_property(unit, level[1])
        assert float(level[1]) <= most, said
    a_security_key_is_for_kioskd_alone(box)

    site.set_up()
    kiosk = box.path("/usr/lib/madoguchi/bin/kiosk")
    kiosk.unlink()
    kiosk.write_text("#!/bin/sh\nexit 70\n")
    kiosk.chmod(0o755)
    box.run("systemctl", "start", "kioskd.service", check=False)
    whom = box.path("/etc/madoguchi/whom-to-call.txt").read_text().strip().splitlines()[0]
    box.until(lambda: whom in box.log.read_text(errors="replace"), "the screen says whom to call")


def a_security_key_is_for_kioskd_alone(box: Box) -> None:
    """The drop-in and the rule are well formed; with a key: ``test_security_key_plugged_in``."""
    place = "/etc/systemd/system/kioskd.service.d"
    box.run("mkdir", place)
    box.run("cp", "/usr/share/madoguchi/drop-ins/security-key.conf", place)
    box.run("systemctl", "daemon-reload")
    box.run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/kioskd.service")
    allowed = box.run("systemctl", "show", "--property=DeviceAllow", "kioskd.service").stdout
    assert "char-hidraw rw" in allowed
    if box.run("test", "-x", "/usr/bin/udevadm", check=False).returncode == 0:
        rules = "/usr/lib/udev/rules.d/72-madoguchi.rules"
        said = box.run("udevadm", "verify", rules, check=False)
        # Debian 12 cannot verify rules.
        assert said.returncode == 0 or "Unknown command verb" in said.stderr, said.stderr


def sign(file: Path, key: Ed25519PrivateKey) -> str:
    """As ``minisign -S`` does; the public key as in its ``.pub``."""
    digest = hashlib.blake2b(file.read_bytes()).digest()
    signature, comment = key.sign(digest), f"file:{file.name}"
    whole = key.sign(signature + comment.encode())
    lines = ("untrusted comment: test", _b64(b"ED" + KEY_ID + signature),
             f"trusted comment: {comment}", _b64(whole))  # fmt: skip
    file.with_name(file.name + ".minisig").write_text("\n".join(lines) + "\n")
    return _b64(b"Ed" + KEY_ID + key.public_key().public_bytes_raw())


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def one_check_waits(site: Site) -> None:
    """A box at work whose line is cut."""
    site.install()
    site.box.boot()
    site.set_up()
    site.box.start("kioskd.service")
    site.clinic.simulator("offline")
    site.check("taro", until="outage.received")


def test_update_and_updates_that_go_back(site: Site, tmp_path: Path) -> None:
    box, key = site.box, Ed25519PrivateKey.generate()
    one_check_waits(site)
    box.path("/root/stick").mkdir()
    public = sign(box.path("/root/kiosk.deb"), key)
    drop_in = box.path("/etc/madoguchi/kiosk.d/50-update.toml")
    drop_in.write_text(f'[update]\npublic_key = "{public}"\nhours = "00:00-23:59"\n')

    better = on_the_stick(site, key, tmp_path, "1.1", as_it_is)
    assert update(site).stderr.startswith("K524"), "no way back is kept"
    first = update(site, "--previous", "/root/kiosk.deb")
    assert first.returncode == 0, first.stderr + box.journal()
    assert box.version().startswith("1.1+")
    assert site.is_open()

    worse = on_the_stick(site, key, tmp_path, "1.2", never_ready)
    good = worse.read_text()
    worse.write_text(better.read_text())
    assert update(site).stderr.startswith("K522"), "the signature of another file"
    worse.write_text(good)
    goes_back(site)

    on_the_stick(site, key, tmp_path, "1.3", of_another_form)
    goes_back(site)
    log = box.run("journalctl", "-b", "--no-pager", "--unit=madoguchi-update").stdout
    assert log.count("laying back what was kept before") == 1, log


def on_the_stick(
    site: Site, key: Ed25519PrivateKey, folder: Path, number: str, change: Callable[[Path], None]
) -> Path:
    """Another release, signed; its signature."""
    package = site.box.path("/root/stick") / f"madoguchi-kiosk_{number}.deb"
    repacked(site.package, package, folder / number, number, change)
    sign(package, key)
    return package.with_name(package.name + ".minisig")


def update(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As the technician does it."""
    return site.box.run("kiosk", "update", "/root/stick", "--json", *arguments, check=False)


def goes_back(site: Site) -> None:
    """The update is undone, and nothing that was acknowledged is gone."""
    box = site.box
    undone = update(site)
    assert undone.stderr.startswith("K525"), undone.stderr + box.journal()
    assert box.version().startswith("1.1+")
    assert site.is_open()
    assert site.waiting() == 1
    assert not box.path("/var/lib/madoguchi-update/pending").exists()


def as_it_is(_folder: Path) -> None:
    """A release that differs by its number."""


def never_ready(folder: Path) -> None:
    """A release that never tells systemd that it is ready."""
    (folder / "usr/lib/madoguchi/bin/kiosk").write_text("#!/bin/sh\nexit 70\n")


def of_another_form(folder: Path) -> None:
    """A release that gives the sealed files another form, and is not well."""
    home = folder / "usr/lib/madoguchi"
    (schema,) = home.glob("lib/python3.*/site-packages/kiosk/store/schema.py")
    with schema.open("a") as text:
        text.write("\n\ndef _later(tables):\n    tables.execute('CREATE TABLE later (x)')\n")
        text.write("\n\nCONTROL_FILE = (*CONTROL_FILE, _later)\n")
    for compiled in schema.parent.glob("__pycache__/schema.*"):
        compiled.unlink()
    (home / "bin/kiosk").write_text(
        "#!/usr/lib/madoguchi/bin/python3\nimport sys\n\nif 'status' in sys.argv:\n"
        "    sys.exit(70)\nfrom kiosk.cli.main import main\n\nmain()\n"
    )


def repacked(
    package: Path,
    target: Path,
    folder: Path,
    number: str,
    change: Callable[[Path], None],
) -> None:
    """The same package as another release."""
    run_tool("dpkg-deb", "--raw-extract", str(package), str(folder))
    control = folder / "DEBIAN/control"
    text = re.sub(r"(?m)^Version: [^+]+", f"Version: {number}", control.read_text())
    control.write_text(text)
    change(folder)
    run_tool("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(folder), str(target))
