"""What bad places on the disk did to what is kept beyond every month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.errors import Remedy, StoreError


@dataclass(frozen=True, slots=True)
class Damage:
    """What a bad place on the disk did to what the kiosk remembers beyond every month.

    Args:
        what: ``vault``, or the table of control.db, a name of ours.
        at: when it was mended, aware UTC by a clock that need not be right.
        copied_at: of the copy that filled the gap; None = there was none, or none is used.
    """

    what: str
    at: datetime
    copied_at: datetime | None


class ControlDamaged(StoreError):
    """A place on the disk went bad below what the kiosk remembers; see what came back."""

    code = "K350"
    remedy = Remedy.TECHNICIAN
