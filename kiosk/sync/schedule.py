"""Which job runs when: APScheduler with jobs that re-arm themselves.

APScheduler 3 follows the wall clock: set back a day, its interval jobs stop; set far ahead, it
hangs (facts STORE_AND_BOX, Sync). So every job is a one-shot whose next run this module computes
when it ends, and a guard compares wall and monotonic clock each second and re-arms everything
after a step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.background import BackgroundScheduler

from kiosk.errors import KioskError
from kiosk.events import Event
from kiosk.log import record, record_bug

STEP_SECONDS = 2.0
"""A disagreement of the clocks above this is a step, not drift."""
AFTER_A_FAILURE_SECONDS = 60.0
AFTER_A_RUN_SECONDS = 0.05
"""APScheduler still counts a run for a moment after it has ended, and drops what is due then."""


@dataclass(frozen=True, slots=True)
class Again:
    """A run that could not do its work.

    Args:
        seconds: until it is due again.
        code: K-code of what prevented it.
    """

    seconds: float
    code: str


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to be done again and again.

    Args:
        name: as ``kiosk status`` shows it.
        run: does it and returns the seconds until it is due again.
        first_s: seconds from the start to the first run.
    """

    name: str
    run: Callable[[], float | Again]
    first_s: float = 0.0


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands.

    Args:
        name: of the job.
        last_at: when it last began, aware UTC as the box believed it to be; None = not yet.
        next_at: when it is due, likewise.
        result: of the last run: "ok", the K-code of what prevented it, "bug"; None = not yet.
        is_running: it runs just now.
    """

    name: str
    last_at: datetime | None
    next_at: datetime
    result: str | None
    is_running: bool


def jobs_document(states: Sequence[JobState]) -> list[dict[str, Any]]:
    """The jobs as ``kiosk status --json`` has them."""
    return [
        {
            "name": each.name,
            "last_at": each.last_at.isoformat(timespec="seconds") if each.last_at else None,
            "next_at": each.next_at.isoformat(timespec="seconds"),
            "result": each.result,
            "running": each.is_running,
        }
        for each in states
    ]


class Schedule:
    """Runs jobs, each never beside itself, until stopped.

    Args:
        jobs: run once at the start, then when they ask to.
        guard_seconds: how often the clocks are compared.
    """

    def __init__(self, jobs: Sequence[Job], *, guard_seconds: float = 1.0) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._due: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._results: dict[str, str] = {}
        self._running: set[str] = set()
        self._woken: set[str] = set()
        self._guard_seconds = guard_seconds
        self._stopping = threading.Event()
        self._arming = threading.Lock()
        self._guard = threading.Thread(target=self._watch_clocks, name="step-guard", daemon=True)
        # A late job must run late, not be dropped: the default grace is one second.
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._on_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        self._scheduler.add_listener(self._on_dropped, EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Begin; every job is due when it wants to be first."""
        self._scheduler.start()
        with self._arming:
            for job in self._jobs.values():
                self._arm(job.name, job.first_s)
        self._guard.start()

    def stop(self) -> None:
        """Wait for the running jobs and end."""
        with self._arming:
            # Nothing is armed from here on: shutting down holds the lock that arming needs.
            self._stopping.set()
        self._guard.join()
        # Shutting down while its thread works on a due job, APScheduler no longer finds the job.
        self._scheduler.pause()
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=True)

    def wake(self, name: str) -> None:
        """Make a job due now; one that runs is run once more when it has ended."""
        with self._arming:
            if name in self._running:
                self._woken.add(name)
            else:
                self._arm(name, 0.0)

    def due_in(self, name: str) -> float:
        """Seconds until a job is due, by the monotonic clock; negative when it is late."""
        return self._due[name] - time.monotonic()

    def states(self) -> tuple[JobState, ...]:
        """How each job stands, in the order given; the times are right after any step too."""
        wall, now = datetime.now(UTC), time.monotonic()

        def at(moment: float) -> datetime:
            return wall + timedelta(seconds=moment - now)

        with self._arming:
            return tuple(
                JobState(
                    name,
                    at(self._last[name]) if name in self._last else None,
                    at(self._due.get(name, now)),
                    self._results.get(name),
                    is_running=name in self._running,
                )
                for name in self._jobs
            )

    def _run(self, name: str) -> None:
        seconds, result = AFTER_A_FAILURE_SECONDS, "bug"
        with self._arming:
            self._running.add(name)
            self._woken.discard(name)
            self._last[name] = time.monotonic()
        try:
            done = self._jobs[name].run()
            again = done if isinstance(done, Again) else Again(done, "ok")
            seconds, result = again.seconds, again.code
        except KioskError as error:
            result = error.code
            record(Event.JOB_FAILED, job=name, code=error.code)
        except Exception as error:  # noqa: BLE001 - the top of this thread; the job lives on
            record_bug(name, error)
        finally:
            with self._arming:
                self._running.discard(name)
                self._results[name] = result
                seconds = 0.0 if name in self._woken else seconds
                self._arm(name, max(seconds, AFTER_A_RUN_SECONDS))

    def _arm(self, name: str, seconds: float) -> None:
        """Under the lock, in one hold with what decided it: a wake between would be lost."""
        if self._stopping.is_set():
            return
        self._due[name] = time.monotonic() + seconds
        self._scheduler.add_job(
            self._run,
            "date",
            run_date=datetime.now(UTC) + timedelta(seconds=seconds),
            args=[name],
            id=name,
            name=name,
            replace_existing=True,
        )

    def _watch_clocks(self) -> None:
        offset = self._offset()
        while not self._stopping.wait(self._guard_seconds):
            if abs(self._offset() - offset) > STEP_SECONDS:
                offset = self._offset()
                self._rearm_all()

    @staticmethod
    def _offset() -> float:
        return time.time() - time.monotonic()

    def _rearm_all(self) -> None:
        for name in self._jobs:
            with self._arming:
                # A run arms itself when it ends, by the clock as it is then.
                if name not in self._running:
                    self._arm(name, max(0.0, self.due_in(name)))

    def _on_trouble(self, event: JobExecutionEvent) -> None:
        kind = type(event.exception).__name__ if event.exception else "missed"
        record(Event.JOB_FAILED, job=event.job_id, code=kind)

    def _on_dropped(self, event: JobSubmissionEvent) -> None:
        """What was due while a run was still counted would never come again."""
        with self._arming:
            if event.job_id in self._running:
                self._woken.add(event.job_id)
            else:
                self._arm(event.job_id, AFTER_A_RUN_SECONDS)
