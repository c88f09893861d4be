"""The jobs of the kiosk: drain the queue, purge what is past retention."""

from __future__ import annotations

import time
from collections.abc import Callable

from kiosk.domain.check import Deferred
from kiosk.domain.dates import Month, day_in_japan
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.records import ClockNotTrusted
from kiosk.sync.drain import Round, Settled, drain, wait
from kiosk.sync.schedule import Again, Job
from kiosk.usecases.purge import PurgeReport, purge
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
    hold: Callable[[float], bool] = wait,
    first_s: float = 0.0,
) -> Job:
    """Drain again and again, at the pace the service and the line allow.

    After a round that did not get through, the next asks for all that waits, whatever the back-off
    of each check: the pace of the queue stands for it.

    Args:
        asking: store, service, clock, pace.
        on_settled: told of each settled check.
        on_round: told of each round.
        is_line_back: asked before each round; True when somebody has just been answered after an
            outage: then every waiting check is due.
        hold: as for ``drain``.
        first_s: when it is first due.
    """

    def run() -> float | Again:
        is_back = is_line_back()
        held_up_s = asking.pace.wait_s(time.monotonic())
        if held_up_s and not is_back:
            return held_up_s
        due_only = not (is_back or asking.pace.is_held_up)
        finished = drain(asking, due_only=due_only, on_settled=on_settled, hold=hold)
        on_round(finished)
        return _after(finished, asking)

    return Job(DRAIN, run, first_s)


def _after(finished: Round, asking: Asking) -> float | Again:
    """Put the round on record; when the next is due."""
    if finished.asked:
        record(Event.DRAIN_FINISHED, count=finished.asked, remaining=finished.remaining)
    if isinstance(finished.last, Deferred) and finished.line_is_down:
        return Again(asking.pace.wait_s(time.monotonic()), finished.last.code)
    return _next_due_seconds(asking)


def _next_due_seconds(asking: Asking) -> float:
    due_s = asking.records.due_in_s(asking.clock.now())
    return LOOK_AGAIN_SECONDS if due_s is None else min(LOOK_AGAIN_SECONDS, max(0.5, due_s))


def log_purge(report: PurgeReport) -> None:
    """Which months went."""
    for month in report.purged:
        record(Event.MONTH_PURGED, month=month.month, checks=month.checks)


def purge_job(
    asking: Asking,
    *,
    on_purge: Callable[[PurgeReport], None] = lambda _: None,
) -> Job:
    """Purge at the start, and at 00:00 JST on the first of each month.

    Args:
        asking: store and clock.
        on_purge: told when something was destroyed.
    """

    def run() -> float | Again:
        try:
            report = purge(asking.records, asking.clock)
        except ClockNotTrusted as error:
            record(Event.PURGE_WITHHELD, code=error.code)
            return Again(CLOCK_AGAIN_SECONDS, error.code)
        log_purge(report)
        if report.purged:
            on_purge(report)
        now = asking.clock.now()
        next_month = Month.of(day_in_japan(now)).plus(1).start
        return min(LONGEST_WAIT_SECONDS, (next_month - now).total_seconds())

    return Job(PURGE, run)
