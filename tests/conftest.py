"""Fixtures of every test, and what every test may take for granted."""

import signal

import pytest

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what must stay together when two run side by side (``-n``).

    There is one pcscd on a machine, so its tests follow one another; a file shares its fixtures.
    """
    for item in items:
        shares_pcscd = item.get_closest_marker("pcsc") or "pcscd" in getattr(
            item, "fixturenames", ()
        )
        group = "pcscd" if shares_pcscd else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
