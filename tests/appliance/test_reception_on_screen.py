"""The reception as it boots: the real unit draws, is killed, comes back; the last screen.

Debian 13 by systemd-nspawn. A container has neither a screen nor a console of its own, so a drop-in
lets cage draw into memory and takes the console away; everything else is the unit as shipped.
``MADOGUCHI_SCREENS=write`` keeps the pictures in docs/screens.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from kiosk.simulator.world import World
from tests.support.box import Box, base, missing, with_packages
from tests.support.site import BASES, ROOT, Site, open_site

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

PICTURES = ROOT / "docs/screens"
SIZE = "1280x800"
UNIT = "kiosk-reception.service"
USER = "madoguchi-reception"
DISPLAY = (
    "cage", "foot", "wtype", "wlr-randr", "grim", "fonts-morisawa-bizud-gothic", "fonts-noto-cjk",
)  # fmt: skip
_LINES = 20_000
"""Bytes of a picture with text on it; black packs to nothing."""
_IN_MEMORY = """\
[Service]
Environment=WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
"""
# Its session is logind's, so the unit's own cgroup does not list it.
_KILL_FRONT = f"""
for each in /proc/[0-9]*; do
    [ "$(stat -c %U $each)" = {USER} ] && [ "$(cat $each/comm)" = kiosk ] || continue
    kill -KILL ${{each#/proc/}}
done
"""


class Screen:
    """What stands on the screen of a box.

    Args:
        box: booted.
    """

    def __init__(self, box: Box) -> None:
        self.box = box

    def is_drawn(self) -> bool:
        """There is text on it."""
        return len(self.look()) > _LINES

    def look(self) -> bytes:
        """The picture as PNG; empty where nothing is drawn."""
        place = f"/run/{USER}/now.png"
        if self._as_reception("grim", place) != 0:
            return b""
        return self.box.path(place).read_bytes()

    def widen(self) -> bool:
        """The panel of a kiosk; a screen in memory begins with another size."""
        return self._as_reception("wlr-randr", "--output", "HEADLESS-1", "--custom-mode", SIZE) == 0

    def press(self, *keys: str) -> None:
        """Keys of the keypad, by the protocol of a virtual keyboard."""
        for key in keys:
            assert self._as_reception("wtype", "-k", key) == 0

    def stands_still(self, *, after: bytes) -> bytes:
        """The next picture that is another, once it stays as it is."""
        before = b""
        deadline = time.monotonic() + 60
        while (now := self.look()) != before or now == after or len(now) <= _LINES:
            assert time.monotonic() < deadline, "nothing new is to be seen"
            before = now
            time.sleep(1)
        return now

    def _as_reception(self, *command: str) -> int:
        found = self.box.run(
            "runuser", "-u", USER, "--", "env", f"XDG_RUNTIME_DIR=/run/{USER}",
            "WAYLAND_DISPLAY=wayland-0", *command, check=False,
        )  # fmt: skip
        return found.returncode


def keep(picture: bytes, name: str, folder: Path) -> None:
    """Where the run's pictures are, and in docs/screens when they are to be kept."""
    file = folder / f"{name}.png"
    file.write_bytes(picture)
    if os.environ.get("MADOGUCHI_SCREENS") == "write":
        flat = Image.open(file).convert("RGB").quantize(16, dither=Image.Dither.NONE)
        flat.save(PICTURES / f"{name}.png", optimize=True)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if reason := missing():
        pytest.skip(reason)
    plain = with_packages(base("trixie", BASES), "screen", *DISPLAY)
    layers = tmp_path / "layers"
    layers.mkdir()
    with open_site("trixie", layers, plain=plain) as opened:
        yield opened


def test_the_reception_draws_and_comes_back_and_its_end_says_whom_to_call(
    site: Site, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    box, screen = site.box, Screen(site.box)
    site.install()
    drop_in = box.root / f"etc/systemd/system/{UNIT}.d"
    drop_in.mkdir()
    (drop_in / "in-memory.conf").write_text(_IN_MEMORY)
    site.set_up()
    box.boot()
    box.until(lambda: box.is_active(UNIT), "the reception opens without anybody")
    box.until(screen.widen, "cage has a screen")
    box.until(screen.is_drawn, "the front draws")
    idle = screen.stands_still(after=b"")
    keep(idle, "box-booted", tmp_path)
    taken = box.memory()
    record_testsuite_property("start", box.run("systemd-analyze", "time").stdout)
    record_testsuite_property("memory_kib", {**taken, "in all": taken.total()})

    # The first key that is ever sent this way is lost.
    screen.press("Shift_L")
    with site.clinic.card("taro"):
        ask = screen.stands_still(after=idle)
        keep(ask, "box-pin", tmp_path)
        screen.press(*World.open(site.clinic.dir).pin("taro"), "Return")
        box.until(lambda: len(site.clinic.processed()) == 1, "the check was asked")
        keep(screen.stands_still(after=ask), "box-result", tmp_path)

    comes_back(box, screen, "kioskd.service")
    whom = box.path("/etc/madoguchi/whom-to-call.txt").read_text().strip().splitlines()[0]
    comes_back(box, screen, UNIT)
    assert whom not in box.log.read_text(errors="replace")
    box.until(lambda: gave_up(box), "it gives up")
    box.until(lambda: whom in box.log.read_text(errors="replace"), "the screen says whom to call")


def comes_back(box: Box, screen: Screen, unit: str) -> None:
    """Killed where it hurts, and there again by itself."""
    times = restarts(box, unit)
    kill_front(box) if unit == UNIT else box.run("systemctl", "kill", "--signal=KILL", unit)
    box.until(lambda: restarts(box, unit) > times and box.is_active(unit), f"{unit} came back")
    box.until(screen.is_drawn, "it draws")


def gave_up(box: Box) -> bool:
    """The front falls over whenever it runs, until systemd starts it no more."""
    kill_front(box)
    said = box.run("systemctl", "is-failed", UNIT, check=False).stdout.strip()
    return said == "failed"


def kill_front(box: Box) -> None:
    """The front alone; foot and cage end with it."""
    box.run("sh", "-c", _KILL_FRONT, check=False)


def restarts(box: Box, unit: str) -> int:
    return int(box.run("systemctl", "show", "--property=NRestarts", "--value", unit).stdout)
