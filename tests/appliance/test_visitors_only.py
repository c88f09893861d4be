"""A box that came up by itself receives visitors, and shows nothing of the staff's to anybody.

Debian 12 and 13 by systemd-nspawn, with the real units; the front is the one of the reception's
user, in a terminal instead of cage. ``dist/`` must hold the packages: ``make deb``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.core.core import EVERY_QUERY
from kiosk.desk.client import SocketLink
from kiosk.desk.messages import Ask, Failed, NotAllowed, Reach
from kiosk.simulator.world import World
from tests.support.site import RELEASES, Site, open_site
from tests.support.tmux import TMUX, Terminal
from tests.support.visitor import Visitor

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(not TMUX, reason="tmux is not installed: no real terminal"),
]

CODE = "482915"
USER = "madoguchi-reception"
OF_THE_BOX = frozenset({Reach.VISITOR, Reach.BOX})
"""No patient data: the only questions that are answered without a login."""
OF_PATIENTS = frozenset({"history", "search", "record", "matters_named", "results", "export"})
PATIENCE_S = 120.0


@pytest.fixture(params=RELEASES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    layers = tmp_path / "layers"
    layers.mkdir()
    with open_site(request.param, layers) as opened:
        yield opened


def test_a_box_that_came_up_alone_is_for_visitors_until_staff_log_in(
    site: Site, tmp_path: Path
) -> None:
    box = site.box
    site.install()
    site.set_up()
    box.boot()
    box.until(site.is_open, "the box opens without anybody")
    give = "madoguchi-admin setup passcode set --label one --passcode-fd 0"
    box.run("sh", "-c", f"echo {CODE} | {give}")
    site.check("taro", until="result.valid")
    box.cut_the_power()
    box.boot()
    box.until(site.is_open, "again without anybody")
    with front(site, tmp_path / "front.tmux") as terminal:
        receives(site, terminal)
        keeps_staff_waiting(terminal)
    staff_alone_are_answered(site)
    box.cut_the_power()
    box.boot()
    box.until(site.is_open, "again without anybody")
    with asking(site) as anybody:
        assert refused(anybody) >= OF_PATIENTS, "a login does not outlive the power"


@contextmanager
def front(site: Site, socket: Path) -> Iterator[Terminal]:
    """The reception as its unit starts it, at a terminal."""
    terminal = Terminal(socket, patience_s=PATIENCE_S)
    reception = ("runuser", "-u", USER, "-g", USER, "-G", "madoguchi", "--")
    run = ("kiosk", "run", "--no-voice", "--no-braille", "--socket", "/run/madoguchi/desk.sock")
    known = ("env", "TERM=screen-256color", f"HOME=/run/{USER}")
    terminal.begin("true", site.box.inside(*reception, *known, *run), (80, 24))
    try:
        yield terminal
    finally:
        terminal.do("kill-server")


def receives(site: Site, terminal: Terminal) -> None:
    """A visit by card and PIN; nobody logged in."""
    terminal.until("受付できます")
    with site.clinic.card("hanako"):
        terminal.until("暗証番号")
        terminal.keys(*World.open(site.clinic.dir).pin("hanako"), "Enter")
        terminal.until("割")
    terminal.until("受付できます")


def keeps_staff_waiting(terminal: Terminal) -> None:
    """The way to the staff's pages ends at the passcode."""
    terminal.keys("/", "0")
    terminal.until("職員の番号を押し")
    terminal.keys(*"123456", "Enter")
    terminal.until("職員の番号が違います")
    for inner in ("設定メニュー", "ヤマダ", "山田"):
        assert inner not in terminal.everything


@contextmanager
def asking(site: Site) -> Iterator[Visitor]:
    """A front that does not receive, of the uid that may reach furthest."""
    link = SocketLink(site.box.path("/run/madoguchi/desk.sock"))
    try:
        yield Visitor(link, claims=False, patience_s=PATIENCE_S)
    finally:
        link.close()


def refused(anybody: Visitor) -> frozenset[str]:
    """What is answered to nobody who did not log in: all but how the box is."""
    closed = frozenset(name for name, reach in EVERY_QUERY.items() if reach not in OF_THE_BOX)
    for name in closed:
        said = anybody.ask(lambda number, name=name: Ask(number, name))  # type: ignore[misc]
        assert isinstance(said, Failed), name
        assert said.code == NotAllowed.code, (name, said)
    return closed


def staff_alone_are_answered(site: Site) -> None:
    """The same front before and after the passcode."""
    with asking(site) as somebody:
        assert refused(somebody) >= OF_PATIENTS
        somebody.log_in(CODE)
        found = somebody.query("search", kana="ヤマダ")
        assert found["count"] == len(site.clinic.processed()) == 2
    with asking(site) as another:
        assert refused(another) >= OF_PATIENTS, "a login is of one front"
