"""Documents of getting started, as the desk of a clinic that has come half way gives them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from kiosk.domain.adoption_rules import Kind
from kiosk.domain.adoption_steps import Step
from kiosk.domain.promotion import Deed, Entry
from kiosk.ports.adoption import AdoptionBook, Progressed, Receipt, Site
from kiosk.usecases.adoption import Navigator
from kiosk.usecases.promoting import promotion_document

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HALF_WAY = Progressed(
    done={
        Step.TERMINAL_CHOSEN: date(2026, 11, 2),
        Step.TERMINAL_BOUGHT: date(2026, 11, 5),
        Step.ACCOUNT: date(2026, 11, 6),
    },
    receipt=Receipt("1234"),
    site=Site(Kind.AHAKI),
    promotion=(
        Entry(date(2026, 11, 20), Deed.POSTER, 2),
        Entry(date(2026, 11, 21), Deed.ASKING, 7),
    ),
)
STATISTICS: dict[str, Any] = {
    "simulated": False,
    "mark": None,
    "months": [
        {
            "month": "2026-11", "checked": 40, "answered": 38, "refused": 1, "deferred": 3,
            "by_card": 30, "by_hand": 10, "card_percent": 75, "longest_wait_seconds": 7200.0,
            "outages": [{"since": "2026-11-20T01:00:00+00:00", "until": None, "checks": 3}],
            "days": [
                {"day": "2026-11-20", "checked": 25, "by_card": 20, "had_to_wait": 3},
                {"day": "2026-11-21", "checked": 15, "by_card": 10, "had_to_wait": 0},
            ],
        }
    ],
}  # fmt: skip


class BookInMemory(AdoptionBook):
    """Remembers as long as the test lasts.

    Args:
        kept: to begin with.
    """

    def __init__(self, kept: Progressed) -> None:
        self.kept = kept

    def progressed(self) -> Progressed:
        return self.kept

    def keep(self, progressed: Progressed) -> None:
        self.kept = progressed


def navigator_of(
    kept: Progressed,
    *,
    is_simulated: bool = False,
    is_registered: bool = True,
    now: datetime = NOW,
) -> Navigator:
    """A navigator that stands in November 2026, or at another time."""
    return Navigator(
        BookInMemory(kept),
        lambda: now,
        is_simulated=is_simulated,
        is_registered=lambda: is_registered,
    )


def adoption_documents() -> dict[str, dict[str, Any]]:
    """By query."""
    navigator = navigator_of(HALF_WAY)
    return {
        "adoption": navigator.document({}),
        "promotion": promotion_document(navigator, STATISTICS, {}, "1312345671"),
        "statistics": STATISTICS,
        "adoption_done": navigator.done({"step": "receipt_kept"}),
        "adoption_undo": navigator.undo({"step": "receipt_kept"}),
        "adoption_site": navigator.say_site({"kind": "ahaki"}),
        "promoted": navigator.promoted({"deed": "asking", "count": 12}),
    }
