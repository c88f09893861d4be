"""A braille display through BrlAPI, the door of brltty. The only module that imports brlapi.

brltty itself sees neither a Wayland terminal nor kanji (facts SCREEN_AND_VOICE, Braille): the kiosk
writes the cells and takes the keys. ``brlapi`` is no package of the index but Debian's
``python3-brlapi``; a virtual environment that does not see the system's packages borrows it from
their folder. A display that is lost is tried again; nothing of it ever holds up a visit.
"""

from __future__ import annotations

import importlib.util
import os
import select
from collections.abc import Callable, Mapping
from importlib.machinery import PathFinder
from threading import Event, Lock, Thread
from typing import Any

from kiosk.errors import VoiceError
from kiosk.ports.voice import BrailleSupportMissing, NoBrailleDisplay

_SYSTEM_PACKAGES = "/usr/lib/python3/dist-packages"
_AGAIN_S = 5.0
_MASK = 0xFFFF_FFFF

Key = str
"""Of a display: on, back, up, down, top, help; a digit, enter or backspace of its keyboard."""


class BrailleDisplay:
    """One display, in a thread of its own. No call blocks or raises.

    Args:
        on_key: told each key, from that thread.
        on_width: told the number of cells when a display is there, and after each reconnection.
        on_fault: told once what is wrong, until it is mended; None = it is there again.
        host: of brltty, as BRLAPI_HOST; None = as the environment says.
    """

    def __init__(
        self,
        on_key: Callable[[Key], None],
        on_width: Callable[[int], None],
        on_fault: Callable[[VoiceError | None], None],
        host: str | None = None,
    ) -> None:
        self._on_key = on_key
        self._on_width = on_width
        self._on_fault = on_fault
        self._host = host
        self._lock = Lock()
        self._cells = ""
        self._fault = ""
        self._is_closed = Event()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._thread = Thread(target=self._keep, name="braille", daemon=True)
        self._thread.start()

    def write(self, cells: str) -> None:
        """What is to be felt: as many braille patterns as the display has cells."""
        with self._lock:
            self._cells = cells
            self._nudge()

    def close(self) -> None:
        """Clear the display and let go of it."""
        with self._lock:
            self._is_closed.set()
            self._nudge()
        self._thread.join(_AGAIN_S)

    def _nudge(self) -> None:
        if self._thread.is_alive():
            os.eventfd_write(self._wake, 1)

    def _keep(self) -> None:
        try:
            brlapi = _library()
        except BrailleSupportMissing as fault:
            self._on_fault(fault)
            return
        lost = (brlapi.ConnectionError, brlapi.OperationError, OSError)
        while not self._is_closed.is_set():
            try:
                self._serve(brlapi)
            except lost:
                self._blame(NoBrailleDisplay())
                self._is_closed.wait(_AGAIN_S)

    def _blame(self, fault: VoiceError | None) -> None:
        code = fault.code if fault else ""
        if code != self._fault:
            self._fault = code
            self._on_fault(fault)

    def _serve(self, brlapi: Any) -> None:  # noqa: ANN401 - brlapi has no types
        """One connection, until ``close`` or until it breaks."""
        # Without a host the library asks the environment; an empty one would count as given.
        connection = (
            brlapi.Connection(host=self._host.encode()) if self._host else brlapi.Connection()
        )
        width, rows = connection.displaySize
        if not width * rows:
            raise OSError("brltty has no display")
        connection.enterTtyModeWithPath([])
        self._blame(None)
        self._on_width(width * rows)
        names = _names(brlapi)
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        poll.register(connection.fileDescriptor, select.POLLIN)
        while not self._is_closed.is_set():
            self._put(connection, width * rows)
            ready = {fd for fd, _ in poll.poll()}
            if self._wake in ready:
                os.eventfd_read(self._wake)
            while (code := connection.readKey(wait=False)) is not None:
                if name := names.get(code & _MASK):
                    self._on_key(name)
        connection.writeDots(bytes(width * rows))
        connection.leaveTtyMode()

    def _put(self, connection: Any, width: int) -> None:  # noqa: ANN401 - as _serve
        with self._lock:
            felt = self._cells
        dots = bytes(ord(each) - 0x2800 for each in felt[:width])
        connection.writeDots(dots.ljust(width, b"\0"))


def _library() -> Any:  # noqa: ANN401 - as BrailleDisplay
    """The module brlapi; BrailleSupportMissing where there is none for this Python."""
    spec = importlib.util.find_spec("brlapi") or PathFinder.find_spec("brlapi", [_SYSTEM_PACKAGES])
    if spec is None or spec.loader is None:
        raise BrailleSupportMissing
    try:
        library = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(library)
    except ImportError as fault:
        raise BrailleSupportMissing(str(fault.name)) from fault
    return library


def _names(brlapi: Any) -> Mapping[int, Key]:  # noqa: ANN401 - as BrailleDisplay
    """Key codes without their flags."""
    commands = {
        "FWINRT": "on", "FWINLT": "back", "LNDN": "down", "LNUP": "up",
        "TOP": "top", "TOP_LEFT": "top", "HOME": "top", "HELP": "help",
    }  # fmt: skip
    symbols = {"LINEFEED": "enter", "BACKSPACE": "backspace", "ESCAPE": "backspace"}
    codes = {getattr(brlapi, f"KEY_CMD_{name}"): key for name, key in commands.items()}
    named = {getattr(brlapi, f"KEY_SYM_{name}"): key for name, key in symbols.items()}
    typed = {ord(digit): digit for digit in "0123456789"}
    return {
        **{(brlapi.KEY_TYPE_CMD | code) & _MASK: key for code, key in codes.items()},
        **{(brlapi.KEY_TYPE_SYM | code) & _MASK: key for code, key in {**named, **typed}.items()},
    }
