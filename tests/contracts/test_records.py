"""The promises of ``kiosk.ports.records.Records``, kept by the sealed store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from kiosk.domain.check import Deferred, Outcome, Refused
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.ports.counts import PurgedMonth
from kiosk.ports.records import CheckUnknown, ClockNotTrusted, Records, Settlement
from tests.support.store import REQUEST, Box, answered

OUTAGE = Deferred("K201")
STOPPED = Deferred("K221", needs_staff=True)
REVOKED = Refused("K231", is_simulated=False)
NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)


@pytest.fixture
def records(box: Box) -> Records:
    return box.store().records


@pytest.fixture
def settle(box: Box, records: Records) -> Callable[[str, Outcome], State]:
    def settle(check_id: str, outcome: Outcome) -> State:
        next_attempt_at = box.wall + timedelta(seconds=30)
        is_wait = isinstance(outcome, Deferred) and not outcome.needs_staff
        stored = records.settle(
            check_id, outcome, at=box.wall, next_attempt_at=next_attempt_at if is_wait else None
        )
        return stored.state

    return settle


Settle = Callable[[str, Outcome], State]


def test_an_opened_check_is_sending_and_kept_whole(box: Box, records: Records) -> None:
    check = box.check()
    stored = records.open(check)
    assert stored == records.get(check.opening.check_id)
    assert (stored.state, stored.attempts, stored.request) == (State.SENDING, 1, REQUEST)
    assert (stored.month, stored.treated_on) == (NOVEMBER, date(2026, 11, 15))
    assert stored.opened == check.opening.stamp
    assert stored.answer is None


def test_an_answer_settles_and_empties_the_question(
    box: Box, records: Records, settle: Settle
) -> None:
    check_id = records.open(box.check()).check_id
    assert settle(check_id, answered("試験 花子")) is State.ANSWERED
    stored = records.get(check_id)
    assert stored.answer == answered("試験 花子").answer
    assert (stored.settled_at, stored.request, stored.code) == (box.wall, b"", None)
    assert stored.is_simulated


def test_a_refusal_settles_with_its_code(box: Box, records: Records, settle: Settle) -> None:
    check_id = records.open(box.check()).check_id
    assert settle(check_id, REVOKED) is State.REFUSED
    stored = records.get(check_id)
    assert (stored.code, stored.request, stored.settled_at) == ("K231", b"", box.wall)
    assert not stored.is_simulated


def test_a_deferral_queues_with_code_and_time(box: Box, records: Records, settle: Settle) -> None:
    check_id = records.open(box.check()).check_id
    assert settle(check_id, OUTAGE) is State.QUEUED
    stored = records.get(check_id)
    assert (stored.code, stored.request) == ("K201", REQUEST)
    assert stored.next_attempt_at == box.wall + timedelta(seconds=30)
    assert stored.settled_at is None


@pytest.mark.parametrize("late", [answered("別人"), REVOKED, OUTAGE, STOPPED])
@pytest.mark.parametrize("first", [answered(), REVOKED])
def test_what_comes_late_changes_nothing_that_is_settled(
    box: Box, records: Records, settle: Settle, first: Outcome, late: Outcome
) -> None:
    check_id = records.open(box.check()).check_id
    settle(check_id, first)
    before = records.get(check_id)
    box.wait(5)
    settle(check_id, late)
    assert records.get(check_id) == before


@pytest.mark.parametrize("waiting", [OUTAGE, STOPPED])
def test_a_late_verdict_lands_on_a_check_that_waits(
    box: Box, records: Records, settle: Settle, waiting: Deferred
) -> None:
    check_id = records.open(box.check()).check_id
    settle(check_id, waiting)
    assert settle(check_id, answered()) is State.ANSWERED


def test_a_late_deferral_leaves_what_waits(box: Box, records: Records, settle: Settle) -> None:
    check_id = records.open(box.check()).check_id
    settle(check_id, STOPPED)
    assert settle(check_id, OUTAGE) is State.SET_ASIDE
    assert records.get(check_id).code == "K221"


def test_the_oldest_is_claimed_first_and_once_a_round(
    box: Box, records: Records, settle: Settle
) -> None:
    ids = [records.open(box.check()).check_id for _ in range(3)]
    for check_id in reversed(ids):
        settle(check_id, OUTAGE)
    records.start_round()
    claimed = []
    while found := records.claim(now=box.wall, due_only=False):
        (check,) = found
        claimed.append(check.check_id)
        assert (check.state, check.attempts) == (State.SENDING, 2)
        settle(check.check_id, OUTAGE)
    assert claimed == ids
    records.start_round()
    (again,) = records.claim(now=box.wall, due_only=False)
    assert again.check_id == ids[0]


def test_oldest_means_sequence_over_all_months(box: Box, records: Records, settle: Settle) -> None:
    days = [date(2026, 12, 1), date(2026, 11, 1), None]
    for day in days:
        settle(records.open(box.check(treated_on=day)).check_id, OUTAGE)
    settle(records.open(box.check(is_trusted=False)).check_id, OUTAGE)
    records.start_round()
    found = []
    while claimed := records.claim(now=box.wall, due_only=False, most=3):
        found += [check.sequence for check in claimed]
    assert found == sorted(found)
    assert len(found) == 4


def test_what_is_not_due_is_left_when_only_the_due_are_wanted(
    box: Box, records: Records, settle: Settle
) -> None:
    settle(records.open(box.check()).check_id, OUTAGE)
    box.wait(29)
    assert records.claim(now=box.wall, due_only=True) == []
    box.wait(1)
    assert records.claim(now=box.wall, due_only=True)


def test_a_clock_set_back_does_not_make_a_check_wait_for_years(
    box: Box, records: Records, settle: Settle
) -> None:
    settle(records.open(box.check()).check_id, OUTAGE)
    box.reboot()
    box.wall -= timedelta(days=900)
    assert records.claim(now=box.wall, due_only=True)


@pytest.mark.parametrize("days", [-1, 10950])
def test_a_leap_of_the_wall_clock_moves_no_next_attempt(
    box: Box, records: Records, settle: Settle, days: int
) -> None:
    settle(records.open(box.check()).check_id, OUTAGE)
    box.wait(10)
    box.wall += timedelta(days=days)
    assert records.due_in_s(box.wall) == 20
    assert records.claim(now=box.wall, due_only=True) == []
    box.wait(20)
    assert records.due_in_s(box.wall) == 0
    assert records.claim(now=box.wall, due_only=True)


def test_after_a_restart_the_wall_clock_says_when_the_next_is_due(
    box: Box, records: Records, settle: Settle
) -> None:
    assert records.due_in_s(box.wall) is None
    settle(records.open(box.check()).check_id, OUTAGE)
    box.reboot()
    box.wait(10)
    assert records.due_in_s(box.wall) == 20
    settle(records.open(box.check()).check_id, OUTAGE)
    box.wait(5)
    assert records.due_in_s(box.wall) == 15
    assert records.claim(now=box.wall, due_only=True) == []
    box.wall -= timedelta(days=1)
    assert records.due_in_s(box.wall) == 0
    assert records.claim(now=box.wall, due_only=True)


def test_what_is_being_sent_or_set_aside_is_not_claimed(
    box: Box, records: Records, settle: Settle
) -> None:
    records.open(box.check())
    settle(records.open(box.check()).check_id, STOPPED)
    assert records.claim(now=box.wall, due_only=False) == []


def test_a_lease_of_a_living_process_ends_at_its_deadline(box: Box, records: Records) -> None:
    records.open(box.check())
    box.wait(59)
    assert records.claim(now=box.wall, due_only=True) == []
    box.wait(1)
    assert records.claim(now=box.wall, due_only=True)


def test_a_lease_of_another_boot_is_taken_over_at_once(box: Box, records: Records) -> None:
    check_id = records.open(box.check()).check_id
    box.reboot()
    (taken,) = records.claim(now=box.wall, due_only=True)
    assert (taken.check_id, taken.attempts, taken.request) == (check_id, 2, REQUEST)


def test_a_retry_queues_what_was_set_aside(box: Box, records: Records, settle: Settle) -> None:
    check_id = records.open(box.check()).check_id
    settle(check_id, STOPPED)
    assert records.retry(check_id).state is State.QUEUED
    assert records.claim(now=box.wall, due_only=True)


def test_a_retry_leaves_other_states(box: Box, records: Records, settle: Settle) -> None:
    check_id = records.open(box.check()).check_id
    settle(check_id, answered())
    assert records.retry(check_id).state is State.ANSWERED


def test_waiting_and_history_are_in_order(box: Box, records: Records, settle: Settle) -> None:
    first = records.open(box.check(treated_on=date(2026, 12, 31))).check_id
    second = records.open(box.check()).check_id
    third = records.open(box.check(is_trusted=False)).check_id
    settle(second, answered())
    assert [each.check_id for each in records.waiting()] == [first, third]
    assert [each.check_id for each in records.history(None)] == [first, second, third]
    assert [each.check_id for each in records.history(NOVEMBER)] == [second]
    assert records.history(Month(2027, 1)) == []
    assert records.months() == [NOVEMBER, DECEMBER]


def test_a_purged_month_is_forgotten_and_counted(
    box: Box, records: Records, settle: Settle
) -> None:
    gone = [records.open(box.check()).check_id for _ in range(3)]
    settle(gone[0], answered())
    settle(gone[1], REVOKED)
    stays = records.open(box.check(treated_on=date(2026, 12, 1))).check_id
    assert records.purge(NOVEMBER) == PurgedMonth(NOVEMBER, checks=3, unanswered=1)
    for check_id in gone:
        with pytest.raises(CheckUnknown):
            records.get(check_id)
    assert [each.check_id for each in records.history(None)] == [stays]
    assert records.months() == [DECEMBER]
    assert records.purge(NOVEMBER) == PurgedMonth(NOVEMBER, 0, 0)


def test_an_unknown_check_is_told_so(box: Box, records: Records) -> None:
    with pytest.raises(CheckUnknown):
        records.get("none")
    with pytest.raises(CheckUnknown):
        records.settle("none", answered(), at=box.wall, next_attempt_at=None)
    with pytest.raises(CheckUnknown):
        records.retry("none")


def test_a_provisional_check_is_dated_by_boot_time(box: Box, records: Records) -> None:
    box.wall -= timedelta(days=400)
    taken = records.open(box.check(is_trusted=False))
    assert taken.month is None
    box.wait(600)
    box.wall += timedelta(days=400)
    assert records.adopt_provisional(box.stamp()) == 1
    found = records.get(taken.check_id)
    assert (found.month, found.treated_on) == (NOVEMBER, date(2026, 11, 15))
    assert found.opened.wall == box.wall - timedelta(seconds=600)
    assert found.opened.is_trusted
    assert (found.sequence, found.request) == (taken.sequence, taken.request)
    assert records.adopt_provisional(box.stamp()) == 0


def test_nothing_is_adopted_by_an_untrusted_stamp(box: Box, records: Records) -> None:
    taken = records.open(box.check(is_trusted=False))
    with pytest.raises(ClockNotTrusted):
        records.adopt_provisional(box.stamp(is_trusted=False))
    assert records.get(taken.check_id).month is None


# ------------------------------------------------------------------ handing over


def test_what_is_settled_is_numbered_in_that_order(
    box: Box, records: Records, settle: Settle
) -> None:
    first, second, third = (records.open(box.check()).check_id for _ in range(3))
    settle(third, answered())
    settle(first, REVOKED)
    settle(second, OUTAGE)
    found = records.settled({}, 10)
    assert [(number, check.check_id) for number, check in found] == [(1, third), (2, first)]
    assert [number for number, _ in records.settled({NOVEMBER: 1}, 10)] == [2]
    assert [number for number, _ in records.settled({}, 1)] == [1]
    records.claim(now=box.wall + timedelta(days=1), due_only=False)
    settle(second, answered())
    assert [check.check_id for _, check in records.settled({NOVEMBER: 2}, 10)] == [second]


def test_a_check_that_gets_its_month_is_new_there(
    box: Box, records: Records, settle: Settle
) -> None:
    settle(records.open(box.check()).check_id, answered())
    untrusted = records.open(box.check(is_trusted=False)).check_id
    settle(untrusted, answered())
    assert [check.check_id for _, check in records.settled({NOVEMBER: 1}, 10)] == [untrusted]
    records.adopt_provisional(box.stamp())
    assert [(n, each.check_id) for n, each in records.settled({NOVEMBER: 1, None: 1}, 10)] == [
        (2, untrusted)
    ]


def test_what_no_receipt_computer_has_is_counted_month_by_month(
    box: Box, records: Records, settle: Settle
) -> None:
    assert records.unexported() == []
    ids = [records.open(box.check()).check_id for _ in range(3)]
    for check_id in ids[:2]:
        settle(check_id, answered())
    settle(ids[2], OUTAGE)
    since = records.get(ids[0]).settled_at
    (found,) = records.unexported()
    assert (found.month, found.count, found.since) == (NOVEMBER, 2, since)
    for check_id in ids[:2]:
        records.mark_exported(check_id, box.wall)
    assert records.unexported() == []


def test_only_the_first_acknowledgement_of_an_answer_counts(
    box: Box, records: Records, settle: Settle
) -> None:
    done, waits = (records.open(box.check()).check_id for _ in range(2))
    settle(done, answered())
    first = box.wall
    assert records.mark_exported(done, first).exported_at == first
    assert records.mark_exported(done, first + timedelta(hours=1)).exported_at == first
    assert records.get(done).exported_at == first
    assert records.mark_exported(waits, first).exported_at is None
    with pytest.raises(CheckUnknown):
        records.mark_exported("no such check", first)


def test_what_is_given_back_waits_as_before_and_is_claimed_again(
    box: Box, records: Records, settle: Settle
) -> None:
    ids = [records.open(box.check()).check_id for _ in range(3)]
    for each in ids:
        settle(each, Deferred("K201"))
    records.start_round()
    before = records.get(ids[1])
    assert [each.check_id for each in records.claim(now=box.wall, due_only=False, most=3)] == ids
    assert records.get(ids[1]).state is State.SENDING
    records.release(ids[1:])
    assert records.get(ids[1]) == before
    again = records.claim(now=box.wall, due_only=False, most=3)
    assert [each.check_id for each in again] == ids[1:]


def test_a_verdict_that_came_meanwhile_is_not_given_back(
    box: Box, records: Records, settle: Settle
) -> None:
    check_id = records.open(box.check()).check_id
    settle(check_id, answered("試験 花子"))
    records.release([check_id])
    assert records.get(check_id).state is State.ANSWERED


def test_several_are_settled_together_each_in_its_month(box: Box, records: Records) -> None:
    months = (date(2026, 11, 15), date(2026, 12, 1))
    ids = [records.open(box.check(treated_on=day)).check_id for day in (*months, *months)]
    records.settle_all([Settlement(each, answered(), box.wall, None) for each in ids])
    assert [records.get(each).state for each in ids] == [State.ANSWERED] * 4
    late = Settlement(ids[0], OUTAGE, box.wall, None)
    records.settle_all([late])
    assert records.get(ids[0]).state is State.ANSWERED, "nothing changes what is settled"
    with pytest.raises(CheckUnknown):
        records.settle_all([Settlement("none", answered(), box.wall, None)])
