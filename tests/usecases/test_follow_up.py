"""What is still to be confirmed, on a real sealed store."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from kiosk.domain.check import Answer, Answered, Deferred, Outcome, Refused
from kiosk.domain.dates import Month
from kiosk.domain.fallback import CHART, OWES, WITH_CARD, WITHOUT_CARD, Question, Way, after
from kiosk.ports.records import StoredCheck
from kiosk.store.opening import Store
from kiosk.usecases.follow_up import Case, FollowingUp, Standing
from tests.support.store import NOON, Box, answered

CARD, ANOTHER = b"certificate of one card", b"certificate of another"


def none_registered() -> Answered:
    return Answered(
        Answer(validity_code="4", confirmed_on=None, eligibilities=(), is_simulated=True)
    )


class Clinic:
    """One box and what follows from its checks."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.store: Store = box.store()
        self.following = FollowingUp(self.store.follow_ups, box.clock(self.store))

    def check(self, card: bytes = CARD, *, is_trusted: bool = True) -> StoredCheck:
        records = self.store.records
        person = records.person_of(card)
        return records.open(self.box.check(person=person, is_trusted=is_trusted))

    def told(self, outcome: Outcome, card: bytes = CARD) -> Standing:
        check = self.check(card)
        self.store.records.settle(check.check_id, outcome, at=self.box.wall, next_attempt_at=None)
        return self.following.after(check, outcome)


@pytest.fixture
def clinic(box: Box) -> Clinic:
    return Clinic(box)


def case_of(standing: Standing) -> Case:
    assert standing.case is not None
    return standing.case


def test_journey_c_first_visit_then_confirmed_in_the_same_month(clinic: Clinic) -> None:
    first = clinic.told(none_registered())
    assert first.unconfirmed == 1
    assert clinic.following.choose(case_of(first), Way.FIRST_VISIT)[1] == 1
    clinic.box.wait(7 * 86400)
    second = clinic.told(answered())
    assert second == Standing(None, closed=1, unconfirmed=0)


@pytest.mark.parametrize("way", list(Way))
def test_a_way_owes_nothing_but_the_first_visit(clinic: Clinic, way: Way) -> None:
    standing = clinic.told(Refused("K231", is_simulated=True))
    assert clinic.following.choose(case_of(standing), way)[1] == (1 if way in OWES else 0)


def test_nobody_chose_and_it_stands_all_the_same(clinic: Clinic) -> None:
    clinic.told(none_registered())
    again = Clinic(clinic.box)
    (kept,) = again.store.follow_ups.open()
    assert kept.way is None
    assert kept.reason == "none"


def test_a_deferred_check_owes_nothing_by_itself(clinic: Clinic) -> None:
    standing = clinic.told(Deferred("K201"))
    assert standing.unconfirmed == 0
    assert clinic.following.choose(case_of(standing), Way.FIRST_VISIT)[1] == 1


def test_an_answer_that_comes_later_makes_no_second_matter_of_one_check(clinic: Clinic) -> None:
    check = clinic.check()
    standing = clinic.following.after(check, Deferred("K201"))
    clinic.following.choose(case_of(standing), Way.FIRST_VISIT)
    assert clinic.following.after(check, none_registered()).unconfirmed == 1
    (kept,) = clinic.following.open()
    assert (kept.way, kept.reason) == (Way.FIRST_VISIT, "none")
    assert clinic.following.after(check, answered()).unconfirmed == 0


def test_a_face_that_was_copied_is_closed_by_the_answer_to_it(clinic: Clinic) -> None:
    unread = Case(date(2026, 11, 15), "K106", None, None, is_simulated=False)
    matter, _ = clinic.following.choose(unread, Way.FACE)
    check = clinic.check(b"what was typed")
    assert clinic.following.after(check, Deferred("K201"), matter=matter).unconfirmed == 1
    assert clinic.following.after(check, answered()).unconfirmed == 0


def test_another_persons_answer_closes_nothing(clinic: Clinic) -> None:
    clinic.told(none_registered())
    assert clinic.told(answered(), ANOTHER).unconfirmed == 1


def test_no_card_at_all_is_kept_without_a_person(clinic: Clinic) -> None:
    case = Case(date(2026, 11, 15), "K106", None, None, is_simulated=False)
    assert clinic.following.choose(case, Way.FIRST_VISIT)[1] == 1
    assert clinic.following.choose(case, Way.NOTICE)[1] == 1


def test_it_is_purged_with_its_month(clinic: Clinic) -> None:
    clinic.told(none_registered())
    clinic.store.records.purge(Month(2026, 11))
    assert clinic.store.follow_ups.open() == []


def test_kept_under_a_wrong_clock_it_moves_with_its_check(clinic: Clinic) -> None:
    clinic.box.is_synchronised = False
    clinic.box.wall = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    check = clinic.check(is_trusted=False)
    clinic.store.records.settle(
        check.check_id, none_registered(), at=clinic.box.wall, next_attempt_at=None
    )
    clinic.following.after(check, none_registered())
    clinic.box.wall, clinic.box.is_synchronised = NOON + timedelta(seconds=5), True
    assert clinic.store.records.adopt_provisional(clinic.box.stamp()) == 1
    (kept,) = clinic.store.follow_ups.open()
    assert kept.treated_on == date(2026, 11, 15)
    clinic.store.records.purge(Month(2026, 11))
    assert clinic.store.follow_ups.open() == []


def test_the_hash_of_a_person_is_this_boxes_own(clinic: Clinic, box: Box) -> None:
    mine = clinic.store.records.person_of(CARD)
    assert mine == Clinic(box).store.records.person_of(CARD)
    other = Box(box.state_dir.with_name("other"), undo=box.undo)
    assert mine != Clinic(other).store.records.person_of(CARD)


def test_every_question_ends_in_a_way() -> None:
    for first in (WITH_CARD, WITHOUT_CARD):
        step: Question | Way = first
        seen = []
        while isinstance(step, Question):
            seen.append(step)
            assert isinstance(after(step, is_yes=True), Way)
            step = after(step, is_yes=False)
        assert step is Way.FIRST_VISIT
        assert after(seen[-1], is_yes=False, has_face=True) is Question.FACE
        assert len(seen) == len(set(seen))
    reached = {each for each in CHART.values() if isinstance(each, Way)}
    assert reached == set(Way)
