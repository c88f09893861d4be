"""What this box is: its version, whether anything is simulated, and whose work it stands on."""

from __future__ import annotations

from kiosk.pages.keys import Press
from kiosk.pages.leaf import Document, Inside, Leaf
from kiosk.pages.page import Kind, Page
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Utterance


class AboutLeaf(Leaf):
    """A few facts, asked of the core.

    Args:
        inside: the session.
    """

    kind = Kind.ABOUT

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._lines: tuple[Utterance, ...] | None = None

    def opened(self) -> None:
        """As ``Leaf``."""
        self.inside.say(self.book.say(TITLES[self.kind]))
        self.inside.ask("status", {}, self._known)

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._lines is None

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        lines = self.say(Phrase.SCREEN_WAIT) if self._lines is None else self._lines
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        return Page(self.kind, self.book.say(TITLES[self.kind]), lines, choices=leave)

    def press(self, press: Press) -> None:
        """As ``Leaf``: every key says it again."""
        del press
        self.inside.say(*self.page.said)

    def _known(self, document: Document) -> None:
        say = self.book.say
        is_simulated = bool(document["simulated"])
        self._lines = (
            say(Phrase.ABOUT_VERSION, version=str(document["version"])),
            say(Phrase.ABOUT_SIMULATED if is_simulated else Phrase.ABOUT_REAL),
            say(Phrase.ABOUT_FACILITY, code=str(document["facility"])),
            say(Phrase.ABOUT_LICENCE),
            say(Phrase.ABOUT_VOICE),
        )
        self.inside.say(*self.page.said)
