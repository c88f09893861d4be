"""Carries messages between the desk's link, which blocks, and the screen, which must not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.desk.link import Link
from kiosk.desk.messages import BadMessage, CoreUnreachable, Message

RECONNECT_S = 1.0


@dataclass(frozen=True, slots=True)
class Connected:
    """A line to a core is there."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The core said something."""

    message: Message


@dataclass(frozen=True, slots=True)
class Lost:
    """The line broke."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault of our own on the courier's thread."""

    error: Exception


News = Connected | Heard | Lost | Broken


class Courier:
    """One thread that listens; it makes a new line whenever one breaks.

    Args:
        link: the first line.
        reconnect: makes another, or raises CoreUnreachable; None = one line is all there is.
        post: takes what happened; called on the courier's thread, returns at once.
    """

    def __init__(
        self, link: Link, reconnect: Callable[[], Link] | None, post: Callable[[News], None]
    ) -> None:
        self._link: Link | None = link
        self._reconnect = reconnect
        self._post = post
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up; what is posted afterwards is of no interest."""
        self._ended.set()
        self._hang_up()
        if self._thread.is_alive():
            self._thread.join(RECONNECT_S)

    def send(self, message: Message) -> None:
        """Hand a message to the core; one that meets a broken line is lost with the visit."""
        link = self._link
        if link is None:
            return
        try:
            link.send(message)
        except CoreUnreachable:
            link.close()  # wakes the listener, which tells of it

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._listen()
                if self._reconnect is None:
                    return
                self._connect(self._reconnect)
        except Exception as error:  # noqa: BLE001 - top of this thread; the app ends on it, see Broken
            self._post(Broken(error))

    def _listen(self) -> None:
        link = self._link
        if link is None:
            return
        self._post(Connected())
        try:
            while True:
                message = link.receive()
                if message is not None:
                    self._post(Heard(message))
        except (CoreUnreachable, BadMessage):
            self._hang_up()
            self._post(Lost())

    def _connect(self, reconnect: Callable[[], Link]) -> None:
        while not self._ended.wait(RECONNECT_S):
            try:
                self._link = reconnect()
            except CoreUnreachable:
                continue
            if self._ended.is_set():
                self._hang_up()
            return

    def _hang_up(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()
