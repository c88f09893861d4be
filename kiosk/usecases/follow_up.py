"""What is still to be confirmed: kept when a check confirmed nothing, closed when a later one did.

Source: facts DOMAIN, "What to do when a check cannot be done", 5, and JOURNEYS B5, C1 and C2.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date

from kiosk.domain.check import Answered, Deferred, Outcome, Refused
from kiosk.domain.fallback import OWES, Way
from kiosk.ports.clock import Clock
from kiosk.ports.follow_ups import FollowUp, FollowUps, Resolution
from kiosk.ports.reception import NothingToResolve
from kiosk.ports.records import StoredCheck


@dataclass(frozen=True, slots=True)
class Case:
    """One patient who is not confirmed, as a visit left them.

    Args:
        treated_on: treatment date in Japan.
        reason: K-code, or the word of the validity.
        check: the stored check; None where no card could be read.
        follow_up: already written down.
        is_simulated: belongs to the simulated world.
    """

    treated_on: date
    reason: str
    check: StoredCheck | None
    follow_up: FollowUp | None
    is_simulated: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a patient stands after an outcome.

    Args:
        case: to be confirmed; None = confirmed.
        closed: how many follow-ups of theirs this outcome closed.
        unconfirmed: how many are open now, of everybody.
    """

    case: Case | None
    closed: int
    unconfirmed: int


class FollowingUp:
    """Keeps and closes follow-ups.

    Args:
        follow_ups: where they are kept.
        clock: when it is.
    """

    def __init__(self, follow_ups: FollowUps, clock: Clock) -> None:
        self._follow_ups = follow_ups
        self._clock = clock

    def open(self) -> list[FollowUp]:
        """Those that are open."""
        return self._follow_ups.open()

    def after(
        self, check: StoredCheck, outcome: Outcome, *, matter: FollowUp | None = None
    ) -> Standing:
        """What an outcome, live or later, means for the patient.

        A deferred check owes nothing yet: its answer will come, and closes by its person what was
        written down of them before. An answer that confirms closes
        what was open of the patient; any other is written down, to be confirmed.

        Args:
            check: whose.
            outcome: of it.
            matter: written down of the same patient before, by another check: closed with this
                one, or open as before.
        """
        closed, follow_up = 0, matter
        is_confirmed = isinstance(outcome, Answered) and outcome.answer.confirms(check.treated_on)
        if is_confirmed and check.person:
            at = self._clock.now()
            closed = self._follow_ups.close_all_of(check.person, by=check.check_id, at=at)
            if matter is not None:
                self._keep(replace(matter, closed_at=at, closed_by=check.check_id))
                closed += matter.is_open
        elif not isinstance(outcome, Deferred):
            follow_up = self._keep(self._unconfirmed(check, outcome, matter))
        elif matter is not None and matter.person is None:
            follow_up = self._keep(replace(matter, check_id=check.check_id, person=check.person))
        case = None
        if not is_confirmed:
            reason = _reason(outcome)
            case = Case(check.treated_on, reason, check, follow_up, check.is_simulated)
        return Standing(case, closed, self.unconfirmed())

    def _unconfirmed(
        self, check: StoredCheck, outcome: Outcome, matter: FollowUp | None
    ) -> FollowUp:
        new = _new(check.treated_on, _reason(outcome), check, self._clock)
        matter = matter or self._of_check(check.check_id)
        if matter is None:
            return new
        return replace(
            matter,
            check_id=matter.check_id or new.check_id,
            person=matter.person or new.person,
            reason=new.reason,
            closed_at=None,
            closed_by=None,
        )

    def _of_check(self, check_id: str) -> FollowUp | None:
        """Written down when the check could not be asked: its answer makes no second matter."""
        return next((each for each in self.open() if each.check_id == check_id), None)

    def matter(self, follow_up_id: str) -> FollowUp:
        """One that is open, by its id.

        Raises:
            NothingToResolve: none is.
        """
        for each in self.open():
            if each.follow_up_id == follow_up_id:
                return each
        raise NothingToResolve

    def resolve(
        self, follow_up_id: str, resolution: Resolution, choice: int | None, most: int
    ) -> int:
        """Close a matter by what the staff decided; how many are open afterwards.

        Args:
            follow_up_id: which.
            resolution: how.
            choice: of CHOSEN: which eligibility of the answer, counted from 0; else None.
            most: how many eligibilities the answer has.

        Raises:
            NothingToResolve: no such matter, no such choice, or nothing to choose from.
        """
        is_choice = choice is not None and most > 1 and 0 <= choice < most
        if is_choice is not (resolution is Resolution.CHOSEN):
            raise NothingToResolve("choice")
        matter = self.matter(follow_up_id)
        now = self._clock.now()
        self._keep(replace(matter, closed_at=now, resolution=resolution, choice=choice))
        return self.unconfirmed()

    def choose(self, case: Case, way: Way) -> tuple[FollowUp, int]:
        """Write down how the patient is served instead; what was written, and how many are open.

        Args:
            case: as ``after`` gave it, or made where no card could be read.
            way: the one chosen.
        """
        new = case.follow_up or _new(case.treated_on, case.reason, case.check, self._clock)
        chosen = replace(new, way=way, is_simulated=case.is_simulated, closed_at=None)
        if way not in OWES:
            chosen = replace(chosen, closed_at=self._clock.now())
        return self._keep(chosen), self.unconfirmed()

    def unconfirmed(self) -> int:
        """How many are open."""
        return len(self._follow_ups.open())

    def _keep(self, follow_up: FollowUp) -> FollowUp:
        self._follow_ups.keep(follow_up, is_dated=self._clock.stamp().is_trusted)
        return follow_up


def _new(treated_on: date, reason: str, check: StoredCheck | None, clock: Clock) -> FollowUp:
    return FollowUp(
        follow_up_id=str(uuid.uuid4()),
        check_id=check.check_id if check else None,
        person=check.person if check else None,
        treated_on=treated_on,
        kept_at=clock.now(),
        reason=reason,
        is_simulated=check.is_simulated if check else False,
    )


def _reason(outcome: Outcome) -> str:
    match outcome:
        case Answered(answer=answer):
            return answer.validity.word if answer.validity else "unknown"
        case Refused(code=code) | Deferred(code=code):
            return code
