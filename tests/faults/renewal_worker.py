"""Renews the certificate of a box, and kills itself where it is told to.

``python -m tests.faults.renewal_worker CONFIG MOMENT``: at the so-manieth touch of disk or line
counted from the beginning of the renewal; prints how many there were when it came to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from kiosk.settings import load
from kiosk.wiring import assemble

_TOUCHES = ("os.", "shutil.rmtree", "socket.connect")
FAR = timedelta(days=365 * 50)


class Counter:
    """Counts what the interpreter reports, and ends the process at one of them.

    Args:
        moment: at which.
        place: what is opened counts only within this folder.
    """

    def __init__(self, moment: int, place: str) -> None:
        self._moment = moment
        self._place = place
        self.seen = 0
        self.is_on = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        is_ours = event == "open" and str(arguments[0]).startswith(self._place)
        if not self.is_on or not (is_ours or event.startswith(_TOUCHES)):
            return
        self.seen += 1
        if self.seen == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


def main(config: Path, moment: int) -> None:
    settings = load(config)
    counter = Counter(moment, str(settings.service.certificate.parent.parent))
    sys.addaudithook(counter)
    with assemble(settings) as kiosk:
        renew = kiosk.care.renew
        counter.is_on = True
        renew(FAR)
        counter.is_on = False
    sys.stdout.write(str(counter.seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
