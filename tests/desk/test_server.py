"""Peers that are broken or hostile: cut off, and nobody else notices."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.desk import server
from kiosk.desk.address import connect
from kiosk.desk.client import SocketLink
from kiosk.desk.counter import Counter
from kiosk.desk.listening import listen
from kiosk.desk.messages import (
    VERSION,
    Ask,
    BadMessage,
    Claim,
    CoreUnreachable,
    Failed,
    Hello,
    Reply,
    Role,
    Welcome,
)
from kiosk.desk.server import DeskServer
from kiosk.ports.records import StateInUse
from tests.support.desk import Desk, hear

HELLO = b'{"type":"hello","version":3,"front":"screen"}\n'


def dial(desk: Desk, *, greets: bool = True) -> socket.socket:
    line = connect(desk.path)
    line.settimeout(10)
    if greets:
        line.sendall(HELLO)
        assert b'"welcome"' in line.recv(4096)
    return line


def dial_in_time(desk: Desk) -> socket.socket:
    """A peer of an impatient desk: one that a busy machine made late comes again."""
    while True:
        line = connect(desk.path)
        line.settimeout(10)
        with suppress(ConnectionError):
            line.sendall(HELLO)
            if b'"welcome"' in line.recv(4096):
                return line
        line.close()


def is_cut(line: socket.socket) -> bool:
    """True when the desk hangs up within the patience."""
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def send_often(line: socket.socket, pieces: list[bytes], *, pause_s: float = 0.0) -> None:
    for each in pieces:
        line.sendall(each)
        threading.Event().wait(pause_s)


@pytest.fixture(autouse=True)
def an_honest_front(desk: Desk) -> Iterator[SocketLink]:
    """Somebody works on while the others misbehave, and is served to the end."""
    link = desk.link()
    link.send(Hello(VERSION, "screen"))
    link.send(Claim(1))
    hear(link, Reply)
    yield link
    link.send(Ask(2, "status"))
    assert hear(link, Reply).id == 2
    link.close()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b'"hello"',
        b"null",
        b"\xff\xfe",
        b'{"type":"hello"}',
        b'{"type":"drop_tables"}',
        b'{"type":["hello"]}',
        b'{"type":"hello","version":"2","front":"x"}',
        b'{"type":"hello","version":1,"front":"x"}',
        b'{"type":"claim","id":1}',
        b"[" * 60000,
        b"1" * 60000,
    ],
)
def test_who_does_not_greet_is_told_once_and_cut_off(desk: Desk, line: bytes) -> None:
    with dial(desk, greets=False) as peer:
        peer.sendall(line + b"\n")
        first = peer.recv(4096)
        assert json.loads(first.partition(b"\n")[0]) == {
            "id": 0,
            "code": "K314",
            "wait_s": 0,
            "type": "failed",
        }
        assert is_cut(peer)


def test_a_greeted_peer_has_a_few_slips_and_no_more(desk: Desk) -> None:
    with dial(desk) as peer:
        for _ in range(7):
            peer.sendall(b'{"type":"nonsense"}\n')
            assert b"K314" in peer.recv(4096)
        peer.sendall(b'{"type":"ask","id":5,"query":"status","about":{}}\n')
        assert b'"reply"' in peer.recv(4096)
        peer.sendall(b"{}\n")
        assert is_cut(peer)


def test_a_line_without_end_is_cut_off_at_the_limit(desk: Desk) -> None:
    with dial(desk) as peer:
        with pytest.raises(OSError, match=r"reset|pipe"):
            send_often(peer, [b"x" * 1024 * 1024] * 64)
        assert is_cut(peer)


def test_a_flood_of_good_lines_is_cut_off(desk: Desk) -> None:
    with dial(desk) as peer:
        with pytest.raises(OSError, match=r"reset|pipe"):
            send_often(peer, [b'{"type":"pressed","key":"any"}\n' * 100] * 200)
        assert is_cut(peer)


def test_who_asks_and_does_not_read_is_cut_off(desk: Desk) -> None:
    with dial(desk) as peer:
        about = b'{"type":"ask","id":1,"query":"status","about":{"size":50000}}\n'
        with pytest.raises(OSError, match=r"reset|pipe"):
            send_often(peer, [about] * 500, pause_s=0.01)


def test_half_a_line_and_silence_are_cut_off_after_the_patience(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "impatient.sock"
    impatient = DeskServer(desk.counter, path, lambda _: Role.VISITOR, greeting_s=0.2)
    here = Desk(desk.house, desk.counter, path, {})
    with (
        impatient,
        dial(here, greets=False) as silent,
        dial_in_time(here) as half,
        dial_in_time(here) as quiet,
    ):
        half.sendall(b'{"type":"pres')
        assert is_cut(silent)
        assert is_cut(half)
        quiet.sendall(b'{"type":"pressed","key":"any"}\n')
        assert b"K312" in quiet.recv(4096)


def test_too_many_peers_are_not_let_in(desk: Desk) -> None:
    peers = [dial(desk) for _ in range(server.MOST_OF_ONE_UID - 1)]
    with dial(desk, greets=False) as late:
        assert is_cut(late)
    peers.pop().close()
    for each in peers:
        each.close()


def test_a_peer_killed_in_the_middle_frees_the_visit(
    desk: Desk, an_honest_front: SocketLink
) -> None:
    an_honest_front.send(Ask(8, "status"))
    hear(an_honest_front, Reply)
    script = (
        "import sys, time; from pathlib import Path\n"
        "from kiosk.desk.client import SocketLink; from kiosk.desk.messages import *\n"
        f"link = SocketLink(Path({str(desk.path)!r})); link.send(Hello(VERSION, 'line'))\n"
        "link.send(Claim(1)); print(link.receive(), link.receive(), flush=True); link.receive()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"K312" in process.stdout.readline()
        process.send_signal(signal.SIGKILL)


@given(st.lists(st.binary(max_size=200), max_size=5))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_do_no_harm(desk: Desk, pieces: list[bytes]) -> None:
    with dial(desk, greets=False) as peer:
        try:
            for each in pieces:
                peer.sendall(each)
        except OSError:
            assert is_cut(peer)


def test_the_socket_is_for_its_owner_alone(desk: Desk) -> None:
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.path.parent.stat().st_mode) == 0o700


def test_a_path_longer_than_an_address_works(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / ("long-" * 30) / ("folder" * 20) / "desk.sock"
    counter = Counter(desk.house, {})
    with DeskServer(counter, path, lambda _: Role.VISITOR):
        link = SocketLink(path)
        link.send(Hello(VERSION, "line"))
        assert hear(link, Welcome).version == VERSION
        link.close()
    assert not path.exists()
    counter.close()


def test_a_stale_file_is_replaced_and_a_living_owner_is_named(desk: Desk, tmp_path: Path) -> None:
    stale = tmp_path / "stale.sock"
    listen(stale).close()
    assert stale.is_socket()
    listen(stale).close()
    with pytest.raises(StateInUse, match=str(os.getpid())):
        listen(desk.path)
    assert desk.path.is_socket()


def test_nobody_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CoreUnreachable):
        SocketLink(tmp_path / "none.sock")
    with pytest.raises(CoreUnreachable):
        SocketLink(tmp_path / "no folder" / "none.sock")


def test_a_core_that_talks_nonsense_is_a_bad_message(tmp_path: Path) -> None:
    listener = listen(tmp_path / "odd.sock")
    link = SocketLink(tmp_path / "odd.sock")
    served, _ = listener.accept()
    with served, listener:
        served.sendall(b'{"type":"wel')
        assert link.receive(0.05) is None
        served.sendall(b'come"}\n')
        with pytest.raises(BadMessage):
            link.receive(30)
        served.sendall(b"x" * 100_000)
        with pytest.raises(BadMessage):
            link.receive(30)
    link.close()


def test_closing_a_link_wakes_who_receives(desk: Desk) -> None:
    link = desk.link()
    ended: list[str] = []

    def wait() -> None:
        try:
            link.receive()
        except CoreUnreachable as error:
            ended.append(error.code)

    waiting = threading.Thread(target=wait)
    waiting.start()
    link.close()
    waiting.join(30)
    assert ended == ["K311"]


def test_a_failed_is_no_reply(desk: Desk) -> None:
    link = desk.link()
    link.send(Hello(VERSION, "command"))
    link.send(Claim(3))
    assert hear(link, Failed) == Failed(3, "K312")
    link.close()
