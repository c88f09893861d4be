"""The service the herd meets: so many answers a second, 429 above, and a pause told to queues.

It knows a terminal by its certificate, so whom it has told when to come, and by ``Checks-Waiting``
who has more to ask. It knows how long it was away and how kiosks keep their pace: so it can tell
when the last newcomer will have come, and gives those with more to ask the room that these leave.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.backoff import PAUSE_JITTER, SPREAD, between_tries

AIM = 0.97
"""Share of the rate it fills."""
_BURST_S = 0.5
"""How much of a second's rate may come at once."""
_LOOK_S = 0.5
_MEMORY = 0.5
_STEP_S = 0.1
_USUAL_LATENESS = 1 + PAUSE_JITTER / 2
"""By how much kiosks stretch a pause on average."""
_LEAST_SHARE = 0.02
_NOTICED_WITHIN_S = 150.0
"""How wrong a kiosk may be about the beginning of an outage, to both sides."""


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
        outage_s: how long it was away.
    """

    def __init__(self, rate: float, outage_s: float) -> None:
        self._rate = rate
        self._tokens = rate * _BURST_S
        self._at = 0.0
        usual = between_tries(outage_s)
        unsure = SPREAD + 0.75 * _NOTICED_WITHIN_S / max(outage_s, _NOTICED_WITHIN_S)
        self._fewer_from, self._last_at = usual * (1 - unsure), usual * (1 + unsure)
        self._next_slot = 0.0
        self._told: dict[int, float] = {}
        self._looked_at = 0.0
        self._newcomers = 0
        self._newcomer_rate = 0.0

    def ask(self, now: float, kiosk: int, *, has_more: bool, is_live: bool) -> Told:
        """One question of a kiosk.

        Args:
            now: when.
            kiosk: which terminal, known by its certificate.
            has_more: it says that more checks wait.
            is_live: a visitor waits for it: it was treated just now.
        """
        self._tokens = min(self._rate * _BURST_S, self._tokens + (now - self._at) * self._rate)
        self._at = now
        slot = self._told.pop(kiosk, None)
        self._newcomers += slot is None
        if now - self._looked_at >= _LOOK_S:
            self._look(now)
        is_refused = self._tokens < 1
        if not is_refused:
            self._tokens -= 1
        if not (is_refused or has_more):
            return Told(is_refused, 0.0)
        # Whose visitor comes in between keeps its place in the calendar: an empty one is lost.
        kept = slot if is_live and slot is not None and slot > now + _STEP_S else None
        self._told[kiosk] = at = kept or self._slot(now)
        return Told(is_refused, (at - now) / _USUAL_LATENESS)

    def _look(self, now: float) -> None:
        """Count anew who comes untold."""
        rate = self._newcomers / (now - self._looked_at)
        self._newcomer_rate += _MEMORY * (rate - self._newcomer_rate)
        self._newcomers = 0
        self._looked_at = now

    def _slot(self, now: float) -> float:
        at = max(now + _STEP_S, self._next_slot)
        least = self._rate * _LEAST_SHARE
        while at < self._last_at and self._room(at) < least:
            at += _STEP_S
        self._next_slot = at + 1 / max(least, self._room(at))
        return self._next_slot

    def _room(self, at: float) -> float:
        """Answers a second that newcomers will leave at a later moment."""
        coming = self._share_left(at) / max(_STEP_S, self._share_left(self._at))
        return self._rate * AIM - self._newcomer_rate * min(1.0, coming)

    def _share_left(self, at: float) -> float:
        """How many newcomers come at a moment, of those that come at first; live ones stay."""
        if at >= self._last_at:
            return _LEAST_SHARE
        return min(1.0, (self._last_at - at) / (self._last_at - self._fewer_from))
