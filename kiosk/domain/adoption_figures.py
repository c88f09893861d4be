"""How far the facilities have come with the online check, counted as the ministry's tables count.

The table (導入状況, 23 February 2025) gives for each kind of facility those that have applied
(利用申請済), are ready (準備完了) and have entered their first day of operation (運用開始日入力済),
of all facilities. A facility attached to another (併設申告) counts as its principal stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

_TENTH = Decimal("0.1")


class FacilityKind(StrEnum):
    """Kind of facility, as the tables part them."""

    JUDO = "judo"
    """柔道整復師の施術所."""
    AHAKI = "ahaki"
    """あん摩マッサージ指圧師、はり師、きゅう師の施術所."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one facility is.

    Args:
        facility_code: 機関コード.
        kind: of the facility.
        has_applied: 利用開始申請 was made.
        is_ready: 準備完了: a terminal has been set up.
        has_begun: 運用開始日 was entered.
        principal: facility code of the one it is attached to (主たる施術所); "" = none.
    """

    facility_code: str
    kind: FacilityKind
    has_applied: bool
    is_ready: bool
    has_begun: bool
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of facility in the table.

    Args:
        total: 全施設数.
        applied: 利用申請済施設数.
        ready: 準備完了施設数.
        begun: 運用開始日入力済み施設数.
    """

    total: int
    applied: int
    ready: int
    begun: int

    def share(self, count: int) -> Decimal | None:
        """Per cent of all facilities, one decimal, half up; None where there are none."""
        if self.total == 0:
            return None
        return (Decimal(100 * count) / self.total).quantize(_TENTH, ROUND_HALF_UP)


def figures(facilities: Iterable[Progress]) -> dict[FacilityKind, Row]:
    """The table: a row for each kind, also for one without facilities.

    A principal that is not among the facilities, or is itself attached, changes nothing.
    """
    known = {each.facility_code: each for each in facilities}
    return {
        kind: _row([_standing(each, known) for each in known.values() if each.kind is kind])
        for kind in FacilityKind
    }


def _standing(facility: Progress, known: dict[str, Progress]) -> Progress:
    principal = known.get(facility.principal)
    return facility if principal is None or principal.principal else principal


def _row(facilities: list[Progress]) -> Row:
    return Row(
        total=len(facilities),
        applied=sum(each.has_applied for each in facilities),
        ready=sum(each.is_ready for each in facilities),
        begun=sum(each.has_begun for each in facilities),
    )
