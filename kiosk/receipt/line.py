"""The link's line to kioskd: made when it is needed, made anew when kioskd was restarted."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from kiosk.desk.asking import Asker
from kiosk.desk.link import Link
from kiosk.desk.messages import CoreUnreachable


class Line:
    """Questions of several threads, one at a time.

    Args:
        connect: makes a line; CoreUnreachable where nobody listens.
    """

    def __init__(self, connect: Callable[[], Link]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._asker: Asker | None = None
        self._introduction: dict[str, object] | None = None

    def ask(self, query: str, **about: object) -> dict[str, Any]:
        """The document of a query.

        Raises:
            CoreUnreachable: kioskd has gone; the next question tries again.
            KioskError: what kioskd says.
        """
        with self._lock:
            is_old = self._asker is not None
            try:
                return self._answered(query, about)
            except CoreUnreachable:
                # kioskd was restarted, perhaps, since the last question.
                if not is_old:
                    raise
                return self._answered(query, about)

    def introduce(self, **about: object) -> dict[str, Any]:
        """Say where the link listens; again by itself, whenever the line is made anew.

        Returns:
            How the link is to work, by ``[receipt]`` of the settings.

        Raises:
            As ``ask``.
        """
        self._introduction = about
        return self.ask("receipt_open", **about)

    def _answered(self, query: str, about: dict[str, object]) -> dict[str, Any]:
        try:
            if self._asker is None:
                self._asker = Asker(self._connect(), "receipt")
                if self._introduction is not None:
                    self._asker.answer("receipt_open", self._introduction)
            return self._asker.answer(query, about)
        except CoreUnreachable:
            self._hang_up()
            raise

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._asker is not None:
            with contextlib.suppress(OSError):
                self._asker.close()
            self._asker = None
