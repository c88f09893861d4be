"""Whether this front has the visit: not while no core answers, nor while another front has it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.messages import Claim, Failed
from kiosk.pages import view
from kiosk.pages.page import Kind, Page
from kiosk.pages.requests import CLAIM_AGAIN_S, Answer, Requests
from kiosk.phrasebook import Phrasebook


class Seat:
    """A front's place at the desk.

    Args:
        requests: to the desk.
        now: seconds, only forward.
        book: the language, as it is then.
        changed: told when it was taken or lost, and whether that is news.

    Attributes:
        page: what is shown over everything while there is no seat; None = it has the visit.
        claims_at_s: when it is to be asked for again; None = it is not.
    """

    def __init__(
        self,
        requests: Requests,
        now: Callable[[], float],
        book: Callable[[], Phrasebook],
        changed: Callable[[bool], None],
    ) -> None:
        self._requests = requests
        self._now = now
        self._book = book
        self._changed = changed
        self.page: Page | None = view.gone(book())
        self.claims_at_s: float | None = None

    def claim(self) -> None:
        """Ask for it."""
        self.claims_at_s = None
        self._requests.ask(Claim, self._claimed)

    def lost(self) -> None:
        """The core has gone."""
        self.claims_at_s = None
        self._block(view.gone(self._book()))

    def tick(self) -> None:
        """Time has passed."""
        if self.claims_at_s is not None and self._now() >= self.claims_at_s:
            self.claim()

    def _claimed(self, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._block(view.busy(answer.code, self._book()))
            self.claims_at_s = self._now() + CLAIM_AGAIN_S
            return
        self.page = None
        self._changed(True)  # noqa: FBT003 - as it is declared

    def _block(self, page: Page) -> None:
        was: Kind | None = self.page.kind if self.page else None
        self.page = page
        self._changed(was is not page.kind)
