"""Cards laid from another shell on the reader of a demo: a socket in the world's folder.

A connection that names a person lays that person's card; closing it takes the card, as with the
virtual reader of pcscd.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

from kiosk.desk.address import connect, listen
from kiosk.desk.messages import CoreUnreachable
from kiosk.settings import SettingsInvalid, SimulatorUnreachable
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.in_process_reader import InProcessReader

_SOCKET = "reader.sock"
_LONGEST = 256
_LAID = b"laid\n"


def has_reader(folder: Path) -> bool:
    """True when a demo runs in that world."""
    return (folder / _SOCKET).is_socket()


def lay(folder: Path, person: str, *, stop: Event) -> None:
    """Lay a person's card on the demo's reader until ``stop`` is set or the demo ends.

    Raises:
        SimulatorUnreachable: no demo answers there.
        SettingsInvalid: the demo knows no such person.
    """
    try:
        with connect(folder / _SOCKET) as line:
            line.sendall(f"{person}\n".encode())
            if line.recv(_LONGEST) != _LAID:
                raise SettingsInvalid(f"no card of {person}")
            _until_taken(line, stop)
    except (CoreUnreachable, OSError):
        raise SimulatorUnreachable(str(folder)) from None


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
def laying(
    folder: Path, reader: InProcessReader, card_of: Callable[[str], PoweredCard]
) -> Iterator[None]:
    """While inside, cards can be laid from another shell.

    Args:
        folder: of the world.
        reader: where they are laid.
        card_of: the card of a person; SettingsInvalid for an unknown one.
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


def _serve(
    listener: socket.socket, reader: InProcessReader, card_of: Callable[[str], PoweredCard]
) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return  # shut down: the demo ends
        threading.Thread(target=_hold, args=(line, reader, card_of), daemon=True).start()


def _hold(
    line: socket.socket, reader: InProcessReader, card_of: Callable[[str], PoweredCard]
) -> None:
    with line, contextlib.suppress(ConnectionError):
        person = line.recv(_LONGEST).decode("utf-8", "replace").strip()
        try:
            card = card_of(person)
        except SettingsInvalid:
            return
        reader.insert(card)
        line.sendall(_LAID)
        line.recv(_LONGEST)
        if reader.holds(card):
            reader.remove()
