"""取り消しと訂正: a mistaken record is put right, asked twice, and kept as it was until the purge.

The desk puts who did it, and why, in the audit; here stands only what is asked before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from kiosk.pages.finding import DayEntry, ask_today
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Utterance

# The words of kiosk.ports.corrections.Reason.
_REASONS: Mapping[str, Phrase] = {
    "not-this-patient": Phrase.PUT_RIGHT_NOT_THIS_PATIENT,
    "twice": Phrase.PUT_RIGHT_TWICE,
    "wrong-day": Phrase.PUT_RIGHT_WRONG_DAY,
    "other": Phrase.PUT_RIGHT_OTHER,
}
_DONE: Mapping[str, Phrase] = {
    "annul": Phrase.HISTORY_ANNULLED,
    "correct": Phrase.HISTORY_CORRECTED,
}
_CORRECTABLE = frozenset({"answered", "refused"})
"""What waits is never corrected: the body of a question never changes."""
_WITHDRAWN = frozenset({"annulled", "corrected"})
_BACK = Phrase.SCREEN_CHOICE_BACK


def can_be_put_right(check: Document) -> bool:
    """It counts still."""
    return check["outcome"] not in _WITHDRAWN


@dataclass(frozen=True, slots=True)
class PuttingRight:
    """The pages from a record to its annulment or correction.

    Args:
        inside: the session.
        check: the record, as ``search`` gives it.
        which: the line that says which record it is.
        done: goes back to the list, with what is to be said there.
    """

    inside: Inside
    check: Document
    which: Utterance
    done: Callable[[Utterance], None]

    def menu(self) -> Leaf:
        """What can be done with it."""
        items = [Item(Phrase.PUT_RIGHT_ANNUL, lambda: self.inside.open(self._reasons()))]
        if self.check["outcome"] in _CORRECTABLE:
            items.append(Item(Phrase.PUT_RIGHT_CORRECT, self._ask_day))
        return Menu(self.inside, Kind.PUT_RIGHT, items, _BACK, lambda: (self.which,))

    def _reasons(self) -> Leaf:
        items = [Item(label, partial(self._sure_annul, why)) for why, label in _REASONS.items()]
        title = Phrase.PUT_RIGHT_WHY
        return Menu(self.inside, Kind.PUT_RIGHT, items, _BACK, title=title)

    def _ask_day(self) -> None:
        def known(today: date) -> None:
            title = Phrase.PUT_RIGHT_DAY
            self.inside.open(DayEntry(self.inside, self._sure_correct, today=today, title=title))

        ask_today(self.inside, known)

    def _sure_annul(self, why: str) -> None:
        self._sure("annul", {"reason": why}, self.inside.book.say(Phrase.PUT_RIGHT_ANNUL_SURE))

    def _sure_correct(self, day: date) -> None:
        about = {"reason": "wrong-day", "treated_on": day.isoformat()}
        self._sure("correct", about, self.inside.book.say(Phrase.PUT_RIGHT_CORRECT_SURE, day=day))

    def _sure(self, order: str, about: Mapping[str, str], asked: Utterance) -> None:
        """Which record, what would be done, and that nothing of it is lost; only then it is."""
        book = self.inside.book
        lines = (self.which, asked, book.say(Phrase.PUT_RIGHT_KEPT))
        whole = {"check_id": self.check["check_id"], **about}
        did = partial(self._did, order)
        items = (
            Item(Phrase.PREFER_YES, lambda: self.inside.ask(order, whole, did)),
            Item(Phrase.PREFER_NO, self.inside.back),
        )
        title = Phrase.PUT_RIGHT_TITLE
        self.inside.open(Menu(self.inside, Kind.CONFIRM, items, _BACK, lambda: lines, title=title))

    def _did(self, order: str, document: Document) -> None:
        day = date.fromisoformat(document["treated_on"])
        self.done(self.inside.book.say(_DONE[order], day=day))
