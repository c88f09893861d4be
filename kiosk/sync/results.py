"""The answers to all terminals of the facility, fetched page by page and kept beside our own.

So search (資格確認結果検索), the repeat of the day and the month's end are right with several
terminals, and a box whose memory card was replaced gets its answers back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.ports.clock import Clock
from kiosk.ports.records import ClockNotTrusted, Records
from kiosk.ports.service import FacilityResults, MalformedAnswer, RequestRejected

_MOST_PAGES = 1000


class Bookmark(Protocol):
    """How far they were fetched; outlives a restart."""

    @property
    def pulled(self) -> str | None:
        """Where the last page ended; None = nothing was fetched yet."""

    def keep_pulled(self, cursor: str | None) -> None:
        """Keep it; None = begin anew."""


@dataclass(frozen=True, slots=True)
class Pulling:
    """Fetches what is new.

    Args:
        service: who has them.
        records: where they are kept.
        clock: without a trusted time nothing is filed under a month.
        bookmark: how far it came.
        patience_s: bound of each page.
    """

    service: FacilityResults
    records: Records
    clock: Clock
    bookmark: Bookmark
    patience_s: float

    def __call__(self) -> int:
        """Fetch to the end; how many were new.

        Raises:
            ServiceError: of the page that did not come; those before it are kept.
            ClockNotTrusted: not now.
        """
        count = 0
        for _ in range(_MOST_PAGES):
            now = self.clock.stamp()
            if not now.is_trusted:
                raise ClockNotTrusted("the facility's results wait for the clock")
            cursor = self.bookmark.pulled
            try:
                page = self.service.results(cursor, patience_s=self.patience_s)
            except RequestRejected:
                # The service does not know our place any more; what is known is taken in once.
                self.bookmark.keep_pulled(None)
                raise
            count += self.records.take_in(page.results, now.wall)
            self.bookmark.keep_pulled(page.cursor)
            if not page.has_more:
                return count
        raise MalformedAnswer("results: no end")
