"""The jobs of the kiosk: drain the queue, purge what is past retention."""

from __future__ import annotations

import random
from collections.abc import Callable

from kiosk.domain.backoff import retry_delay
from kiosk.domain.dates import Month, day_in_japan
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.records import ClockNotTrusted
from kiosk.sync.drain import Round, Settled, drain
from kiosk.sync.schedule import Job
from kiosk.usecases.purge import PurgeReport, purge
from kiosk.usecases.retention import Ahead, ahead
from kiosk.usecases.verify import Asking

DRAIN = "drain"
PURGE = "purge"
LOOK_AGAIN_SECONDS = 30.0
"""Another process may have queued a check: look at this pace while nothing waits here."""
CLOCK_AGAIN_SECONDS = 60.0
"""How soon a purge withheld for the clock is tried again."""
LONGEST_WAIT_SECONDS = 6 * 3600.0
"""A month's end is approached in steps, so that a clock mended meanwhile is noticed."""


def drain_job(
    asking: Asking,
    *,
    on_settled: Callable[[Settled], None] = lambda _: None,
    on_round: Callable[[Round], None] = lambda _: None,
    is_line_back: Callable[[], bool] = lambda: False,
    goes_on: Callable[[], bool] = lambda: True,
    draw: Callable[[], float] = random.random,
) -> Job:
    """Drain again and again: soon after a failure by back-off, else at a steady pace.

    Args:
        asking: store, service, clock.
        on_settled: told of each settled check.
        on_round: told of each round.
        is_line_back: asked before each round; True when somebody has just been answered after an
            outage: then every waiting check is due.
        goes_on: asked before each check; False ends the round.
        draw: uniform numbers in [0, 1), for the jitter.
    """
    failures = 0

    def run() -> float:
        nonlocal failures
        finished = drain(
            asking, due_only=not is_line_back(), on_settled=on_settled, goes_on=goes_on
        )
        _log(finished)
        on_round(finished)
        failures = failures + 1 if finished.line_is_down else 0
        if failures:
            return retry_delay(failures, draw, retry_after_s=finished.retry_after_s)
        return min(LOOK_AGAIN_SECONDS, _next_due_seconds(asking))

    return Job(DRAIN, run)


def _log(finished: Round) -> None:
    if finished.settled:
        count, remaining = len(finished.settled), finished.remaining
        record(Event.DRAIN_FINISHED, count=count, remaining=remaining)


def _next_due_seconds(asking: Asking) -> float:
    now = asking.clock.now()
    waits = [
        (check.next_attempt_at - now).total_seconds()
        for check in asking.records.waiting()
        if check.next_attempt_at is not None
    ]
    return max(0.5, min(waits, default=LOOK_AGAIN_SECONDS))


def purge_job(
    asking: Asking,
    *,
    on_purge: Callable[[PurgeReport], None] = lambda _: None,
    on_ahead: Callable[[Ahead], None] = lambda _: None,
) -> Job:
    """Purge at the start, and at 00:00 JST on the first of each month.

    Args:
        asking: store and clock.
        on_purge: told when something was destroyed.
        on_ahead: told a few times a day of each month that goes soon.
    """

    def run() -> float:
        try:
            report = purge(asking.records, asking.clock)
        except ClockNotTrusted as error:
            record(Event.PURGE_WITHHELD, code=error.code)
            return CLOCK_AGAIN_SECONDS
        for month in report.purged:
            record(Event.MONTH_PURGED, month=month.month, checks=month.checks)
        if report.purged:
            on_purge(report)
        for each in ahead(asking.records, asking.clock.stamp()):
            on_ahead(each)
        now = asking.clock.now()
        next_month = Month.of(day_in_japan(now)).plus(1).start
        return min(LONGEST_WAIT_SECONDS, (next_month - now).total_seconds())

    return Job(PURGE, run)
