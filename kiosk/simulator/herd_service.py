"""The service the herd meets: so many answers a second, 429 above, and a pause told to queues.

It knows a terminal by its certificate, and so whom it has told when to come. Of the rate it keeps
what newcomers and live checks take and gives the rest away in slots, one after the other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

AIM = 0.99
"""Share of the rate it fills with slots."""
_BURST_S = 0.5
"""How much of a second's rate may come at once."""
_LOOK_S = 0.5
_MEMORY = 0.5
_LEAST_SHARE = 0.3
_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Told:
    """What a kiosk is told.

    Args:
        is_refused: 429; else answered.
        seconds: ``Retry-After``, or the pause before its next question.
    """

    is_refused: bool
    seconds: float


class Service:
    """A bucket of tokens and a calendar of slots.

    Args:
        rate: answers a second.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._tokens = rate * _BURST_S
        self._at = 0.0
        self._next_slot = 0.0
        self._slots: dict[int, float] = {}
        self._looked_at = 0.0
        self._newcomers = self._kept = 0
        self._newcomer_rate = 0.0
        self._showing_up = 1.0
        self._due: deque[float] = deque()

    def ask(self, now: float, kiosk: int) -> Told:
        """One question of a kiosk."""
        self._tokens = min(self._rate * _BURST_S, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._slots.pop(kiosk, None) is None:
            self._newcomers += 1
        else:
            self._kept += 1
        if now - self._looked_at >= _LOOK_S:
            self._look(now)
        is_refused = self._tokens < 1
        if not is_refused:
            self._tokens -= 1
        return Told(is_refused, self._slot(now, kiosk))

    def _slot(self, now: float, kiosk: int) -> float:
        share = max(self._rate * _LEAST_SHARE, self._rate * AIM - self._newcomer_rate)
        self._next_slot = max(now, self._next_slot) + self._showing_up / share
        self._slots[kiosk] = self._next_slot
        self._due.append(self._next_slot)
        return max(0.0, self._next_slot - now)

    def _look(self, now: float) -> None:
        """Count anew who comes untold, and how many come of those told when."""
        rate = self._newcomers / (now - self._looked_at)
        self._newcomer_rate += _MEMORY * (rate - self._newcomer_rate)
        due = 0
        while self._due and self._due[0] <= now:
            self._due.popleft()
            due += 1
        if due >= _ENOUGH:
            came = min(1.0, max(_LEAST_SHARE, self._kept / due))
            self._showing_up += _MEMORY * (came - self._showing_up)
        self._newcomers = self._kept = 0
        self._looked_at = now
