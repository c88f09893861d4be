"""Screen, keys, disk and updates, on boxes laid out in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.appliance import update
from kiosk.appliance.box import Box
from kiosk.appliance.checks import disk, keypad, release, screen
from kiosk.appliance.finding import State
from kiosk.phrasebook import Phrase
from kiosk.settings import Settings, SettingsMissing

Write = Callable[[str, str], None]
PAD = """\
I: Bus=0003 Vendor=062a Product=4101 Version=0110
N: Name="SIGMACHIP USB Keypad"
P: Phys=usb-0000:01:00.0-1.3/input0
H: Handlers=sysrq kbd leds event0
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe
"""
BUTTON = """\
I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="Power Button"
H: Handlers=kbd event1
B: EV=3
B: KEY=8000 10000000000000 0
"""


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(SettingsMissing("kiosk.toml"), tmp_path / "root")


@pytest.fixture
def write(box: Box) -> Write:
    def put(path: str, text: str) -> None:
        (box.root / path).parent.mkdir(parents=True, exist_ok=True)
        (box.root / path).write_text(text)

    return put


def _set_up(box: Box, folder: Path, *, key: str = "RWQ") -> Box:
    """With settings, whose state folder is there."""
    folder.mkdir(exist_ok=True)
    found = Settings.model_validate(
        {
            "facility": {"code": "1312345678", "terminal": "W0000001"},
            "service": {"url": "https://a.example", "ca": "a", "certificate": "b", "key": "c"},
            "state": {"dir": folder},
            "update": {"public_key": key},
        }
    )
    return replace(box, settings=found)


def test_a_screen_is_named_with_its_size(box: Box, write: Write) -> None:
    for port, status in (("card1-HDMI-A-1", "connected"), ("card1-HDMI-A-2", "disconnected")):
        write(f"sys/class/drm/{port}/status", f"{status}\n")
        write(f"sys/class/drm/{port}/modes", "1280x800\n1024x768\n")
    (found,) = screen.find(box)
    assert (found.state, found.detail) == (State.OK, "HDMI-A-1 1280x800")


def test_a_screen_that_is_unplugged_and_a_box_without_a_port(box: Box, write: Write) -> None:
    (found,) = screen.find(box)
    assert found.state is State.SKIPPED
    write("sys/class/drm/card0-HDMI-A-1/status", "disconnected\n")
    (found,) = screen.find(box)
    assert (found.state, found.hint) == (State.WARN, Phrase.DOCTOR_HINT_SCREEN)


@pytest.mark.parametrize(
    ("listed", "state", "detail"),
    [
        (None, State.UNKNOWN, ""),
        (BUTTON, State.WARN, ""),
        (f"{BUTTON}\n{PAD}", State.OK, "SIGMACHIP USB Keypad"),
        (
            'N: Name="Pad"\nB: KEY=7ff800 0 ff800003fe 0\n\nN: Name="Row"\nB: KEY=10000ffc\n',
            State.OK,
            "Row",
        ),
        ('N: Name="Pad"\nB: KEY=7bb80 0\n', State.OK, "Pad"),
    ],
)
def test_who_can_type_a_pin(
    box: Box, write: Write, listed: str | None, state: State, detail: str
) -> None:
    if listed is not None:
        write("proc/bus/input/devices", listed)
    (found,) = keypad.find(box)
    assert (found.state, found.detail) == (state, detail)


@pytest.mark.parametrize(
    ("errors", "life", "spare", "states"),
    [
        (None, None, None, (State.UNKNOWN, State.UNKNOWN)),
        ("0\n", "0x02 0x01\n", "0x01\n", (State.OK, State.OK)),
        ("3\n", "0x0a 0x01\n", "0x01\n", (State.FAIL, State.WARN)),
        ("0\n", "0x02 0x02\n", "0x02\n", (State.OK, State.WARN)),
        ("0\n", "0x00 0x00\n", None, (State.OK, State.UNKNOWN)),
    ],
)
def test_what_a_disk_says_of_itself(
    box: Box,
    write: Write,
    tmp_path: Path,
    errors: str | None,
    life: str | None,
    spare: str | None,
    states: tuple[State, State],
) -> None:
    box = _set_up(box, tmp_path / "kept")
    number = (tmp_path / "kept").stat().st_dev
    whole = "sys/devices/mmc0/block/mmcblk0"
    write(f"{whole}/mmcblk0p2/size", "1\n")
    link = box.root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    link.parent.mkdir(parents=True)
    link.symlink_to(box.root / whole / "mmcblk0p2")
    for path, text in (
        ("sys/fs/ext4/mmcblk0p2/errors_count", errors),
        (f"{whole}/device/life_time", life),
        (f"{whole}/device/pre_eol_info", spare),
    ):
        if text is not None:
            write(path, text)
    assert tuple(each.state for each in disk.find(box)) == states


def test_a_disk_is_of_no_interest_before_anything_is_kept(box: Box) -> None:
    assert list(disk.find(box)) == []


@pytest.mark.parametrize(
    ("files", "key", "state", "what"),
    [
        ({}, "RWQ", State.SKIPPED, Phrase.DOCTOR_UPDATE_NO_WAY),
        ({"current.deb": ""}, "RWQ", State.OK, Phrase.DOCTOR_UPDATE),
        ({"current.deb": "", "result": "updated\n"}, "RWQ", State.OK, Phrase.DOCTOR_UPDATE),
        ({"current.deb": "", "result": "undone\n"}, "RWQ", State.WARN, Phrase.DOCTOR_UPDATE_UNDONE),
        ({"current.deb": ""}, "", State.WARN, Phrase.DOCTOR_UPDATE_NO_KEY),
        ({"pending": ""}, "", State.FAIL, Phrase.DOCTOR_UPDATE_PENDING),
    ],
)
def test_whether_a_release_can_follow(
    box: Box,
    write: Write,
    tmp_path: Path,
    files: dict[str, str],
    key: str,
    state: State,
    what: Phrase,
) -> None:
    assert list(release.find(box)) == [], "no package was installed"
    home = update.HOME.relative_to("/")
    (box.root / home).mkdir(parents=True)
    for name, text in files.items():
        write(f"{home}/{name}", text)
    seen = replace(_set_up(box, tmp_path / "kept", key=key), status={"version": "1.2"})
    (found,) = release.find(seen)
    assert (found.state, found.what, found.detail) == (state, what, "1.2")
