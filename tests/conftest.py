"""Fixtures of every test, and what every test may take for granted."""

import re
import signal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# A test does not fail for being slow on a busy machine; what takes how long is measured in bench/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

pytest_plugins = [
    "tests.support.cards",
    "tests.support.pcscd",
    "tests.support.write_log",
    "tests.support.store",
    "tests.support.service",
]

# In the background of a shell without job control a process is told to ignore Ctrl-C, and so is
# every program that a test starts: they are to find the signal as at a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """What a worker gets at a time when several run side by side (``-n``)."""
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # it publishes no types
    """A file's tests share its fixtures; those of one pcscd are one piece, so that one is started.

    (xdist's own groups do nothing under pytest 9: the name it adds to a test is no longer read.)
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "pcscd" if _names_pcsc(self.config.rootpath / path) else path


@cache
def _names_pcsc(path: Path) -> bool:
    return re.search(r"\bpcscd?\b", path.read_text()) is not None
