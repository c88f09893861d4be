"""Check by hand: the staff type what a paper or the card's face says, and are told the answer.

The desk's order ``by_hand`` asks at once or, where the line is down, as soon as it is back; when
and where the treatment takes place is as 受付のしかた has it. Several matches are resolved by
whoever has looked at each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from kiosk.domain.changes import Change, Since
from kiosk.domain.check import Answer, Answered, Deferred
from kiosk.domain.codes import Validity
from kiosk.domain.presentation import Paper
from kiosk.domain.treatment import Place
from kiosk.formats.answer_json import eligibility_of
from kiosk.pages import view
from kiosk.pages.form import YES, Form, heard_after
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu, numbered
from kiosk.pages.numbers import numbers
from kiosk.pages.page import Kind, Page
from kiosk.pages.record import RecordLeaf, notice_lines
from kiosk.pages.resolving import Resolving
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.tells import utterances
from kiosk.phrasebook.told import told_later, told_since

_PAPERS: Mapping[Phrase, Paper] = {
    Phrase.BY_HAND_NUMBERS: Paper.NUMBERS,
    Phrase.BY_HAND_FACE: Paper.FACE,
}
_UNKNOWN = "unknown"


class ByHand(Menu):
    """From which paper; above the choices, where and when treated if not here and today.

    Args:
        inside: the session.
        follow_up_id: the matter that the check is to settle; "" = none.
    """

    def __init__(self, inside: Inside, follow_up_id: str = "") -> None:
        items = [Item(label, partial(self._type, paper)) for label, paper in _PAPERS.items()]
        back = Phrase.SCREEN_CHOICE_BACK
        super().__init__(inside, Kind.BY_HAND, items, back, self._treatment)
        self._follow_up_id = follow_up_id
        self._reception: Document | None = None

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._reception is None

    def opened(self) -> None:
        """As ``Leaf``: it asks how visits are received."""
        self._reception = None
        self.inside.ask("reception", {}, self._received)

    def _received(self, document: Document) -> None:
        self._reception = document
        self.inside.say(*self.page.said)

    def _treatment(self) -> tuple[Utterance, ...]:
        if self._reception is None:
            return self.say(Phrase.SCREEN_WAIT)
        on, is_home = self._reception["treated_on"], self._reception["place"] == Place.HOME
        home = self.say(Phrase.RECEPTION_AT_HOME) if is_home else ()
        if not on:
            return home
        return self.book.say(Phrase.RECEPTION_TREATED_ON, day=date.fromisoformat(on)), *home

    def _type(self, paper: Paper) -> None:
        if self._reception is None:
            return
        about = {
            "treated_on": self._reception["treated_on"],
            "place": self._reception["place"],
            "follow_up_id": self._follow_up_id,
        }
        self.inside.open(FormLeaf(self.inside, paper, about, self))


class FormLeaf(Leaf):
    """One field a page, each sign said; at the end all of them once more, and 1 sends them.

    Args:
        inside: the session.
        paper: what it is typed from.
        about: the rest of the order.
        menu: where one goes on from the answer.
    """

    kind = Kind.NUMBERS

    def __init__(self, inside: Inside, paper: Paper, about: Document, menu: Leaf) -> None:
        super().__init__(inside)
        self._menu = menu
        self._form = Form(paper)
        self._about = about

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        return numbers(self._form, self.book)

    def opened(self) -> None:
        """As ``Leaf``, and why what was typed is not heard before it is sent."""
        super().opened()
        self._tell_unsaid()

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if self._form.is_whole and press.digit == YES:
            order = {**self._about, "presentation": self._form.document}
            self.inside.open(Checked(self.inside, order, self._menu))
            return
        self._after(press)

    def back(self) -> bool:
        """As ``Leaf``: one sign or one field back, and at last out."""
        return self._after(Press(Action.BACK))

    def _after(self, press: Press) -> bool:
        place = self._form.place
        if not self._form.press(press):
            return False
        heard = heard_after(self._form, place, press, self.book)
        if heard and not self._form.refused:
            self.inside.tick()
        self.inside.say(*(heard or self.page.opened))
        self._tell_unsaid()
        return True

    def _tell_unsaid(self) -> None:
        if self._form.is_whole:
            self.inside.add(*self.unsaid)


class Checked(Leaf):
    """What became of it: 1 opens the record, 2 goes on to whom of several it is.

    Args:
        inside: the session.
        order: for ``by_hand``.
        menu: 戻る leads there: what was typed has been sent.
    """

    kind = Kind.CHECKED

    def __init__(self, inside: Inside, order: Document, menu: Leaf) -> None:
        super().__init__(inside)
        self._menu = menu
        self._order = order
        self._document: Document | None = None
        self._lines: tuple[Utterance, ...] = ()

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``: what cannot be asked leads back to what was typed."""
        return self._document is None

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        title = self.book.say(view.TITLES[self.kind])
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        if self._document is None:
            return Page(self.kind, title, self.say(Phrase.RECEPTION_ASKING), choices=leave)
        labels = (Phrase.BY_HAND_RECORD, *self._resolves)
        choices = (*numbered(labels, self.book), *leave)
        digits = view.DIGITS[: len(labels)]
        lines, marked = self._lines, view.changes_in(self._lines, self.book)
        return Page(self.kind, title, lines, choices=choices, digits=digits, marked=marked)

    @property
    def _resolves(self) -> tuple[Phrase, ...]:
        """None of several is ever taken silently, and the service may send none of them at all."""
        document = self._document or {}
        if document.get("validity") != "several" or not document["follow_up_id"]:
            return ()
        is_sent = bool(document["eligibilities"])
        return (Phrase.RESOLVE_CHOSEN if is_sent else Phrase.RESOLVE_TITLE,)

    def opened(self) -> None:
        """As ``Leaf``: it asks once, however often one comes back to it."""
        self.inside.say(*self.page.said)
        if self._document is None:
            self.inside.ask("by_hand", self._order, self._answered)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        document = self._document
        if document is None or press.action is not Action.DIGIT:
            self.inside.say(*self.page.said)
        elif press.digit not in self.page.digits:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        elif press.digit == self.page.digits[0]:
            self.inside.ask("record", {"check_id": document["check_id"]}, self._open)
        else:
            self._resolve(document)

    def back(self) -> bool:
        """As ``Leaf``: past what was typed, which nobody should have to delete sign by sign."""
        if self._document is None:
            return False
        self.inside.show(self._menu)
        return True

    def _answered(self, document: Document) -> None:
        self._lines = _told(document, self.book)
        self._document = document
        self.inside.say(*self.page.said)
        if self._order["treated_on"]:
            # It was given for this check alone, as for one with a card.
            self.inside.ask("reception", {"treated_on": None}, lambda _: None)

    def _open(self, document: Document) -> None:
        self.inside.open(RecordLeaf(self.inside, document, self._note))

    def _resolve(self, document: Document) -> None:
        matter = {
            "follow_up_id": document["follow_up_id"],
            "check_id": document["check_id"],
            "choices": len(document["eligibilities"]),
        }
        done = self._resolved
        self.inside.open(Resolving(self.inside, matter, self._lines[:1], done).menu())

    def _resolved(self, said: Utterance) -> None:
        self._document = {**(self._document or {}), "follow_up_id": ""}
        self._note(said)

    def _note(self, said: Utterance) -> None:
        self.inside.show(self, said)


def _told(document: Document, book: Phrasebook) -> tuple[Utterance, ...]:
    """The outcome in words: what is said of any answer that a visitor does not wait for."""
    on = date.fromisoformat(document["treated_on"])
    if document["outcome"] == "refused":
        code = str(document["code"])
        return book.message(code), book.hint(code)
    is_waiting = document["outcome"] == "deferred"
    outcome = Deferred(document["code"]) if is_waiting else Answered(_answer_of(document))
    changes = tuple(Change(each) for each in document["changes"])
    since = Since(on, document["checked_today"], changes)
    found = [
        line
        for tell in (*told_later(outcome, on), *told_since(since))
        for line in utterances(tell.phrase, tell.values, book)
    ]
    notice = notice_lines(document, book)
    return (*found, *notice, book.say(Phrase.FOLLOW_UP_LEFT, unconfirmed=document["unconfirmed"]))


def _answer_of(document: Mapping[str, Any]) -> Answer:
    word = document["validity"]
    return Answer(
        validity_code="" if word == _UNKNOWN else Validity.from_word(word).value,
        confirmed_on=None,
        eligibilities=tuple(eligibility_of(each) for each in document["eligibilities"]),
        is_simulated=document["simulated"],
    )
