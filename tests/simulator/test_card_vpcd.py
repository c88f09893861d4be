"""The card's end of vpcd's protocol, against a socket that plays vpcd."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from kiosk.ports.card import ReaderServiceDown
from kiosk.simulator.vpcd import masked, plug
from tests.support.cards import CardMaker
from tests.support.scripted import SELECT, SIGN, TRIES, VERIFY

OFF, ON, RESET, ATR = b"\x00", b"\x01", b"\x02", b"\x04"

_PROGRAM = """
import signal, sys
from threading import Event
from kiosk.simulator.vpcd import plug

class Mute:
    atr = bytes.fromhex("3B80800101")
    def power_on(self): pass
    power_off = reset = power_on
    def transmit(self, command): return bytes.fromhex("9000")

stop = Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
plug(Mute(), "127.0.0.1", int(sys.argv[1]), stop=stop)
print("taken")
"""


class Vpcd:
    """One slot: listens, and speaks for the reader."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(20)
        self.port: int = self.server.getsockname()[1]
        self.line: socket.socket | None = None

    def accept(self) -> None:
        self.line, _ = self.server.accept()
        self.line.settimeout(20)

    def send(self, payload: bytes) -> None:
        assert self.line is not None
        self.line.sendall(len(payload).to_bytes(2, "big") + payload)

    def ask(self, payload: bytes) -> str:
        self.send(payload)
        assert self.line is not None
        with self.line.makefile("rb") as file:
            return file.read(int.from_bytes(file.read(2), "big")).hex()

    def has_lost_the_card(self) -> bool:
        assert self.line is not None
        return self.line.recv(1) == b""

    def close(self) -> None:
        self.server.close()
        if self.line is not None:
            self.line.close()


@pytest.fixture
def vpcd() -> Iterator[Vpcd]:
    made = Vpcd()
    yield made
    made.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "apdus.jsonl"


@pytest.fixture
def stop(vpcd: Vpcd, cards: CardMaker, log: Path) -> Iterator[Event]:
    """A card is plugged in; set this to take it."""
    made = Event()
    thread = Thread(
        target=plug,
        args=(cards.card(), "127.0.0.1", vpcd.port),
        kwargs={"log": log, "stop": made},
    )
    thread.start()
    vpcd.accept()
    yield made
    made.set()
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.usefixtures("stop")
def test_power_and_commands(vpcd: Vpcd) -> None:
    assert vpcd.ask(ATR) == "3b80800101"
    vpcd.send(ON)
    assert vpcd.ask(bytes.fromhex(SELECT)) == "9000"
    assert vpcd.ask(bytes.fromhex(VERIFY)) == "9000"
    assert vpcd.ask(bytes.fromhex(SIGN)).endswith("9000")
    for word in (RESET, OFF):
        vpcd.send(word)
        assert vpcd.ask(bytes.fromhex(SELECT)) == "9000"
        assert vpcd.ask(bytes.fromhex(SIGN)) == "6982"


def test_taking_the_card_closes_the_line(vpcd: Vpcd, stop: Event) -> None:
    stop.set()
    assert vpcd.has_lost_the_card()


def test_a_reader_that_goes_ends_the_service(vpcd: Vpcd, stop: Event) -> None:
    vpcd.close()
    assert stop.wait(60)


@pytest.mark.usefixtures("stop")
def test_the_log_has_each_command_as_it_happens_and_no_pin(vpcd: Vpcd, log: Path) -> None:
    for command in (SELECT, TRIES, VERIFY):
        vpcd.ask(bytes.fromhex(command))
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(each["command"], each["response"], each["sw"]) for each in entries] == [
        (SELECT, "9000", "9000"),
        (TRIES, "63c3", "63c3"),
        ("0020009804********", "9000", "9000"),
    ]
    assert all(each["at"].endswith("+00:00") for each in entries)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("00200098", "00200098"),
        ("002000980431323334", "0020009804********"),
        ("0020009831323334", "00200098********"),
        ("00200098000004" + "31323334", "00200098" + "**" * 7),
        ("0024008008" + "31" * 8, "0024008008" + "**" * 8),
        ("00b08a0000", "00b08a0000"),
        ("00", "00"),
    ],
)
def test_what_may_be_a_pin_is_masked(command: str, shown: str) -> None:
    assert masked(bytes.fromhex(command)) == shown


def test_nobody_listens(cards: CardMaker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ReaderServiceDown, match=rf"no virtual reader listens on 127.0.0.1:{port}"):
        plug(cards.card(), "127.0.0.1", port, stop=Event())


def test_a_signal_takes_the_card(vpcd: Vpcd) -> None:
    program = [sys.executable, "-c", _PROGRAM, str(vpcd.port)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        vpcd.accept()
        assert vpcd.ask(ATR) == "3b80800101"
        process.send_signal(signal.SIGTERM)
        assert vpcd.has_lost_the_card()
        assert process.wait(60) == 0
        assert process.stdout is not None
        assert process.stdout.read() == "taken\n"
