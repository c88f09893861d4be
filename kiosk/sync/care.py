"""The jobs that look after an idle kiosk: line, clock, certificate, itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.errors import KioskError, ServiceError
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.records import ClockNotTrusted
from kiosk.ports.service import WARN_BEFORE, TerminalCertificateEnds
from kiosk.sync.schedule import Again, Job
from kiosk.usecases.verify import Asking, keep_pace

LINE, CLOCK, CERTIFICATE, SELF_TEST = "line", "clock", "certificate", "self_test"
RESULTS = "results"
PROBE_SECONDS = 300.0
"""So often an idle kiosk looks whether the service is there: 260 a second for the whole country."""
CLOCK_SECONDS = 3600.0
CLOCK_AGAIN_SECONDS = 60.0
DAY_SECONDS = 86400.0
RENEW_BEFORE = timedelta(days=60)
"""A certificate is renewed this long before its end: a clinic closed for a month loses nothing."""
_FIRST_SECONDS = 60.0


def _no_renewal(_before: timedelta) -> datetime | None:
    """No certificate of ours to renew."""
    return None


def _no_results() -> int:
    """Nobody to fetch any from."""
    return 0


@dataclass(frozen=True, slots=True)
class Care:
    """What the jobs look after; ``kiosk.wiring`` gives it.

    Args:
        renew: renews the client certificate if it ends within the time given; the end of the one
            in use, None when there is none.
        self_tests: each raises the ``KioskError`` it finds.
        pull: fetches what the service answered to any terminal of the facility; how many were new.
    """

    renew: Callable[[timedelta], datetime | None] = _no_renewal
    self_tests: Sequence[Callable[[], object]] = ()
    pull: Callable[[], int] = _no_results


NO_CARE = Care()


def care_jobs(
    asking: Asking,
    care: Care,
    *,
    on_line: Callable[[str | None], None] = lambda _: None,
    draw: Callable[[], float] = random.random,
) -> list[Job]:
    """The jobs, each first due at a moment of its own, so that no two kiosks keep step.

    Args:
        asking: store, service, clock, pace.
        care: what is looked after.
        on_line: told whether the service was reached: None, or the code of why not.
        draw: uniform numbers in [0, 1).
    """
    jobs = _CareJobs(asking, care, on_line, draw)
    return [
        Job(LINE, jobs.line, draw() * _FIRST_SECONDS),
        Job(CLOCK, jobs.clock, draw() * _FIRST_SECONDS),
        Job(CERTIFICATE, jobs.certificate, draw() * _FIRST_SECONDS),
        Job(SELF_TEST, jobs.self_test, draw() * _FIRST_SECONDS),
        Job(RESULTS, jobs.results, draw() * _FIRST_SECONDS),
    ]


@dataclass(frozen=True, slots=True)
class _CareJobs:
    asking: Asking
    care: Care
    on_line: Callable[[str | None], None]
    draw: Callable[[], float]

    def daily(self) -> float:
        return DAY_SECONDS * (0.75 + 0.5 * self.draw())

    def line(self) -> float | Again:
        again_s = PROBE_SECONDS * (0.5 + self.draw())
        code = _look_for_the_service(self.asking)
        self.on_line(code)
        return again_s if code is None else Again(again_s, code)

    def clock(self) -> float | Again:
        clock = self.asking.clock
        if not clock.stamp().is_trusted:
            # The service's Date may be all that can vouch for it.
            _look_for_the_service(self.asking)
        if clock.stamp().is_trusted:
            return CLOCK_SECONDS
        record(Event.CLOCK_NOT_TRUSTED, code=ClockNotTrusted.code)
        return Again(CLOCK_AGAIN_SECONDS * (1 + self.draw()), ClockNotTrusted.code)

    def certificate(self) -> float | Again:
        try:
            ends_at = self.care.renew(RENEW_BEFORE)
        except KioskError as error:
            # Whatever it is, the disk or the files themselves: the certificate runs out meanwhile.
            record(Event.JOB_FAILED, job=CERTIFICATE, code=error.code)
            return Again(CLOCK_SECONDS * (0.5 + self.draw()), error.code)
        if ends_at is not None and ends_at - self.asking.clock.now() < WARN_BEFORE:
            return Again(self.daily(), TerminalCertificateEnds.code)
        return self.daily()

    def results(self) -> float | Again:
        again_s = PROBE_SECONDS * (0.5 + self.draw())
        try:
            count = self.care.pull()
        except (ServiceError, ClockNotTrusted) as error:
            return Again(again_s, error.code)
        if count:
            record(Event.RESULTS_TAKEN_IN, count=count)
        return again_s

    def self_test(self) -> float | Again:
        found = [code for test in self.care.self_tests if (code := _code_of(test))]
        for code in found:
            record(Event.SELF_TEST_FAILED, code=code)
        return Again(self.daily(), found[0]) if found else self.daily()


def _look_for_the_service(asking: Asking) -> str | None:
    """The code of why it was not reached; the pace and the clock hear of it."""
    try:
        asking.clock.hint(asking.service.server_time(patience_s=asking.patience_s))
    except ServiceError as error:
        keep_pace(asking.pace, error)
        return error.code
    asking.pace.heard(time.monotonic())
    return None


def _code_of(test: Callable[[], object]) -> str | None:
    try:
        test()
    except KioskError as error:
        return error.code
    return None
