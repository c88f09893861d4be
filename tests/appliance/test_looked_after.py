"""A box looked after from afar: made by the Ansible role, then by a technician over a real sshd.

Debian 13 in systemd-nspawn, with the real units. ``dist/`` must hold its package: ``make deb``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.desk.client import SocketLink
from kiosk.domain.dates import JST
from kiosk.settings import load
from kiosk.simulator.world import World
from kiosk.store.access import WAITS_S
from tests.appliance.test_package_boots import as_it_is, on_the_stick, sign, update
from tests.support.box import base, missing, with_packages
from tests.support.leaks import assert_absent, unpacked
from tests.support.site import BASES, ROOT, Site, open_site, package_for
from tests.support.ssh import PACKAGES, Ssh
from tests.support.tmux import TMUX, Terminal
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

TECHNICIAN = "tech"
WORDS = "correct horse battery"
PLAIN = ("kiosk", "technician", "--plain")
TRIES = 5
"""Wrong ones before it waits."""
CLOSED = "upkeep.closed"
PATIENCE_S = 240.0
ROLE = ROOT / "fleet/ansible"


@contextmanager
def reached(tmp_path: Path) -> Iterator[tuple[Site, Ssh]]:
    """A bare Debian, not booted, with an sshd."""
    if reason := missing():
        pytest.skip(reason)
    package_for("trixie")
    plain = with_packages(base("trixie", BASES), "ssh", *PACKAGES)
    with open_site("trixie", tmp_path, plain=plain) as site:
        yield site, Ssh.furnish(site.box, tmp_path, TECHNICIAN)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Site, Ssh]]:
    with reached(tmp_path) as found:
        yield found


def test_the_role_makes_a_box_once(made: tuple[Site, Ssh], tmp_path: Path) -> None:
    if shutil.which("ansible-playbook") is None:
        pytest.skip("ansible-playbook is not installed")
    (site, ssh), box = made, made[0].box
    box.boot()
    book = _inventory(site, ssh, tmp_path)
    first = _play(book)
    assert first["changed"] > 0
    for screen in ("cage", "foot"):
        assert box.run("test", "-x", f"/usr/bin/{screen}", check=False).returncode == 0
    site.certificate()
    box.run("systemctl", "reset-failed")
    box.start("kioskd.service")
    site.check("taro", until="result.valid")
    second = _play(book)
    assert second["changed"] == 0
    assert site.is_open()


def _inventory(site: Site, ssh: Ssh, folder: Path) -> Path:
    """One box, as a chain would list it."""
    known, package = load(site.clinic.config), folder / site.package.name
    shutil.copyfile(site.package, package)
    public = sign(package, Ed25519PrivateKey.generate())
    host = {
        "ansible_host": "127.0.0.1", "ansible_port": ssh.port, "ansible_user": "root",
        "ansible_ssh_common_args": " ".join(ssh.options),
        "ansible_python_interpreter": "/usr/bin/python3",
        "madoguchi_package": str(package), "madoguchi_technicians": [TECHNICIAN],
        "madoguchi_service_ca": str(known.service.ca),
        "madoguchi_settings": {
            "facility": {"code": known.facility.code, "terminal": known.facility.terminal},
            "service": {
                "url": known.service.url, "ca": "service-ca.pem", "simulated": True,
                "certificate": "/var/lib/madoguchi/identity/facility.pem",
                "key": "/var/lib/madoguchi/identity/facility.key",
            },
            "clock": {"trust": "always"}, "update": {"public_key": public},
        },
    }  # fmt: skip
    book = folder / "inventory.json"
    book.write_text(json.dumps({"kiosks": {"hosts": {"box": host}}}))
    return book


def _play(inventory: Path) -> dict[str, int]:
    """How many tasks ended how; none failed."""
    command = ["ansible-playbook", "-i", str(inventory), "site.yml"]
    done = subprocess.run(command, cwd=ROLE, capture_output=True, text=True, check=False)
    counts = re.findall(r"(\w+)=(\d+)", done.stdout.partition("PLAY RECAP")[2])
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: int(count) for name, count in counts}


def _ready(site: Site) -> None:
    """Installed, set up, with a technician who may come to the desk."""
    box = site.box
    site.install()
    box.boot()
    site.set_up()
    drop_in = box.path("/etc/madoguchi/kiosk.d/50-technicians.toml")
    drop_in.write_text(f'[access]\ntechnician_users = ["{TECHNICIAN}"]\n')
    box.run("usermod", "--append", "--groups", "madoguchi,systemd-journal", TECHNICIAN)
    box.start("kioskd.service")


def test_a_technician_over_ssh(made: tuple[Site, Ssh], tmp_path: Path) -> None:
    if not TMUX:
        pytest.skip("tmux is not installed")
    (site, ssh), box = made, made[0].box
    _ready(site)
    site.check("taro", until="result.valid")
    for words in ("status", "logs", "config check", "queue list", "bundle /tmp/box.tar.gz"):
        done = ssh.run(TECHNICIAN, "kiosk", *words.split())
        assert done.returncode == 0, (words, done.stdout + done.stderr)
    found = ssh.run(TECHNICIAN, "kiosk", "doctor", "--json")
    states = {each["name"]: each["state"] for each in json.loads(found.stdout)["findings"]}
    assert states["reader.service"] == "unknown"
    assert "fail" not in states.values(), states
    _nobody_in_the_bundle(site)
    for words in ("history", "update /root", "setup keys"):
        assert ssh.run(TECHNICIAN, "kiosk", *words.split()).returncode != 0, words
    # A server that was told to end is not gone at once: two, each with a socket of its own.
    with _terminal(tmp_path / "root") as terminal:
        _give_passcode(ssh, terminal)
    with _terminal(tmp_path / TECHNICIAN) as terminal:
        _at_work(site, ssh, terminal)
    with _terminal(tmp_path / "lines") as terminal:
        _line_by_line(ssh, terminal)
    heard = _guess_until_it_waits(ssh)
    box.run("kiosk", "config", "backup", "/root/settings.json")
    rows = box.run("madoguchi-admin", "audit", "show").stdout
    assert rows.count("login_failed uid:1000 technician") == heard, rows
    for row in (
        "uid:1000 command bundle",
        "settings_backed_up uid:0 command",
        "logged_in technician/",
        "upkeep:closed",
    ):
        assert row in rows, rows


def _guess_until_it_waits(ssh: Ssh) -> int:
    """Wrong passcodes until none is heard any more; how many were heard.

    The first wait is of half a minute: on the busiest machine it is over before the next guess.
    """
    for heard in range(TRIES + len(WAITS_S)):
        done = ssh.run(TECHNICIAN, *PLAIN, "--passcode-fd", "0", typed="other words\n")
        code = done.stderr[:4]
        assert (done.returncode, code) in {(13, "K321"), (13, "K320")}, done.stderr
        if code == "K320":
            assert heard >= TRIES
            return heard
    pytest.fail("it never waits")


def _nobody_in_the_bundle(site: Site) -> None:
    """That a technician carries away from a box where somebody was received."""
    content = b"\n".join(unpacked(site.box.path("/tmp/box.tar.gz").read_bytes()))  # noqa: S108 - in the box
    (told, *_) = World.open(site.clinic.dir).person("taro").told
    person = told.eligibility
    assert person.name
    assert person.name_kana
    for secret in (person.name, *person.name.split("　"), person.name_kana):
        assert_absent(secret, content)


def test_a_broken_box_is_repaired(made: tuple[Site, Ssh]) -> None:
    (site, _), box = made, made[0].box
    _ready(site)
    assert _states(site).get("reader.service") == "ok"
    box.run("systemctl", "stop", "pcscd.socket", "pcscd.service")
    box.path("/var/lib/madoguchi").chmod(0o755)
    ill = {"reader.service": "fail", "state.folder": "warn"}
    assert ill.items() <= _states(site).items()
    found = json.loads(
        box.run("kiosk", "doctor", "--repair", "--yes", "--json", check=False).stdout
    )
    assert {each["name"] for each in found["repairs"]} == set(ill), found["repairs"]
    assert {_states(site)[name] for name in ill} == {"ok"}
    assert box.path("/var/lib/madoguchi").stat().st_mode & 0o777 == 0o700
    rows = box.run("madoguchi-admin", "audit", "show").stdout
    assert rows.count("repair") >= len(ill), rows
    site.check("taro", until="result.valid")


def _states(site: Site) -> dict[str, str]:
    """What the doctor finds as root, by name."""
    said = site.box.run("kiosk", "doctor", "--json", check=False).stdout
    return {each["name"]: each["state"] for each in json.loads(said)["findings"]}


def _give_passcode(ssh: Ssh, terminal: Terminal) -> None:
    """Typed twice, by who is root."""
    command = "madoguchi-admin setup passcode set --role technician --label one"
    begun = ssh.command("root", *command.split(), terminal=True)
    terminal.begin("true", begun, (80, 24))
    terminal.until("新しい番号")
    terminal.keys(WORDS, "Enter")
    terminal.until("もう一度")
    terminal.keys(WORDS, "Enter")
    terminal.until("ended with 0")


def _at_work(site: Site, ssh: Ssh, terminal: Terminal) -> None:
    """The pages at 80x24: let in, the reception closed and open again."""
    begun = ssh.command(TECHNICIAN, "kiosk", "technician", terminal=True)
    terminal.begin("true", begun, (80, 24))
    terminal.until("職員の番号")
    terminal.keys(WORDS, "Enter")
    terminal.until("技術者のメニュー")
    terminal.keys("5")
    terminal.until("いま点検中です")
    link = SocketLink(site.box.path("/run/madoguchi/desk.sock"))
    try:
        visitor = Visitor(link, patience_s=PATIENCE_S)
        visitor.press()
        assert visitor.until(CLOSED)
    finally:
        link.close()
    terminal.keys("6")
    terminal.until("点検が終わりました")
    site.check("hanako", until="result.valid")


def _line_by_line(ssh: Ssh, terminal: Terminal) -> None:
    """The same in line mode, as a screen reader has it."""
    begun = ssh.command(TECHNICIAN, *PLAIN, terminal=True)
    terminal.begin("true", begun, (80, 24))
    terminal.until("職員の番号")
    terminal.keys(WORDS, "Enter")
    terminal.until("技術者のメニュー")
    terminal.keys("2", "Enter")
    terminal.until("いまの状態")
    terminal.keys("0", "Enter")
    terminal.keys("0", "Enter")
    terminal.until("ended with 0")


@contextmanager
def _terminal(socket: Path) -> Iterator[Terminal]:
    terminal = Terminal(socket.with_suffix(".tmux"), patience_s=PATIENCE_S)
    try:
        yield terminal
    finally:
        subprocess.run([TMUX, "-S", str(terminal.socket), "kill-server"], check=False)


def test_no_update_in_opening_hours_or_with_a_card_in(
    made: tuple[Site, Ssh], tmp_path: Path
) -> None:
    (site, _), box, key = made, made[0].box, Ed25519PrivateKey.generate()
    _ready(site)
    box.path("/root/stick").mkdir()
    public, before = sign(box.path("/root/kiosk.deb"), key), box.version()
    on_the_stick(site, key, tmp_path, "1.1", as_it_is)

    def may(begin: timedelta, end: timedelta) -> None:
        now = datetime.now(JST)
        hours = f"{now + begin:%H:%M}-{now + end:%H:%M}"
        box.path("/etc/madoguchi/kiosk.d/50-update.toml").write_text(
            f'[update]\npublic_key = "{public}"\nhours = "{hours}"\n'
        )

    may(timedelta(hours=2), timedelta(hours=3))
    refused = update(site, "--previous", "/root/kiosk.deb")
    assert refused.stderr.startswith("K523"), refused.stderr
    assert "not within" in refused.stderr
    may(-timedelta(hours=1), timedelta(hours=3))
    link = SocketLink(box.path("/run/madoguchi/desk.sock"))
    try:
        visitor = Visitor(link, patience_s=PATIENCE_S)
        visitor.until_condition(lambda condition: condition.reader)
        with site.clinic.card("taro"):
            visitor.until("<ask_pin>")
            refused = update(site)
            assert refused.stderr.startswith("K523"), refused.stderr
            visitor.type_pin(World.open(site.clinic.dir).pin("taro"))
            visitor.until("result.valid")
    finally:
        link.close()
    assert box.version() == before
    assert site.is_open()
