"""Socket for time. The box has no battery clock: what it shows need not be true."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kiosk.domain.check import Stamp


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
