"""A braille display: brltty itself with its virtual display of 40 cells, before it our driver."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from queue import Empty, Queue

import pytest

from kiosk.domain.braille import cell, cells
from kiosk.errors import VoiceError
from kiosk.ports.voice import BrailleSupportMissing, NoBrailleDisplay
from kiosk.voice.braille import _SYSTEM_PACKAGES, BrailleDisplay, _library
from tests.voice.conftest import until

DEADLINE_S = 30.0
HAS_BRLAPI = PathFinder.find_spec("brlapi", [*sys.path, _SYSTEM_PACKAGES]) is not None
BRLTTY = shutil.which("brltty") or ""
needs_brltty = pytest.mark.skipif(
    not (BRLTTY and HAS_BRLAPI), reason="brltty or python3-brlapi is not installed"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class VirtualDisplay:
    """brltty and the far end of its virtual display: what is felt comes as dots, keys go by name.

    Args:
        folder: for what brltty keeps.
        number: of its BrlAPI, as in BRLAPI_HOST.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self.host = f"127.0.0.1:{number}"
        port = free_port()
        plain = ["-n", "-e", "-q", "-x", "no", "-s", "no", "-f", "/dev/null"]
        virtual = ["-b", "vr", "-d", f"server:127.0.0.1:{port}"]
        door = ["-A", f"auth=none,host={self.host}"]
        kept = ["-U", str(folder), "-P", str(folder / "pid"), "-F", str(folder / "prefs")]
        self._process = subprocess.Popen(
            [BRLTTY, *plain, *virtual, *door, *kept],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self._connect(port))
        self._line.settimeout(DEADLINE_S)
        self._line.sendall(b"cells 40\n")
        self._file = self._line.makefile("r", encoding="utf-8", errors="replace")

    def _connect(self, port: int) -> bool:
        try:
            self._line = socket.create_connection(("127.0.0.1", port), 1.0)
        except OSError:
            return False
        return True

    def felt(self, wanted: str) -> str:
        """The cells of the display, as soon as they begin as wanted."""
        while True:
            line = self._file.readline()
            assert line, "brltty has gone"
            if line.startswith("Braille "):
                signs = line.removeprefix("Braille ").strip().strip('"').split("|")
                text = "".join(cell(each.strip()) for each in signs)
                if text.startswith(wanted):
                    return text

    def press(self, command: str) -> None:
        self._line.sendall(f"{command}\n".encode())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._file.close()
        self._line.close()


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[VirtualDisplay]:
    display = VirtualDisplay(tmp_path, 77)
    yield display
    display.close()


class Hand:
    """What the driver told."""

    def __init__(self) -> None:
        self.keys: Queue[str] = Queue()
        self.widths: Queue[int] = Queue()
        self.faults: Queue[VoiceError | None] = Queue()

    def opened(self, host: str | None) -> BrailleDisplay:
        return BrailleDisplay(self.keys.put, self.widths.put, self.faults.put, host)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@needs_brltty
def test_what_is_written_is_felt_and_keys_come_back(virtual: VirtualDisplay, hand: Hand) -> None:
    display = hand.opened(virtual.host)
    assert hand.widths.get(timeout=DEADLINE_S) == 40
    line = cells("シカク、 ユーコー。 3ワリ。")
    display.write(line)
    assert virtual.felt(line) == line.ljust(40, "\u2800")
    for command, key in (("FWINRT", "on"), ("LNUP", "up"), ("FWINLT", "back"), ("HELP", "help")):
        virtual.press(command)
        assert hand.keys.get(timeout=DEADLINE_S) == key
    display.close()


@needs_brltty
def test_a_display_that_goes_is_told_once(virtual: VirtualDisplay, hand: Hand) -> None:
    display = hand.opened(virtual.host)
    hand.widths.get(timeout=DEADLINE_S)
    virtual.close()
    assert isinstance(hand.faults.get(timeout=DEADLINE_S), NoBrailleDisplay)
    display.close()
    with pytest.raises(Empty):
        hand.faults.get_nowait()


@needs_brltty
def test_without_brltty_there_is_no_display_and_no_error(hand: Hand) -> None:
    display = hand.opened("127.0.0.1:78")
    assert isinstance(hand.faults.get(timeout=DEADLINE_S), NoBrailleDisplay)
    display.write("⠁")
    display.close()


def test_without_the_library_that_is_said(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "brlapi.py").write_text("import a_library_that_is_not_there\n")
    monkeypatch.delitem(sys.modules, "brlapi", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(BrailleSupportMissing):
        _library()
    hand.opened(None).close()
    assert isinstance(hand.faults.get(timeout=DEADLINE_S), BrailleSupportMissing)
