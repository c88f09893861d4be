"""Socket for time. The box has no battery clock: what it shows need not be true."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.domain.check import Stamp


class ClockFault(StrEnum):
    """How the wall clock is wrong."""

    SET_BACK = "set_back"
    LEAPT_AHEAD = "leapt_ahead"


class Clock(Protocol):
    """Wall time, boot time, and whether the wall time can be believed."""

    def now(self) -> datetime:
        """Aware UTC, as the box believes it to be."""

    def stamp(self) -> Stamp:
        """This moment by both clocks; ``is_trusted`` says whether ``wall`` is known good.

        Trusted: synchronised by NTP in this boot, or confirmed by the service's ``Date`` in this
        boot and less than 24 h ago; and never earlier than the latest trusted time on record.
        """

    def hint(self, server_time: datetime) -> None:
        """The service's ``Date``, just received over an authenticated line."""

    def fault(self) -> ClockFault | None:
        """How the wall clock is known to be wrong; None when nothing contradicts it."""

    def mark(self) -> datetime | None:
        """Latest trusted time on record, aware UTC."""

    def reset_mark(self) -> Stamp:
        """Put this moment on record in place of the mark, however late that was.

        For a mark that a clock far ahead has left: until it is reached no time would be trusted.

        Raises:
            ClockNotTrusted: neither NTP nor a fresh ``Date`` of the service vouches for the wall
                clock just now; nothing was changed.
        """
