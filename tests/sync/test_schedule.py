"""The schedule: jobs re-arm themselves, survive failure, and a step of the wall clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.ports.service import NoNetwork
from kiosk.sync.schedule import Job, Schedule
from tests.support.faked_time import faked_time

LONG = 3600.0


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as they can, so that whatever may come between does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@dataclass
class Counted:
    """A schedule that runs, with one job, "drain", and what is released once a run."""

    schedule: Schedule
    ran: threading.Semaphore


@pytest.fixture
def counted() -> Iterator[Counted]:
    ran = threading.Semaphore(0)

    def run() -> float:
        ran.release()
        return LONG

    schedule = Schedule([Job("drain", run)])
    schedule.start()
    yield Counted(schedule, ran)
    schedule.stop()


def test_a_job_runs_at_the_start_and_again_when_it_asked_to() -> None:
    third = threading.Event()
    runs = 0

    def run() -> float:
        nonlocal runs
        runs += 1
        if runs == 3:
            third.set()
            return LONG
        return 0.01

    schedule = Schedule([Job("drain", run)])
    schedule.start()
    assert third.wait(60)
    schedule.stop()
    assert runs == 3


def test_waking_makes_a_job_due_now(counted: Counted) -> None:
    assert counted.ran.acquire(timeout=60)
    counted.schedule.wake("drain")
    assert counted.ran.acquire(timeout=60)


def test_a_failing_job_is_logged_with_its_code_and_lives_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran = threading.Semaphore(0)

    def run() -> float:
        ran.release()
        raise NoNetwork

    schedule = Schedule([Job("drain", run)])
    schedule.start()
    assert ran.acquire(timeout=60)
    schedule.wake("drain")
    assert ran.acquire(timeout=60)
    schedule.stop()
    line = json.loads(capsys.readouterr().err.splitlines()[0])
    assert (line["event"], line["job"], line["code"]) == ("job_failed", "drain", "K201")


def test_a_job_never_runs_beside_itself() -> None:
    inside = 0
    most = 0
    runs = threading.Semaphore(0)
    lock = threading.Lock()

    def run() -> float:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        runs.release()
        threading.Event().wait(0.02)
        with lock:
            inside -= 1
        return 0.0

    schedule = Schedule([Job("drain", run)])
    schedule.start()
    for _ in range(10):
        schedule.wake("drain")
        assert runs.acquire(timeout=60)
    schedule.stop()
    assert most == 1


STEPPED = textwrap.dedent(
    """
    import pathlib, sys, threading
    from kiosk.sync.schedule import Job, Schedule

    clock, ran, runs = pathlib.Path(sys.argv[1]), threading.Semaphore(0), 0

    def run():
        ran.release()
        return 0.2

    over = threading.Event()

    def drain():
        over.wait(100)
        return 3600.0

    # A long run goes on through every step: it is neither begun again nor asked to be.
    schedule = Schedule([Job("beat", run), Job("drain", drain)], guard_seconds=0.1)
    schedule.start()
    for offset in ("+0", "-1d", "+10950d", "+0"):
        clock.write_text(offset)
        for _ in range(5):
            assert ran.acquire(timeout=60), offset
    over.set()
    schedule.stop()
    print("no beat was missed")
    """
)


def test_no_beat_is_missed_when_the_clock_is_set_back_a_day_or_ahead_thirty_years(
    tmp_path: Path,
) -> None:
    clock = tmp_path / "clock"
    faked = faked_time(clock)
    finished = subprocess.run(
        [sys.executable, "-c", STEPPED, str(clock)],
        env={**os.environ, **faked},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert finished.stdout == "no beat was missed\n", finished.stderr
    assert "drain" not in finished.stderr


def test_a_job_woken_at_any_moment_of_its_run_is_run_again_and_never_lost(
    counted: Counted,
) -> None:
    for _ in range(100):
        assert counted.ran.acquire(timeout=60)
        counted.schedule.wake("drain")
    assert counted.ran.acquire(timeout=60)
    assert counted.schedule.due_in("drain") < LONG


@pytest.mark.usefixtures("hasty_threads")
def test_a_wake_just_as_a_run_ends_is_not_lost(counted: Counted) -> None:
    """One in a hundred was, when it fell between the end of the run and its next time."""
    assert counted.ran.acquire(timeout=60)
    for turn in range(400):
        for _ in range(turn % 60):
            pass
        counted.schedule.wake("drain")
        assert counted.ran.acquire(timeout=60)
        while counted.ran.acquire(blocking=False):
            pass


def test_stopping_while_a_job_ends_does_not_wait_for_itself() -> None:
    for _ in range(50):
        ran = threading.Event()

        def run(ran: threading.Event = ran) -> float:
            ran.set()
            return 0.0

        schedule = Schedule([Job("drain", run)])
        schedule.start()
        assert ran.wait(60)
        schedule.stop()
