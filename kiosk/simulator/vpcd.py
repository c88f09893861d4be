"""Plugs a simulated card into pcscd, through the virtual reader vpcd of vsmartcard.

Frames both ways: two bytes big-endian length, then the payload; a payload of one byte from vpcd is
a word about power (0 off, 1 on, 2 reset, 4 the ATR is wanted), any other a command APDU. An open
connection is a card in the reader, closing it takes the card. Source: facts CARD, "Without
hardware".
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import TextIO

from kiosk.ports.card import ReaderServiceDown
from kiosk.reader.apdu import STATUS_LENGTH
from kiosk.simulator.card import PoweredCard

_POWER_OFF, _POWER_ON, _RESET, _ATR = 0, 1, 2, 4
_LENGTH_BYTES = 2
_CONNECT_TIMEOUT_S = 5.0
_HEADER, _LC_ENDS = 4, 5
# VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER: whatever follows Lc is secret.
_SECRET_INSTRUCTIONS = (0x20, 0x24, 0x2C)

Log = Callable[[bytes, bytes], None]


def plug(card: PoweredCard, host: str, port: int, *, log: Path | None = None, stop: Event) -> None:
    """Lay the card on a virtual reader and answer for it until it is taken.

    Args:
        card: to lay.
        host: where vpcd listens.
        port: of the slot.
        log: file that gets one JSON line an APDU, appended; None = none. PINs are masked.
        stop: takes the card, from a signal handler or another thread; is set when ``plug`` ends.

    Returns when ``stop`` is set or the reader has gone.

    Raises:
        ReaderServiceDown: nobody listens there.
        OSError: the log cannot be written.
    """
    with _connected(host, port) as line, _taken_on(stop, line), _logging(log) as note:
        _serve(card, line, note, stop)


@contextmanager
def _connected(host: str, port: int) -> Iterator[socket.socket]:
    try:
        line = socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_S)
    except OSError as fault:
        detail = f"no virtual reader listens on {host}:{port} ({fault.strerror or fault})"
        raise ReaderServiceDown(detail) from fault
    with line:
        line.settimeout(None)
        yield line


@contextmanager
def _taken_on(stop: Event, line: socket.socket) -> Iterator[None]:
    """Wake the blocking receive when ``stop`` is set, whoever sets it."""

    def take() -> None:
        stop.wait()
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    taker = Thread(target=take, name="card-taker", daemon=True)
    taker.start()
    try:
        yield
    finally:
        stop.set()
        taker.join()


@contextmanager
def _logging(path: Path | None) -> Iterator[Log | None]:
    if path is None:
        yield None
        return
    with path.open("a", encoding="ascii") as file:
        yield lambda command, response: _write(file, command, response)


def _write(file: TextIO, command: bytes, response: bytes) -> None:
    entry = {
        "command": masked(command),
        "response": response.hex(),
        "sw": response[-STATUS_LENGTH:].hex(),
        "at": datetime.now(UTC).isoformat(),
    }
    file.write(json.dumps(entry) + "\n")
    file.flush()


def masked(command: bytes) -> str:
    """A command as hex, every byte that may be of a PIN as ``**``."""
    if len(command) > 1 and command[1] in _SECRET_INSTRUCTIONS:
        has_short_lc = command[_HEADER:_LC_ENDS] == bytes((max(0, len(command) - _LC_ENDS),))
        shown = command[: _LC_ENDS if has_short_lc else _HEADER]
        return shown.hex() + "**" * (len(command) - len(shown))
    return command.hex()


def _serve(card: PoweredCard, line: socket.socket, note: Log | None, stop: Event) -> None:
    words = {_POWER_OFF: card.power_off, _POWER_ON: card.power_on, _RESET: card.reset}
    while (payload := _receive(line)) is not None:
        if len(payload) > 1:
            response = card.transmit(payload)
            if note is not None:
                note(payload, response)
            if stop.is_set():
                return  # taken while it was thinking: the answer reaches nobody
            _send(line, response)
        elif payload[0] == _ATR:
            _send(line, card.atr)
        elif payload[0] in words:
            words[payload[0]]()


def _receive(line: socket.socket) -> bytes | None:
    """One payload, None when the connection has ended."""
    head = _exactly(line, _LENGTH_BYTES)
    if head is None:
        return None
    return _exactly(line, int.from_bytes(head, "big"))


def _exactly(line: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        _quickly(line)
        try:
            part = line.recv(count - len(data))
        except OSError:
            return None
        if not part:
            return None
        data += part
    return data


def _send(line: socket.socket, payload: bytes) -> None:
    try:
        line.sendall(len(payload).to_bytes(_LENGTH_BYTES, "big") + payload)
    except OSError:
        return  # taken meanwhile: the next receive ends the service


def _quickly(line: socket.socket) -> None:
    """Acknowledge at once: 44 ms an APDU without; Linux forgets it after each receive."""
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
