"""Medians, of calls and of whole processes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

ROUNDS = 15


def median_ms(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median wall time of a call in milliseconds, after one that does not count."""
    call()
    return round(statistics.median(_once(call) for _ in range(rounds)), 3)


def _once(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000


def process(command: Sequence[str], rounds: int = 7) -> float:
    """Median wall time of a whole process in milliseconds."""

    def start() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return median_ms(start, rounds)


def peak_mib(command: Sequence[str]) -> float:
    """Peak resident memory of one process in MiB."""
    # A child of its own: RUSAGE_CHILDREN keeps the largest ever waited for.
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True,"
        " stdout=subprocess.DEVNULL);"
        " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    measured = subprocess.run(
        [sys.executable, "-S", "-c", script, *command], check=True, capture_output=True, text=True
    )
    return round(int(measured.stdout) / 1024, 1)
