"""A reception that a technician closed for work on the box: it opens by itself.

After half an hour, of whose end whoever closed it is warned and which a key gives anew, or when
their session ends: a technician who drives home leaves no closed reception behind. Staff may open
it at any time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from kiosk.desk.house import House
from kiosk.desk.messages import UPKEEP, Role, Session
from kiosk.desk.peer import Peer
from kiosk.domain.patience import WARNING_S, Turn, Wait
from kiosk.events import Event

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
        self._wait = Wait(LASTS_S)

    @property
    def closer(self) -> Peer | None:
        """Who closed it; None = it is open."""
        return self._closer

    def done(self, peer: Peer, query: str, about: Mapping[str, Any]) -> None:
        """An order was carried out."""
        if query == UPKEEP:
            with self._lock:
                self._closer = peer if about.get("closed") is True else None
                self._wait.begin(self._now())

    def left(self, peer: Peer) -> None:
        """A session has ended, or its line."""
        with self._lock:
            if self._closer is not peer:
                return
            self._closer = None
        note = self._house.gate.note
        try:
            note(Event.MAINTAINED_REMOTELY, "kioskd", peer.front, what=f"{UPKEEP}:open")
        finally:
            # A disk that takes no row keeps nobody out.
            self._house.answer(UPKEEP, {"closed": False})

    def tend(self, peers: Collection[Peer]) -> None:
        """Open it when its time is over, or whoever closed it went unseen; warn them before."""
        closer = self._closer
        if closer is None:
            return
        if closer not in peers or closer.role is Role.VISITOR:
            self.left(closer)
            return
        with self._lock:
            turn = self._wait.look(self._now())
        if turn is Turn.WARNS:
            closer.send(Session(closer.role.value, int(WARNING_S), UPKEEP))
        elif turn is Turn.ENDS:
            self.left(closer)
            closer.send(Session(closer.role.value, 0, UPKEEP))
