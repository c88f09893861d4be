"""How a command that goes on is ended: by SIGTERM or SIGINT, in order."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})


def stopped_by_signal() -> threading.Event:
    """Set by SIGTERM and SIGINT from now on; of the main thread alone.

    A thread of its own sets it. A handler in Python would run in the middle of whatever the main
    thread does: in the middle of a wait for this very event it would wait for the event's lock,
    which its own thread holds, for good; and just before a wait it would not end the wait.
    """
    stop = threading.Event()
    arrived, arrives = os.pipe()
    os.set_blocking(arrives, False)
    signal.set_wakeup_fd(arrives, warn_on_full_buffer=False)

    def hear() -> None:
        while os.read(arrived, 1)[0] not in _SIGNALS:
            pass
        stop.set()

    for number in _SIGNALS:
        signal.signal(number, _note)
    threading.Thread(target=hear, name="signals", daemon=True).start()
    return stop


def _note(_number: int, _frame: FrameType | None) -> None:
    """That the signal came is written where ``hear`` reads it, before this is called."""
