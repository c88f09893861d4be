"""A signal ends a command at whatever point its main thread is."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

ALWAYS_IN_THE_LOCK = """
from kiosk.cli.stopping import stopped_by_signal
stop = stopped_by_signal()
print("ready", flush=True)
while not stop.wait(0):
    pass
"""
WITHOUT_AN_END = """
from kiosk.cli.stopping import stopped_by_signal
stop = stopped_by_signal()
print("ready", flush=True)
stop.wait()
"""
PATIENCE_S = 30.0
TRIES = 5


@pytest.mark.parametrize("script", [ALWAYS_IN_THE_LOCK, WITHOUT_AN_END])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_for_it(script: str, number: signal.Signals) -> None:
    for attempt in range(TRIES):
        command = [sys.executable, "-c", script]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.001 * attempt)
            process.send_signal(number)
            assert process.wait(PATIENCE_S) == 0
