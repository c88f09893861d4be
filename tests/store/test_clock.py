"""The clock: believed only with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.ports.clock import ClockFault
from kiosk.ports.records import ClockNotTrusted
from kiosk.settings import ClockTrust
from kiosk.store.clock import is_ntp_synchronised, utc_now
from kiosk.store.leases import BootMoment
from tests.support.store import NOON, Box

HOUR = timedelta(hours=1)


def test_ntp_vouches(box: Box) -> None:
    clock = box.clock(box.store())
    assert clock.stamp().is_trusted
    assert clock.fault() is None


def test_nobody_vouches(box: Box) -> None:
    box.is_synchronised = False
    clock = box.clock(box.store())
    assert not clock.stamp().is_trusted
    assert clock.fault() is None, "unknown is not wrong"


def test_ntp_is_asked_once_in_a_while(box: Box) -> None:
    box.is_synchronised = False
    clock = box.clock(box.store())
    assert not clock.stamp().is_trusted
    box.is_synchronised = True
    box.wait(179)
    assert not clock.stamp().is_trusted
    box.wait(1)
    assert clock.stamp().is_trusted


@pytest.mark.parametrize(("off", "is_trusted"), [(299, True), (-299, True), (301, False)])
def test_the_services_date_vouches_within_five_minutes(
    box: Box,
    off: int,
    is_trusted: bool,  # noqa: FBT001
) -> None:
    box.is_synchronised = False
    clock = box.clock(box.store())
    clock.hint(NOON - timedelta(seconds=off))
    assert clock.stamp().is_trusted is is_trusted


def test_the_services_date_vouches_for_a_day_of_one_boot(box: Box) -> None:
    box.is_synchronised = False
    clock = box.clock(box.store())
    clock.hint(NOON)
    box.wait(24 * 3600 - 1)
    assert clock.stamp().is_trusted
    box.wait(1)
    assert not clock.stamp().is_trusted
    clock.hint(box.wall)
    assert clock.stamp().is_trusted
    box.reboot()
    assert not clock.stamp().is_trusted


def test_a_date_is_known_to_the_next_command(box: Box) -> None:
    box.is_synchronised = False
    box.clock(box.store()).hint(NOON)
    box.wait(60)
    assert box.clock(box.store()).stamp().is_trusted


def test_a_clock_set_back_is_never_trusted(box: Box) -> None:
    clock = box.clock(box.store())
    assert clock.stamp().is_trusted
    box.wall -= timedelta(microseconds=1)
    assert not clock.stamp().is_trusted
    assert clock.fault() is ClockFault.SET_BACK
    box.reboot()
    assert box.clock(box.store()).fault() is ClockFault.SET_BACK
    box.wall += HOUR
    assert clock.stamp().is_trusted


def test_a_clock_that_leapt_ahead_is_not_trusted_and_leaves_no_mark(box: Box) -> None:
    store = box.store()
    clock = box.clock(store)
    clock.hint(NOON)
    assert clock.stamp().is_trusted
    box.wall += timedelta(days=365 * 30)
    assert not clock.stamp().is_trusted
    assert clock.fault() is ClockFault.LEAPT_AHEAD
    assert store.control.mark() == NOON


def test_a_clock_behind_the_services_date_is_not_trusted(box: Box) -> None:
    clock = box.clock(box.store())
    clock.hint(NOON + HOUR)
    assert not clock.stamp().is_trusted
    assert clock.fault() is ClockFault.SET_BACK


def test_the_mark_rises_at_most_once_a_minute_and_only_by_trusted_time(box: Box) -> None:
    store = box.store()
    clock = box.clock(store)
    clock.stamp()
    box.wait(59)
    clock.stamp()
    assert store.control.mark() == NOON
    box.wait(1)
    clock.stamp()
    assert store.control.mark() == NOON + timedelta(seconds=60)
    box.is_synchronised = False
    box.wait(3600)
    clock.stamp()
    assert store.control.mark() == NOON + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("trust", "is_trusted"), [(ClockTrust.ALWAYS, True), (ClockTrust.NEVER, False)]
)
def test_the_simulated_world_decides_for_itself(
    box: Box,
    trust: ClockTrust,
    is_trusted: bool,  # noqa: FBT001
) -> None:
    box.is_synchronised = not is_trusted
    assert box.clock(box.store(), trust).stamp().is_trusted is is_trusted


def test_even_the_simulated_world_does_not_believe_a_clock_set_back(box: Box) -> None:
    store = box.store()
    store.control.raise_mark(NOON + HOUR)
    clock = box.clock(store, ClockTrust.ALWAYS)
    assert not clock.stamp().is_trusted
    assert clock.fault() is ClockFault.SET_BACK


def test_a_stamp_is_of_this_moment(box: Box) -> None:
    clock = box.clock(box.store())
    assert clock.now() == NOON
    stamp = clock.stamp()
    assert stamp == box.stamp(is_trusted=True)
    assert BootMoment(stamp.boot_id, stamp.boot_seconds) == box.boot()


def test_the_real_clocks_answer() -> None:
    assert utc_now().utcoffset() == timedelta()
    assert is_ntp_synchronised() in {True, False}


def test_a_poisoned_mark_is_reset_once_somebody_vouches(box: Box) -> None:
    store = box.store()
    store.control.raise_mark(NOON + 30 * 365 * 24 * HOUR)
    clock = box.clock(store)
    assert clock.fault() is ClockFault.SET_BACK
    assert not clock.stamp().is_trusted
    assert clock.reset_mark().is_trusted
    assert clock.mark() == NOON
    assert clock.fault() is None
    assert clock.stamp().is_trusted


def test_a_mark_is_not_reset_to_a_time_nobody_vouches_for(box: Box) -> None:
    box.is_synchronised = False
    store = box.store()
    poisoned = NOON + 30 * 365 * 24 * HOUR
    store.control.raise_mark(poisoned)
    clock = box.clock(store)
    with pytest.raises(ClockNotTrusted):
        clock.reset_mark()
    clock.hint(NOON + HOUR)
    with pytest.raises(ClockNotTrusted):
        clock.reset_mark()
    assert clock.mark() == poisoned
    clock.hint(NOON)
    assert clock.reset_mark().wall == NOON
