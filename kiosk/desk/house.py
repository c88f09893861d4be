"""What stands behind the desk, as the desk knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from kiosk.desk.manner import Manner
from kiosk.desk.peer import Enrolment
from kiosk.desk.sessions import Gate
from kiosk.domain.visit import Event


class House(Protocol):
    """What stands behind the desk: the core.

    Args:
        is_simulated: everything is to be marked 模擬.
        language: "ja" or "en".
        manner: of its fronts.
    """

    @property
    def is_simulated(self) -> bool: ...  # noqa: D102 - see above

    @property
    def manner(self) -> Manner: ...  # noqa: D102 - see above

    @property
    def language(self) -> str: ...  # noqa: D102 - see above

    def happen(self, event: Event) -> None:
        """Take an event of the visit; returns at once."""

    def enter(self, presentation: Mapping[str, Any]) -> None:
        """Take the numbers that the visit asked for.

        Raises:
            KioskError: what is wrong with them.
        """

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a query the role was found to reach.

        Raises:
            KioskError: BadMessage for parameters that are none.
        """

    def enrol(self, enrolment: Enrolment, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a query of ``Reach.OWN``.

        Args:
            enrolment: of whoever asks.
            query: its name.
            about: its parameters.

        Raises:
            KioskError: as ``answer``.
        """

    def staff_came(self) -> None:
        """A member of staff has logged in: a call is answered by that."""

    @property
    def gate(self) -> Gate:
        """Judges passcodes and keeps the audit."""
