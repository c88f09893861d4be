"""The link at work: drop folder and API, each on and off as the box says, until it is stopped."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from kiosk.errors import KioskError
from kiosk.events import Event
from kiosk.formats.oqs_tags import Encoding
from kiosk.log import record
from kiosk.receipt.drop import Drop
from kiosk.receipt.ledger import Ledger
from kiosk.receipt.line import Line
from kiosk.receipt.listener import Listener

LOOK_S = 1.0
LONGEST_WAIT_S = 60.0
"""Looks at a folder that is not there grow rarer up to this."""
HEED_S = 2.0
"""So often it asks which ways are on, and says where it listens."""
_WAYS = ("drop_folder", "listen")


class ReceiptLink:
    """Everything the link does; a context manager.

    Ways that are on when it begins must work, or it raises; one that is switched on later and does
    not is logged and tried again.

    Args:
        line: to kioskd.
        folder: of the link: certificate, ledger.
        no_result: the sentence of a K-code, for the receipt computer's screen.
        look_s: how often the drop folder is looked at.
        heed_s: how often it asks which ways are on.
    """

    def __init__(
        self,
        line: Line,
        folder: Path,
        *,
        no_result: Callable[[str], str],
        look_s: float = LOOK_S,
        heed_s: float = HEED_S,
    ) -> None:
        self._line = line
        self._folder = folder
        self._no_result = no_result
        self._look_s = look_s
        self._heed_s = heed_s
        self._stopping = threading.Event()
        self._stack = contextlib.ExitStack()
        self._running: dict[str, contextlib.ExitStack] = {}
        self._manner: dict[str, Any] = {}
        self._said = ""
        self.url = ""
        self.fingerprint = ""

    @property
    def ways(self) -> list[str]:
        """Those at work."""
        return [way for way in _WAYS if way in self._running]

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            stack.callback(self._line.close)
            stack.callback(self._end, *_WAYS)
            self._follow(self._line.ask("receipt_open"))
            thread = threading.Thread(target=self._heed, name="heed")
            thread.start()
            stack.callback(thread.join)
            stack.callback(self._stopping.set)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # -- which ways are on -------------------------------------------------------------------

    def _heed(self) -> None:
        while not self._stopping.wait(self._heed_s):
            try:
                self._follow(self._introduce())
            except KioskError as error:
                # kioskd is away, or the address is taken: once for each fault.
                if error.code != self._said:
                    record(Event.RECEIPT_LINK_FAILED, where="link", code=error.code)
                self._said = error.code
            else:
                self._said = ""

    def _introduce(self) -> dict[str, Any]:
        place = {"url": self.url, "fingerprint": self.fingerprint} if self.url else {}
        return self._line.introduce(**place)

    def _follow(self, manner: dict[str, Any]) -> None:
        """End what is off or changed, begin what is on.

        Raises:
            CannotListen: the API's address cannot be used.
        """
        changed = {name for name in manner if manner[name] != self._manner.get(name)}
        if changed & {"listen", "bind_address"} or not manner["listen"]:
            self._end("listen")
        if changed & {"drop_folder", "encoding"} or not manner["drop_folder"]:
            self._end("drop_folder")
        self._manner = manner
        if manner["drop_folder"]:
            self._begin("drop_folder", self._dropping)
        if manner["listen"] and "listen" not in self._running:
            self._begin("listen", self._listening)
            self._introduce()

    def _begin(
        self, way: str, begun: Callable[[], contextlib.AbstractContextManager[None]]
    ) -> None:
        if way not in self._running:
            with contextlib.ExitStack() as stack:
                stack.enter_context(begun())
                self._running[way] = stack.pop_all()

    def _end(self, *ways: str) -> None:
        for way in ways:
            running = self._running.pop(way, None)
            if running is not None:
                running.close()

    # -- the API -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        manner = self._manner
        listener = Listener(
            self._line.ask,
            self._folder,
            listen=manner["listen"],
            binds_address=bool(manner["bind_address"]),
        )
        with listener:
            self.url, self.fingerprint = listener.url, listener.fingerprint
            try:
                yield
            finally:
                self.url = self.fingerprint = ""

    # -- the drop folder ---------------------------------------------------------------------

    @contextlib.contextmanager
    def _dropping(self) -> Iterator[None]:
        ending = threading.Event()
        thread = threading.Thread(target=self._look_again, args=(self._drop(), ending), name="drop")
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()

    def _drop(self) -> Drop:
        manner = self._manner
        return Drop(
            Path(manner["drop_folder"]),
            self._line.ask,
            Ledger(self._folder),
            facility_code=manner["facility_code"],
            encoding=Encoding(manner["encoding"]),
            no_result=self._no_result,
        )

    def _look_again(self, drop: Drop, ending: threading.Event) -> None:
        wait_s, said = self._look_s, ""
        while not ending.wait(wait_s):
            try:
                drop.look()
            except KioskError as error:
                # Once for each fault: a share that is off all night is one line.
                if error.code != said:
                    record(Event.RECEIPT_LINK_FAILED, where="drop", code=error.code)
                said, wait_s = error.code, min(wait_s * 2, LONGEST_WAIT_S)
            else:
                said, wait_s = "", self._look_s
