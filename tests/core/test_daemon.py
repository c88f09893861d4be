"""One kioskd a folder, and what it tells systemd."""

from __future__ import annotations

import os
import queue
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.core.daemon import notify, watch_over
from kiosk.core.ownership import LOCK, PACKAGED, desk_beside, owned
from kiosk.desk.messages import Role
from kiosk.desk.server import DeskServer
from kiosk.ports.records import DiskReadOnly, StateInUse
from tests.core.conftest import Box

NOBODY = 65534
"""A user that owns nothing: to root no folder is closed."""


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where systemd listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.settimeout(10)
        line.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield line


def test_a_second_owner_is_told_who_the_first_is(tmp_path: Path) -> None:
    second = owned(tmp_path / "state")
    with owned(tmp_path / "state"), pytest.raises(StateInUse, match=str(os.getpid())):
        second.__enter__()
    with owned(tmp_path / "state"):
        assert (tmp_path / "state" / LOCK).read_text() == f"{os.getpid()}\n"


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskReadOnly), owned(tmp_path / "file" / "state"):
        raise AssertionError("it cannot be owned")


def test_fronts_find_the_desk_also_beside_a_folder_that_is_closed_to_them(tmp_path: Path) -> None:
    state, own = tmp_path / "state", os.geteuid()
    assert desk_beside(state) == state / "desk.sock"
    with owned(state, tmp_path / "elsewhere.sock"):
        assert desk_beside(state) == tmp_path / "elsewhere.sock"
    state.chmod(0)
    try:
        if own == 0:
            os.seteuid(NOBODY)
        assert desk_beside(state) == PACKAGED, "where systemd has it for everybody"
    finally:
        os.seteuid(own)
        state.chmod(0o700)


def test_ready_watchdog_and_stopping_are_told(
    box: Box, tmp_path: Path, systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "300000")
    assert box.core is not None
    stop, turns = threading.Event(), queue.SimpleQueue[None]()

    def turn() -> bool:
        turns.put(None)
        return False

    with DeskServer(box.core.counter, tmp_path / "desk.sock", lambda _: Role.STAFF) as desk:
        watching = threading.Thread(target=watch_over, args=[box.core, desk, stop, turn])
        watching.start()
        assert [systemd.recv(64), systemd.recv(64)] == [b"READY=1", b"WATCHDOG=1"]
        box.core._looker.stop()
        while not turns.empty():
            turns.get()
        turns.get(timeout=10)  # what was seen of it while it lived has been told by now
        told_by_then = _told(systemd)
        for _ in range(3):
            turns.get(timeout=10)
        stop.set()
        watching.join(10)
    assert set(told_by_then) <= {b"WATCHDOG=1"}
    assert _told(systemd) == [b"STOPPING=1"]


def _told(systemd: socket.socket) -> list[bytes]:
    """What lies there."""
    told = []
    while select.select([systemd], [], [], 0)[0]:
        told.append(systemd.recv(64))
    return told


def test_a_watchdog_is_not_fed_when_a_thread_is_dead(
    box: Box, tmp_path: Path, systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "60000")
    assert box.core is not None
    box.core._looker.stop()
    stop = threading.Event()
    with DeskServer(box.core.counter, tmp_path / "desk.sock", lambda _: Role.STAFF) as desk:
        timer = threading.Timer(0.3, stop.set)
        timer.start()
        watch_over(box.core, desk, stop)
        timer.join()
    assert [systemd.recv(64), systemd.recv(64)] == [b"READY=1", b"STOPPING=1"]


def test_nobody_listening_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("", "/nowhere/notify", "@nobody-listens-here"):
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        notify("READY=1")
