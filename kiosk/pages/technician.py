"""The technician's pages over SSH: the box and its health, and nothing of any patient.

A front of its own that never has the visit. The command has logged in before it begins, so that a
passcode may be words; what the core tells of visits is not even looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.desk.messages import Happened, Message, Welcome
from kiosk.pages.about import AboutLeaf
from kiosk.pages.box_state import FindingsLeaf, JobsLeaf, StateLeaf
from kiosk.pages.front import Front
from kiosk.pages.helps import help_of
from kiosk.pages.leaf import Item, Leaf, Menu
from kiosk.pages.page import Kind
from kiosk.pages.requests import Send
from kiosk.pages.seat import Seat
from kiosk.pages.speech import Speaker
from kiosk.pages.staff import Staff
from kiosk.pages.upkeep import close, now
from kiosk.phrasebook import Phrase, Utterance

_DAY_S = 86400.0


class Technician(Staff):
    """A technician's session, logged in from its beginning. The core ends it when it is not used.

    Args:
        around: what it needs of the screen.
    """

    def _begin(self) -> None:
        self._entered()

    @property
    def _locks_at_s(self) -> float:
        """Not by this side: whoever works on the box is long away from this page."""
        return self._pressed_s + _DAY_S

    def _menu(self) -> Leaf:
        around = self._around
        items = (
            Item(Phrase.TECHNICIAN_CHOICE_FINDINGS, lambda: self.open(FindingsLeaf(self))),
            Item(
                Phrase.TECHNICIAN_CHOICE_STATE,
                lambda: self.open(StateLeaf(self, around.condition)),
            ),
            Item(Phrase.TECHNICIAN_CHOICE_JOBS, lambda: self.open(JobsLeaf(self))),
            Item(Phrase.SCREEN_CHOICE_ABOUT, lambda: self.open(AboutLeaf(self))),
            Item(Phrase.UPKEEP_CHOICE_CLOSE, lambda: close(self, is_closed=True)),
            Item(Phrase.UPKEEP_CHOICE_OPEN, lambda: close(self, is_closed=False)),
        )
        leave = Phrase.SCREEN_CHOICE_LOGOUT
        return Menu(self, Kind.TECHNICIAN, items, leave, lambda: now(around))


class _NoSeat(Seat):
    """The visit is not wanted."""

    def claim(self) -> None:
        """The page is there as soon as the core is."""
        self.page = None


class TechnicianFront(Front):
    """One technician's screen or lines, from the login to the logout; then it is done.

    Args are those of ``Front``.
    """

    def __init__(
        self,
        send: Send,
        speaker: Speaker,
        *,
        language: str,
        now: Callable[[], float],
        lines: Callable[[Sequence[Utterance]], None] | None = None,
        terminal: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(send, speaker, language=language, now=now, lines=lines, terminal=terminal)
        self._seat = _NoSeat(self._requests, now, lambda: self.book, self._seated)

    def connected(self) -> None:
        """As ``Front``: the command has said Hello."""

    def lost(self) -> None:
        """As ``Front``: the session has gone with the core."""
        super().lost()
        self.is_done = True

    def hear(self, message: Message) -> None:
        """As ``Front``, but for what becomes of visits."""
        if not isinstance(message, Happened):
            super().hear(message)

    def _welcomed(self, welcome: Welcome) -> None:
        super()._welcomed(welcome)
        self._staff = Technician(self._around())

    def _toggle_help(self) -> None:
        if self._aside.page:
            super()._toggle_help()
        else:
            self._aside.open(help_of(self.page, self.book), has_staff_login=False, can_call=False)

    def _close_staff_if_over(self) -> None:
        if self._staff and self._staff.is_over:
            self._staff = None
            self.is_done = True
