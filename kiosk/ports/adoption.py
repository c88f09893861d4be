"""Socket for what a clinic has done so far: the checklist and the log of the 協力金."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from kiosk.domain.adoption_rules import MEASURES, Kind
from kiosk.domain.adoption_steps import Step
from kiosk.domain.promotion import Entry
from kiosk.errors import Remedy, SettingsError

MOST_CHARACTERS = 40
"""Of a receipt's number."""


class ChecklistUnreadable(SettingsError):
    """The file of the checklist cannot be read, or holds what is no step or no day."""

    code = "K540"


class ChecklistNotKept(SettingsError):
    """The file of the checklist cannot be written; it is as it was."""

    code = "K541"


class NotByHand(SettingsError):
    """A step that the kiosk sees for itself is not ticked by hand, nor taken back."""

    code = "K542"
    remedy = Remedy.STAFF


@dataclass(frozen=True, slots=True)
class Site:
    """What decides the checklist. Nothing of any person: ages and sight are asked, never kept.

    Args:
        kind: of facility.
        is_attached: 併設の従たる施術所.
        measure: number of its 経過措置; None = none.
    """

    kind: Kind
    is_attached: bool = False
    measure: int | None = None

    def __post_init__(self) -> None:
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError("a 経過措置 has a number from 1 to 6")


@dataclass(frozen=True, slots=True)
class Receipt:
    """How the receipt of the reader was kept.

    Args:
        number: as it stands on it; "" = none was noted.
        has_photo: a photo of it was taken and is kept elsewhere; no picture comes into the box.
    """

    number: str = ""
    has_photo: bool = False

    def __post_init__(self) -> None:
        if len(self.number) > MOST_CHARACTERS or not (self.number or "-").isprintable():
            raise ValueError(f"a receipt's number has at most {MOST_CHARACTERS} printable signs")


@dataclass(frozen=True, slots=True)
class Progressed:
    """Everything that is kept; no patient data.

    Args:
        done: what the staff ticked, with the day.
        seen: what the kiosk saw for itself, with the day.
        receipt: how it was kept.
        site: None = nobody said.
        promotion: the log, in order.
    """

    done: Mapping[Step, date] = field(default_factory=dict)
    seen: Mapping[Step, date] = field(default_factory=dict)
    receipt: Receipt = field(default_factory=Receipt)
    site: Site | None = None
    promotion: tuple[Entry, ...] = ()


class AdoptionBook(Protocol):
    """Remembers it; durable when it returns."""

    def progressed(self) -> Progressed:
        """All of it; nothing where nothing was kept yet.

        Raises:
            ChecklistUnreadable: it is not what ``keep`` writes.
        """

    def keep(self, progressed: Progressed) -> None:
        """Keep this in place of what stood there.

        Raises:
            ChecklistNotKept: nothing was changed.
        """
