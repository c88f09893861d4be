"""Life under systemd: ready, watchdog, stop (sd_notify(3))."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from typing import Protocol

from kiosk.desk.server import DeskServer

LOOK_S = 2.0
"""How often the core is looked after where no watchdog asks for more."""


class Watched(Protocol):
    """What kioskd is: the core, or before there are settings the set-up."""

    @property
    def failure(self) -> Exception | None:
        """The bug that ended one of its threads."""

    @property
    def is_well(self) -> bool:
        """Its threads do their work."""


def notify(state: str) -> None:
    """Tell systemd; nothing where no systemd listens.

    Args:
        state: "READY=1", "WATCHDOG=1", "STOPPING=1".
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.connect(address)
            line.sendall(state.encode())
        except OSError:
            # A supervisor that does not listen is no reason to stop receiving patients.
            return


def watch_over(
    core: Watched,
    desk: DeskServer,
    stop: threading.Event,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Return when stopped; feed the watchdog while the core is well.

    Args:
        core: started.
        desk: started.
        stop: set by a signal.
        is_over: nothing is left to do.

    Raises:
        Exception: the bug that ended a thread of the core, for the handler at the top.
    """
    notify("READY=1")
    interval = _interval_s()
    while not (is_over() or stop.wait(interval)):
        if core.failure is not None:
            raise core.failure
        if core.is_well and desk.is_alive:
            notify("WATCHDOG=1")
    notify("STOPPING=1")


def _interval_s() -> float:
    """A third of what systemd allows."""
    allowed = os.environ.get("WATCHDOG_USEC", "")
    return min(LOOK_S, int(allowed) / 3e6) if allowed.isdigit() else LOOK_S
