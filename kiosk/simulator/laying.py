"""Cards laid from another shell on the reader of a demo: a socket in the world's folder.

A connection that names a person, in one line of JSON, lays that person's card; closing it takes the
card, as with the virtual reader of pcscd. The answer is one line: ``{"laid": id}``, or
``{"error": why}``.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

from kiosk.desk.address import connect
from kiosk.desk.listening import listen
from kiosk.desk.messages import CoreUnreachable
from kiosk.settings import SettingsInvalid, SimulatorUnreachable
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.in_process_reader import InProcessReader

_SOCKET = "reader.sock"
_LONGEST = 4096

CardOf = Callable[[str, dict[str, Any], Callable[[], None]], PoweredCard]
"""The card of a person, changed, with the hand that pulls it; SettingsInvalid."""


def has_reader(folder: Path) -> bool:
    """True when a demo runs in that world."""
    return (folder / _SOCKET).is_socket()


def lay(folder: Path, person: str, changes: dict[str, Any], *, stop: Event) -> None:
    """Lay a card on the demo's reader until ``stop`` is set, it is pulled, or the demo ends.

    Args:
        folder: of the world.
        person: whose card.
        changes: options that differ from those of the person's own card.
        stop: takes it.

    Raises:
        SimulatorUnreachable: no demo answers there.
        SettingsInvalid: the demo knows no such person or option.
    """
    try:
        with connect(folder / _SOCKET) as line:
            line.sendall(json.dumps({"person": person, "changes": changes}).encode() + b"\n")
            answer = _line_of(line)
            if "laid" not in answer:
                raise SettingsInvalid(str(answer.get("error", person)))
            _until_taken(line, stop)
    except (CoreUnreachable, OSError):
        raise SimulatorUnreachable(str(folder)) from None


def _line_of(line: socket.socket) -> dict[str, Any]:
    """One line of JSON; empty when it is none, or the other side has gone."""
    raw = b""
    while b"\n" not in raw and len(raw) < _LONGEST:
        part = line.recv(_LONGEST)
        if not part:
            break
        raw += part
    try:
        document = json.loads(raw)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _until_taken(line: socket.socket, stop: Event) -> None:
    def take() -> None:
        stop.wait()
        # The demo may have ended first: then there is nothing to take.
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    taker = Thread(target=take, name="card-taker", daemon=True)
    taker.start()
    line.recv(_LONGEST)
    stop.set()
    taker.join()


@contextlib.contextmanager
def laying(folder: Path, reader: InProcessReader, card_of: CardOf) -> Iterator[None]:
    """While inside, cards can be laid from another shell.

    Args:
        folder: of the world.
        reader: where they are laid.
        card_of: gives the card.
    """
    with listen(folder / _SOCKET) as listener:
        hands = Thread(target=_serve, args=(listener, reader, card_of), name="laying", daemon=True)
        hands.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            hands.join()
            (folder / _SOCKET).unlink(missing_ok=True)


def _serve(listener: socket.socket, reader: InProcessReader, card_of: CardOf) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return  # shut down: the demo ends
        threading.Thread(target=_hold, args=(line, reader, card_of), daemon=True).start()


def _hold(line: socket.socket, reader: InProcessReader, card_of: CardOf) -> None:
    with line, contextlib.suppress(ConnectionError):
        asked = _line_of(line)
        try:
            card = card_of(
                str(asked.get("person")), dict(asked.get("changes") or {}), _pulls(line, reader)
            )
        except SettingsInvalid as error:
            line.sendall(json.dumps({"error": error.detail}).encode() + b"\n")
            return
        reader.insert(card)
        line.sendall(json.dumps({"laid": asked["person"]}).encode() + b"\n")
        line.recv(_LONGEST)
        if reader.holds(card):
            reader.remove()


def _pulls(line: socket.socket, reader: InProcessReader) -> Callable[[], None]:
    """The hand that pulls the card while it is read; the shell that laid it learns of it."""

    def pull() -> None:
        reader.remove()
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    return pull
