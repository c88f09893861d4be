"""A page as sheets of rows, and as what is said of it: the side of a front that people meet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace

from kiosk.pages import view
from kiosk.pages.layout import Sheet, Size, more, sheets
from kiosk.pages.page import Kind, Page
from kiosk.pages.speech import Mouth, Speaker
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_FINEST = -3
"""Steps from the usual type to that of a code: 14 px of 62 (config/foot.ini)."""


class Surface(ABC):
    """Shows and says the page of a front.

    Args:
        speaker: the voice.
        language: until another one is told.
        lines: takes what is said, for a face that writes lines; None = a screen.

    Attributes:
        book: the language.
        is_simulated: all is marked 模擬.
        size: of the terminal.
        has_zoom: its type can be made larger and smaller.
    """

    is_done = False
    """Whoever used it has gone, and nobody comes after them."""

    def __init__(
        self,
        speaker: Speaker,
        language: str,
        lines: Callable[[Sequence[Utterance]], None] | None,
    ) -> None:
        self.book = Phrasebook.load(language)
        self.is_simulated = False
        self.size = Size(40, 12)
        self.has_zoom = False
        self._lines = lines
        self._mouth = Mouth(speaker)
        self._sheet = 0

    @property
    @abstractmethod
    def page(self) -> Page:
        """What is shown now."""

    @property
    @abstractmethod
    def _hears_as_staff(self) -> bool:
        """Whoever listens has logged in."""

    @property
    def type_size(self) -> int:
        """How large whoever looks on wants the type: steps from the usual size.

        A code is for a machine's eye: it has the smallest type, in which one holds a whole result.
        """
        if self.page.kind is Kind.CODE:
            return _FINEST
        return int(self._mouth.listeners.now.size)

    def too_large(self) -> None:
        """The type leaves too few rows on this panel: one step back, for whoever comes as well."""
        listeners = self._mouth.listeners
        largest = listeners.now.larger(-1).size
        self._mouth.listen(replace(listeners, largest=largest))
        if self.page.kind is Kind.SIZE:
            self._say((self.book.say(Phrase.LISTEN_END), *self.page.state), is_new_page=True)

    @property
    def sheet(self) -> Sheet:
        """The rows of the terminal."""
        every = self._sheets()
        return every[self._sheet % len(every)]

    def _sheets(self) -> tuple[Sheet, ...]:
        return sheets(self.page, self.size, self.book, is_simulated=self.is_simulated)

    @property
    def _has_more(self) -> bool:
        if self._lines is not None or self.page.is_one_sheet:
            return False
        count = len(self._sheets())
        is_last = self._sheet % count == count - 1
        return count > 1 and not (is_last and self.page.goes_on)

    def _turn_sheet(self) -> None:
        every = self._sheets()
        self._sheet = (self._sheet + 1) % len(every)
        self._say((more(self.page, every, self._sheet, self.book),))

    def _whole(self) -> tuple[Utterance, ...]:
        """All of the page, in full (EN 301 549 5.1.3.4, 5.1.3.16)."""
        has_keys = self._lines is None
        return view.whole(self.page, self.book, has_keys=has_keys, has_more=self._has_more)

    def _say_what_changed(self, before: Page) -> None:
        """Whoever heard at rest that nothing can be done is told when it can, and the reverse."""
        page = self.page
        if before.kind is page.kind is Kind.IDLE and before.title != page.title:
            self._say((page.title,))

    def _say(self, utterances: tuple[Utterance, ...], *, is_new_page: bool = False) -> None:
        if self._lines is not None:
            self._lines(utterances)
        self._mouth.listen(replace(self._mouth.listeners, is_staff=self._hears_as_staff))
        self._mouth.say(utterances, self.book, is_new_page=is_new_page)
