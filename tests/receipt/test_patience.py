"""Who connects and says nothing, or half of something, keeps nobody else out."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kiosk.receipt.listener import Listener
from kiosk.receipt.patience import MOST_OF_ONE_ADDRESS

REQUEST_S = 1.0
HUNG_UP = (ConnectionError, ssl.SSLEOFError)
"""How one finds that they did; not a ``TimeoutError``: then they did not."""
HALVES = [
    b"",
    b"GET /v1/results HT",
    b"POST /v1/pairings HTTP/1.1\r\nhost: a\r\ncontent-length: 90\r\n\r\n{",
    b"GET /v1/nothing HTTP/1.1\r\nhost: a\r\n\r\nGET /v1/no",
]


@pytest.fixture
def hurried(tmp_path: Path) -> Iterator[Listener]:
    with Listener(
        dict, tmp_path, listen="127.0.0.1:0", binds_address=False, request_s=REQUEST_S
    ) as listening:
        yield listening


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """With its own patience, which opening a few lines does not use up."""
    with Listener(dict, tmp_path, listen="127.0.0.1:0", binds_address=False) as listening:
        yield listening


def connected(listener: Listener, folder: Path, address: str = "127.0.0.1") -> ssl.SSLSocket:
    trust = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
    trust.check_hostname = False
    there = urlsplit(listener.url)
    plain = socket.create_connection(
        (there.hostname or "", there.port or 0), timeout=20, source_address=(address, 0)
    )
    return trust.wrap_socket(plain)


def is_answered(line: ssl.SSLSocket) -> bool:
    try:
        line.sendall(b"GET /v1/nothing HTTP/1.1\r\nhost: a\r\n\r\n")
        return line.recv(99).startswith(b"HTTP/1.1 404")
    except HUNG_UP:
        return False


@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_is_waited_for_so_long_and_no_longer(
    hurried: Listener, tmp_path: Path, half: bytes
) -> None:
    with connected(hurried, tmp_path) as line:
        told = b""
        with suppress(*HUNG_UP):
            line.sendall(half)
            while piece := line.recv(999):
                told += piece
        assert told.count(b"HTTP/1.1") <= 1


def test_one_machine_cannot_keep_the_others_out(listener: Listener, tmp_path: Path) -> None:
    with ExitStack() as lines:
        for _ in range(MOST_OF_ONE_ADDRESS + 4):
            lines.enter_context(connected(listener, tmp_path, "127.0.0.66"))
        assert is_answered(lines.enter_context(connected(listener, tmp_path)))
        assert not is_answered(lines.enter_context(connected(listener, tmp_path, "127.0.0.66")))
