"""What a visit leaves to be confirmed, and how the patient is served meanwhile."""

from __future__ import annotations

from dataclasses import replace

from kiosk.core.parts import Parts
from kiosk.domain.check import Outcome
from kiosk.domain.dates import day_in_japan
from kiosk.domain.visit import KeepWay, WayKept
from kiosk.errors import KioskError
from kiosk.events import Event as Logged
from kiosk.log import record
from kiosk.ports.records import StoredCheck
from kiosk.usecases.follow_up import Case, Standing

NO_CARD = "no_card"
"""Reason of a follow-up where no card was laid."""


class Afterwards:
    """Follow-ups of the visits of one core.

    Args:
        parts: follow-ups, clock.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._visit = 0
        self._case: Case | None = None

    def known(self, visit: int, check: StoredCheck, outcome: Outcome) -> int | None:
        """The outcome of a visit is durable.

        Returns:
            How many follow-ups are open; None where there are and were none, or it is not known.
        """
        case = self._case if visit == self._visit else None
        matter = case.follow_up if case else None
        self._visit, self._case = visit, None
        try:
            standing = self._parts.following.after(check, outcome, matter=matter)
        except KioskError as error:
            # The outcome is durable and waited for; what is owed is found by its state.
            record(Logged.FOLLOW_UP_FAILED, code=error.code)
            return None
        self._case = standing.case
        return standing.unconfirmed if standing.closed or standing.unconfirmed else None

    def failed(self, visit: int, code: str) -> None:
        """No check came of the visit."""
        self._visit, self._case = visit, self._without_check(code)

    def later(self, check: StoredCheck, outcome: Outcome) -> None:
        """A check of an earlier visit was asked about (JOURNEYS B5)."""
        try:
            self._parts.following.after(check, outcome)
        except KioskError as error:
            record(Logged.FOLLOW_UP_FAILED, code=error.code)

    def keep(self, effect: KeepWay) -> WayKept:
        """Write down the way that was chosen."""
        case = self._case if effect.visit == self._visit else None
        case = case or self._without_check(NO_CARD)
        try:
            kept, unconfirmed = self._parts.following.choose(case, effect.way)
            self._visit, self._case = effect.visit, replace(case, follow_up=kept)
        except KioskError as error:
            record(Logged.FOLLOW_UP_FAILED, code=error.code)
            return WayKept(effect.visit, effect.way, None, error.code)
        return WayKept(effect.visit, effect.way, unconfirmed)

    def by_hand(self, check: StoredCheck, outcome: Outcome, follow_up_id: str) -> Standing:
        """The outcome of a check that the staff asked for beside any visit is durable.

        Args:
            check: as stored.
            outcome: of it.
            follow_up_id: the matter it is to settle; "" = none.

        Returns:
            Where the patient stands now.

        Raises:
            NothingToResolve: no such matter.
        """
        following = self._parts.following
        matter = following.matter(follow_up_id) if follow_up_id else None
        return following.after(check, outcome, matter=matter)

    def _without_check(self, reason: str) -> Case:
        today = day_in_japan(self._parts.asking.clock.now())
        return Case(today, reason, None, None, is_simulated=self._parts.about.is_simulated)
