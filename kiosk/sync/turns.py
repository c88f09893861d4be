"""Who may ask: the visitor who waits at the counter goes before the queue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class RightOfWay:
    """Live questions have it: while one is under way the queue begins no other."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._live = 0

    @contextmanager
    def live(self) -> Iterator[None]:
        """While a visitor's own check is asked about."""
        with self._free:
            self._live += 1
        try:
            yield
        finally:
            with self._free:
                self._live -= 1
                self._free.notify_all()

    def give(self, longest_s: float) -> None:
        """Wait until nobody has it, but no longer than that: a live question is bounded as well."""
        with self._free:
            self._free.wait_for(lambda: self._live == 0, longest_s)
