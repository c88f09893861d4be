"""How visits are received here. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.patience import Patience
from kiosk.domain.treatment import Treatment


class Attendance(StrEnum):
    """Who is there.

    UNATTENDED: the patient is alone and nobody is asked anything but the PIN. ATTENDED: somebody
    of the clinic stands by, who is led through what to do after a check that could not be done.
    """

    UNATTENDED = "unattended"
    ATTENDED = "attended"


class Identify(StrEnum):
    """How people are identified: 暗証番号, or 目視 by whoever stands by."""

    PIN = "pin"
    SIGHT = "sight"


@dataclass(frozen=True, slots=True)
class Reception:
    """How visits are received from now on; outlives each visit.

    Args:
        attendance: who is there.
        identify: how people are identified where somebody stands by; alone it is always the PIN.
        treatment: when and where those are treated who are checked next.
        is_practice: nothing is read, stored or asked, and everything told is marked 練習.
        is_closed: a technician works on the box, and no visit begins.
        patience: how long is waited for people.
    """

    attendance: Attendance = Attendance.UNATTENDED
    identify: Identify = Identify.PIN
    treatment: Treatment = field(default_factory=Treatment)
    is_practice: bool = False
    is_closed: bool = False
    patience: Patience = field(default_factory=Patience)

    @property
    def is_attended(self) -> bool:
        """Somebody of the clinic stands by."""
        return self.attendance is Attendance.ATTENDED

    @property
    def is_by_sight(self) -> bool:
        """People are identified by sight; never where nobody looks."""
        return self.is_attended and self.identify is Identify.SIGHT
