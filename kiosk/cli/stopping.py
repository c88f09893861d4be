"""How a command that goes on is ended: by SIGTERM or SIGINT, in order."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_LOOK_S = 1.0


def stopped_by_signal() -> threading.Event:
    """Set by SIGTERM and SIGINT from now on; of the main thread alone."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop


def wait_for(stop: threading.Event) -> None:
    """Return once it is set.

    In short waits: under libfaketime one without an end was seen to go on after SIGTERM; why is not
    known.
    """
    while not stop.wait(_LOOK_S):
        pass
