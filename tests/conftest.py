"""Fixtures of every test, and what every test may take for granted."""

import signal

pytest_plugins = [
    "tests.support.cards",
    "tests.support.pcscd",
    "tests.support.power_cut",
    "tests.support.store",
    "tests.support.service",
]

# In the background of a shell without job control a process is told to ignore Ctrl-C, and so is
# every program that a test starts: they are to find the signal as at a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)
