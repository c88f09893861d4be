"""All kiosks of the country after an outage, as a simulation of discrete events; no I/O.

What decides when a kiosk asks is the product's own ``kiosk.domain.backoff.Pace``. The two naive
strategies stand beside it to show what it is for. Source of the figures: facts STORE_AND_BOX, Sync.
"""

from __future__ import annotations

import heapq
import math
import random
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.backoff import BASE_SECONDS, CAP_SECONDS, Pace, between_tries
from kiosk.simulator.herd_service import Service

ROUND_TRIP_S = 0.1
PROBE_S = 300.0
"""Between two looks of an idle kiosk for the service, as in ``kiosk.sync.care``: with half of it
to both sides."""
FIXED_S = 60.0
_BEFORE_S = 600.0
"""Of an outage only so much is played: what a kiosk tried earlier leaves no trace."""


class Strategy(StrEnum):
    """How a kiosk chooses its next moment."""

    PACED = "paced"
    FIXED = "fixed"
    EXPONENTIAL = "exponential"


class Naive(Pace):
    """Asks again after a fixed time, or after one that doubles; hears no wish of the service.

    Args:
        is_doubling: from the base to the cap, without jitter.
    """

    def __init__(self, *, is_doubling: bool) -> None:
        super().__init__(lambda: 0.0)
        self._is_doubling = is_doubling
        self._failures = 0

    def begun(self, now: float) -> None:
        """As ``Pace``."""

    def heard(self, now: float) -> None:
        """As ``Pace``."""

    def answered(self, now: float, pause_s: float = 0.0) -> None:  # noqa: ARG002 - it hears no wish
        """As ``Pace``."""
        self._failures = 0
        self._not_before = now

    def refused(self, now: float, retry_after_s: float | None) -> None:  # noqa: ARG002 - likewise
        """As ``Pace``."""
        self.unreachable(now)

    def unreachable(self, now: float) -> None:
        """As ``Pace``."""
        doubled = min(CAP_SECONDS, BASE_SECONDS * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        self._not_before = now + (doubled if self._is_doubling else FIXED_S)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One outage.

    Args:
        kiosks: how many.
        rate: checks the service can answer in a second; it answers 429 above it.
        outage_s: how long nobody was reached.
        open_s: for how much of it the clinics were open.
        checks_per_hour: of one kiosk while open.
        seed: of the chance in it.
    """

    kiosks: int
    rate: float
    outage_s: float
    open_s: float
    checks_per_hour: float = 2.5
    seed: int = 1


@dataclass(slots=True)
class Kiosk:
    """One of the herd."""

    chooser: Pace
    waiting: int = 0
    is_armed: bool = False


@dataclass(slots=True)
class Second:
    """What happened in one second after the service came back."""

    served: int = 0
    refused: int = 0
    live: int = 0
    live_refused: int = 0
    waiting: int = 0

    @property
    def asked(self) -> int:
        """Every question, answered or refused."""
        return self.served + self.refused

    def has_enough(self, rate: float) -> bool:
        """There was as much to ask as a service of that rate answers in it."""
        return self.served + self.waiting >= rate


@dataclass
class Herd:
    """The simulation of one scenario under one strategy.

    Args:
        scenario: the outage.
        strategy: of all kiosks.
        longest_s: end it then, drained or not.
    """

    scenario: Scenario
    strategy: Strategy
    longest_s: float = 7200.0
    backlog: int = field(default=0, init=False)
    waiting: int = field(default=0, init=False)
    seconds: list[Second] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        # Not secret, but the same again for the same seed.
        self._random = random.Random(self.scenario.seed)  # noqa: S311
        self._events: list[tuple[float, int, bool]] = []
        self._service = Service(self.scenario.rate, self.scenario.outage_s)
        self._kiosks = [Kiosk(self._chooser()) for _ in range(self.scenario.kiosks)]
        self._now = 0.0

    def run(self) -> list[Second]:
        """Play it; one entry a second from the moment the service is back."""
        self._gather()
        next_live = self._until_next_live()
        while self.waiting and self._now < self.longest_s:
            if self._events and self._events[0][0] <= next_live:
                self._now, number, _ = heapq.heappop(self._events)
                self._try(number)
            else:
                self._now = next_live
                next_live += self._until_next_live()
                self._visit(self._random.randrange(len(self._kiosks)))
        return self.seconds

    # -- the outage --------------------------------------------------------------------------

    def _chooser(self) -> Pace:
        if self.strategy is Strategy.PACED:
            return Pace(self._random.random)
        return Naive(is_doubling=self.strategy is Strategy.EXPONENTIAL)

    def _gather(self) -> None:
        """The checks of the outage, and when each kiosk came to wait."""
        outage = self.scenario
        mean = outage.open_s * outage.checks_per_hour / 3600
        for number, kiosk in enumerate(self._kiosks):
            kiosk.waiting = _poisson(self._random, mean)
            noticed_at = self._missed(kiosk, outage)
            if kiosk.waiting:
                begins = max(noticed_at + kiosk.chooser.wait_s(noticed_at), -_BEFORE_S)
                self._arm(number, begins + self._random.random() * self._usual_try_s(outage))
        self.backlog = self.waiting = sum(kiosk.waiting for kiosk in self._kiosks)

    def _missed(self, kiosk: Kiosk, outage: Scenario) -> float:
        """When a kiosk found the service gone: by its first check, or looking for it."""
        look_s = PROBE_S * (0.5 + self._random.random())
        heard_at = -outage.outage_s - self._random.random() * look_s
        draws = [self._random.random() for _ in range(kiosk.waiting)]
        first = min(draws, default=1.0) * outage.open_s - outage.outage_s
        noticed_at = min(first, heard_at + look_s)
        kiosk.chooser.heard(heard_at)
        kiosk.chooser.unreachable(noticed_at)
        return noticed_at

    def _usual_try_s(self, outage: Scenario) -> float:
        """Kiosks are long out of step when the playing begins."""
        if outage.outage_s <= _BEFORE_S:
            return 0.0
        if self.strategy is Strategy.FIXED:
            return FIXED_S
        return between_tries(outage.outage_s - _BEFORE_S)

    # -- events ------------------------------------------------------------------------------

    def _until_next_live(self) -> float:
        per_second = self.scenario.kiosks * self.scenario.checks_per_hour / 3600
        return self._random.expovariate(per_second)

    def _arm(self, number: int, at: float) -> None:
        self._kiosks[number].is_armed = True
        heapq.heappush(self._events, (at, number, False))

    def _try(self, number: int) -> None:
        """The queue of a kiosk asks for its oldest check."""
        kiosk = self._kiosks[number]
        kiosk.is_armed = False
        if not kiosk.waiting:
            return
        left = kiosk.chooser.wait_s(self._now)
        if left > 0:
            self._arm(number, self._now + left)
            return
        kiosk.chooser.begun(self._now)
        if self._asked(number, is_live=False):
            kiosk.waiting -= 1
            self.waiting -= 1
        if kiosk.waiting:
            after = max(ROUND_TRIP_S, kiosk.chooser.wait_s(self._now))
            self._arm(number, self._now + after)

    def _visit(self, number: int) -> None:
        """A visitor's own check goes out at once, whatever the queue may do."""
        kiosk = self._kiosks[number]
        if not self._asked(number, is_live=True):
            kiosk.waiting += 1
            self.waiting += 1
        if kiosk.waiting and not kiosk.is_armed:
            self._arm(number, self._now + kiosk.chooser.wait_s(self._now))

    def _asked(self, number: int, *, is_live: bool) -> bool:
        """True when it was answered; the kiosk's pace hears either way."""
        chooser = self._kiosks[number].chooser
        if self._now < 0:
            chooser.unreachable(self._now)
            return False
        kiosk = self._kiosks[number]
        has_more = kiosk.waiting > (0 if is_live else 1)
        told = self._service.ask(self._now, number, has_more=has_more, is_live=is_live)
        self._note(told.is_refused, is_live=is_live)
        if told.is_refused:
            chooser.refused(self._now, told.seconds)
        else:
            chooser.answered(self._now, told.seconds)
        return not told.is_refused

    def _note(self, is_refused: bool, *, is_live: bool) -> None:  # noqa: FBT001 - private
        while len(self.seconds) <= self._now:
            self.seconds.append(Second(waiting=self.waiting))
        second = self.seconds[int(self._now)]
        second.served += not is_refused
        second.refused += is_refused
        second.live += is_live
        second.live_refused += is_live and is_refused
        second.waiting = self.waiting


def _poisson(chance: random.Random, mean: float) -> int:
    """Knuth's method; the means here are small."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
