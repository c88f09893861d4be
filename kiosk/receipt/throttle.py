"""How often an address may be wrong, and how often it may ask at all."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_ADDRESSES = 1024


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Throttle:
    """A bucket for each address, refilled with time.

    Args:
        burst: so many at once.
        per_s: refilled at this rate.
        now: seconds, only forward.
    """

    def __init__(self, burst: int, per_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_s = per_s
        self._now = now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """How long until the address may go on; 0 = now. Takes nothing."""
        with self._lock:
            left = self._bucket(address).left
        return max(0.0, (1 - left) / self._per_s)

    def take(self, address: str) -> None:
        """One is used up."""
        with self._lock:
            bucket = self._bucket(address)
            bucket.left = max(0.0, bucket.left - 1)

    def _bucket(self, address: str) -> _Bucket:
        now = self._now()
        bucket = self._buckets.pop(address, None) or _Bucket(self._burst, now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_s)
        bucket.at = now
        self._buckets[address] = bucket
        # Whoever floods with many addresses forgets their own oldest ones first.
        while len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket
