"""A reception that a technician closed for work on the box: it opens by itself.

After half an hour, or when the session of whoever closed it ends: a technician who drives home
leaves no closed reception behind. Staff may open it at any time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from kiosk.desk.house import House
from kiosk.desk.messages import Role
from kiosk.desk.peer import Peer
from kiosk.events import Event

QUERY = "upkeep"
LASTS_S = 1800.0


class Upkeep:
    """Remembers whose session closed the reception, and since when.

    Args:
        house: opens it.
        now: seconds, only forward.
    """

    def __init__(self, house: House, now: Callable[[], float] = time.monotonic) -> None:
        self._house = house
        self._now = now
        self._lock = threading.Lock()
        self._closer: Peer | None = None
        self._until_s = 0.0

    @property
    def closer(self) -> Peer | None:
        """Who closed it; None = it is open."""
        return self._closer

    def done(self, peer: Peer, query: str, about: Mapping[str, Any]) -> None:
        """An order was carried out."""
        if query == QUERY:
            with self._lock:
                self._closer = peer if about.get("closed") is True else None
                self._until_s = self._now() + LASTS_S

    def left(self, peer: Peer) -> None:
        """A session has ended, or its line."""
        with self._lock:
            if self._closer is not peer:
                return
            self._closer = None
        note = self._house.gate.note
        try:
            note(Event.MAINTAINED_REMOTELY, "kioskd", peer.front, what=f"{QUERY}:open")
        finally:
            # A disk that takes no row keeps nobody out.
            self._house.answer(QUERY, {"closed": False})

    def tend(self, peers: Collection[Peer]) -> None:
        """Open it when its time is over, or whoever closed it went unseen."""
        closer = self._closer
        if closer is None:
            return
        is_gone = closer not in peers or closer.role is Role.VISITOR
        if is_gone or self._now() >= self._until_s:
            self.left(closer)
