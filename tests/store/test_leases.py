"""Whose lease it is, and whether the owner lives."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from kiosk.store.leases import LEASE_SECONDS, BootMoment, Lease, read_boot_clock

NOW = BootMoment("boot-1", 100.0)


def test_a_lease_of_this_process_is_held_until_its_deadline() -> None:
    lease = Lease.of_this_process(NOW)
    assert lease.is_held(NOW)
    assert lease.is_held(replace(NOW, seconds=99.9 + LEASE_SECONDS))
    assert not lease.is_held(replace(NOW, seconds=100.0 + LEASE_SECONDS))


def test_a_lease_of_another_boot_is_void() -> None:
    assert not Lease.of_this_process(NOW).is_held(replace(NOW, boot_id="boot-2"))


def test_a_process_number_used_again_is_not_the_owner() -> None:
    assert not Lease(f"boot-1:{os.getpid()}:1", 200.0).is_held(NOW)


@pytest.mark.parametrize("is_reaped", [False, True])
def test_a_dead_owner_holds_nothing_reaped_or_not(is_reaped: bool) -> None:  # noqa: FBT001
    program = (
        "from kiosk.store.leases import BootMoment, Lease\n"
        "print(Lease.of_this_process(BootMoment('boot-1', 100.0)).owner, flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        lease = Lease(child.stdout.readline().strip(), 200.0)
        assert lease.is_held(NOW)
        child.kill()
        # The pipe closes when the process has ended, before anybody has reaped it.
        assert child.stdout.read() == ""
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        if is_reaped:
            child.wait()
        assert not lease.is_held(NOW)


def test_the_boot_clock_runs() -> None:
    first, second = read_boot_clock(), read_boot_clock()
    assert first.boot_id == second.boot_id
    assert 0 < first.seconds <= second.seconds
