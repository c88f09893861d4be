"""What the desk is asked about getting started and the 協力金, and how it is ticked and noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.desk.messages import BadMessage, Reach
from kiosk.domain.check import Outcome
from kiosk.errors import KioskError
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.records import StoredCheck
from kiosk.usecases.adoption import Navigator
from kiosk.usecases.promoting import promotion_document

ADOPTION_QUERIES: Mapping[str, Reach] = {
    "adoption": Reach.BOX,
    "promotion": Reach.BOX,
    "adoption_done": Reach.BOX,
    "adoption_undo": Reach.BOX,
    "adoption_site": Reach.BOX,
    "promoted": Reach.BOX,
}
"""By name: who may ask. No patient data; the last four are on record."""
_MALFORMED = (ValueError, TypeError, KeyError)


class Adopting:
    """The navigator behind the desk.

    Args:
        navigator: of this kiosk.
        statistics: the document of that query.
        facility: 機関コード.
    """

    def __init__(
        self, navigator: Navigator, statistics: Callable[[], dict[str, Any]], facility: str
    ) -> None:
        self._navigator = navigator
        self._statistics = statistics
        self._facility = facility

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of a query of ADOPTION_QUERIES.

        Raises:
            BadMessage: a parameter is not of its form.
            NotByHand: the kiosk sees that step for itself.
            ChecklistUnreadable, ChecklistNotKept: nothing was changed.
            StoreError: the store cannot be read.
        """
        try:
            return self._answer(query, about)
        except _MALFORMED:
            raise BadMessage(query) from None

    def _answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        navigator = self._navigator
        match query:
            case "adoption":
                return navigator.document(about)
            case "promotion":
                return promotion_document(navigator, self._statistics(), about, self._facility)
            case "adoption_done":
                return navigator.done(about)
            case "adoption_undo":
                return navigator.undo(about)
            case "adoption_site":
                return navigator.say_site(about)
            case _:
                return navigator.promoted(about)


class Witness:
    """Ticks what the kiosk sees for itself; a checklist that cannot be kept hinders no check.

    Args:
        navigator: of this kiosk.
        note: writes a step in the audit.
    """

    def __init__(self, navigator: Navigator, note: Callable[[str], None]) -> None:
        self._navigator = navigator
        self._note = note

    def practised(self) -> None:
        """A practice visit came to its end."""
        self._see("practice", self._navigator.practised)

    def settled(self, check: StoredCheck, outcome: Outcome) -> None:
        """A check was answered, at once or later."""
        self._see("first_check", lambda: self._navigator.settled(check, outcome))

    def _see(self, step: str, look: Callable[[], bool]) -> None:
        try:
            if look():
                self._note(step)
        except KioskError as error:
            record(Event.CHECKLIST_FAILED, code=error.code)
