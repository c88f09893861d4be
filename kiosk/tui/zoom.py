"""The size of the type of the terminal itself: foot's own, changed by the keys of config/foot.ini.

foot takes no escape sequence for it (foot-ctlseqs(7)), but has key bindings. No keypad has those
keys, so the front presses them by wtype, which types into the compositor it runs under. Each size
is reached from foot's own anew: what was missed or pressed by somebody else does not add up.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from kiosk.events import Event
from kiosk.log import record

RESET, SMALLER, LARGER = "F20", "F21", "F22"
"""As config/foot.ini binds them."""
_WITHIN_S = 2.0


class Zoom:
    """Makes the type larger and smaller.

    Args:
        command: what presses keys, an absolute path.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._size = 0

    def to(self, size: int) -> bool:
        """The type so many steps larger than the usual one; False where that cannot be done."""
        if size == self._size:
            return True
        step = LARGER if size > 0 else SMALLER
        keys = [RESET, *[step] * abs(size)]
        arguments = [self._command, *(part for key in keys for part in ("-k", key))]
        self._size = size
        try:
            subprocess.run(  # noqa: S603 - found by its name, and told names of keys alone
                arguments, check=True, timeout=_WITHIN_S,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            record(Event.JOB_FAILED, job="zoom", code=type(error).__name__, where="wtype")
            return False
        return True


def find_zoom() -> Zoom | None:
    """The one of this box; None where nothing presses keys, or there is nothing to press them in.

    Over SSH and on a bare console there is no compositor, and wtype would end without a key.
    """
    command = shutil.which("wtype") if os.environ.get("WAYLAND_DISPLAY") else None
    return Zoom(command) if command else None
