"""利用促進の記録: posters, leaflets and asking by day, and the text of the report of the 協力金."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from kiosk.domain.promotion import MOST, Deed
from kiosk.pages.finding import DayEntry, NumberEntry
from kiosk.pages.leaf import AnsweredMenu, Document, Inside, Item
from kiosk.pages.listed import Listed
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Utterance
from kiosk.phrasebook.told_adoption import entry_told, report_text, report_told, told_promoted
from kiosk.phrasebook.utterance import Sentence

_DEEDS = {deed: Phrase(f"promotion.deed_{deed.value}") for deed in Deed}


class PromotionMenu(AnsweredMenu):
    """What was done on a day, today until another is chosen; above the choices, what is noted.

    Args:
        inside: the session.
    """

    def __init__(self, inside: Inside) -> None:
        items = (
            *(Item(label, partial(self._count, deed)) for deed, label in _DEEDS.items()),
            Item(Phrase.PROMOTION_CHOICE_DAY, self._ask_day),
            Item(Phrase.PROMOTION_CHOICE_ENTRIES, lambda: inside.open(EntriesLeaf(inside))),
            Item(Phrase.PROMOTION_CHOICE_REPORT, lambda: inside.open(ReportLeaf(inside))),
            Item(Phrase.PROMOTION_CHOICE_COPY, self._copy),
        )
        super().__init__(inside, Kind.PROMOTION, items)
        self._today = date.min
        self._on = date.min
        self._news: tuple[Utterance, ...] = ()

    def _ask(self) -> None:
        self.inside.ask("promotion", {}, self._answered)

    def _answered(self, document: Document) -> None:
        is_first, self._today = self._document is None, date.fromisoformat(document["today"])
        self._on = self._today if is_first else self._on
        super()._answered(document)
        news, self._news = self._news, ()
        if news:
            self.inside.note(*news)

    def _told(self, document: Document) -> tuple[Utterance, ...]:
        of_day = [e for e in document["entries"] if e["on"] == self._on.isoformat()]
        noted = (entry_told(each, self.book) for each in of_day)
        return (self.book.say(Phrase.PROMOTION_DAY, day=self._on), *noted)

    def _count(self, deed: Deed) -> None:
        def take(digits: str) -> None:
            if int(digits) > MOST:
                self.inside.note(self.book.say(Phrase.PROMOTION_TOO_MANY))
                return
            about = {"deed": deed.value, "count": int(digits), "on": self._on.isoformat()}
            self.inside.ask("promoted", about, self._noted)

        title, how = _DEEDS[deed], Phrase.PROMOTION_COUNT_HOW
        self.inside.open(NumberEntry(self.inside, take, title=title, how=how, is_private=False))

    def _noted(self, document: Document) -> None:
        self._news = tuple(told_promoted(document, self.book))
        self.inside.show(self)

    def _ask_day(self) -> None:
        def take(day: date) -> None:
            if day > self._today:
                self.inside.note(self.book.say(Phrase.FIND_NO_DAY))
                return
            self._on = day
            self.inside.show(self)

        title = Phrase.PROMOTION_CHOICE_DAY
        self.inside.open(DayEntry(self.inside, take, today=self._today, title=title))

    def _copy(self) -> None:
        """To the clipboard of the terminal; where there is none it is written to be copied."""
        if self._document is None:
            return
        text = report_text(self._document)
        if self.inside.clipboard is None:
            lines = text.splitlines()
            self.inside.say(*(Utterance((Sentence(each, each),)) for each in lines))
            return
        self.inside.clipboard.put(text)
        self.inside.note(self.book.say(Phrase.HANDING_COPIED))


class EntriesLeaf(Listed):
    """What was noted, the latest first."""

    kind = Kind.ENTRIES
    query = "promotion"

    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """As ``Listed``."""
        entries = [(entry_told(each, self.book),) for each in reversed(document["entries"])]
        return entries or [self.say(Phrase.PROMOTION_NONE)]


class ReportLeaf(Listed):
    """The report, line by line."""

    kind = Kind.REPORT
    query = "promotion"

    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """As ``Listed``."""
        return [(each,) for each in report_told(document, self.book)]
