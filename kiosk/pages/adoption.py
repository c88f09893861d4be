"""はじめるまでの手順: what comes next, every step, the notices that apply, the kind of facility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from kiosk.domain.adoption_rules import CLINICS, MEASURES, TRANSITIONAL
from kiosk.domain.adoption_rules import Kind as FacilityKind
from kiosk.pages.applying import NoticesLeaf, Questions
from kiosk.pages.finding import DayEntry, NumberEntry, ask_today
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import AnsweredMenu, Document, Inside, Item, Menu
from kiosk.pages.listed import Listed
from kiosk.pages.page import Kind, Page
from kiosk.phrasebook import Phrase, Utterance
from kiosk.phrasebook.told_adoption import (
    call_centre_told,
    next_told,
    step_told,
    steps_told,
    told_site,
)

_BACK = Phrase.SCREEN_CHOICE_BACK
_TICK = "1"
_KINDS = {kind: Phrase(f"adoption.kind_{kind.value}") for kind in FacilityKind}


class AdoptionMenu(AnsweredMenu):
    """Above the choices: that this is not the ministry's app, the next step, the call centre.

    Args:
        inside: the session.
    """

    def __init__(self, inside: Inside) -> None:
        items = (
            Item(Phrase.ADOPTION_CHOICE_STEP, partial(self._steps, is_next=True)),
            Item(Phrase.ADOPTION_TITLE_STEPS, partial(self._steps, is_next=False)),
            Item(Phrase.ADOPTION_TITLE_NOTICES, lambda: inside.open(NoticesLeaf(inside))),
            Item(Phrase.ADOPTION_CHOICE_RELY, lambda: inside.note(*self.say(Phrase.ADOPTION_RELY))),
            Item(Phrase.ADOPTION_CHOICE_KIND, self._ask_kind),
            Item(Phrase.APPLIES_TITLE, self._ask_what_applies),
        )
        super().__init__(inside, Kind.ADOPTION, items)

    def _ask(self) -> None:
        self.inside.ask("adoption", {}, self._answered)

    def _told(self, document: Document) -> tuple[Utterance, ...]:
        site = told_site(document, self.book) if document["kind"] else ()
        said = (next_told(document, self.book), call_centre_told(document, self.book))
        return (*self.say(Phrase.ADOPTION_NOT_OFFICIAL), *site, *said)

    def _steps(self, *, is_next: bool) -> None:
        self.inside.open(StepsLeaf(self.inside, is_next=is_next))

    def _ask_what_applies(self) -> None:
        if self._document is None or self._document["kind"] is None:
            self.inside.note(*self.say(Phrase.ADOPTION_NO_KIND))
        else:
            Questions(self.inside, self._document, self._tell_what_applies).ask()

    def _tell_what_applies(self, about: Mapping[str, Any]) -> None:
        """戻る leads from it to the menu, not through every question again."""
        self.inside.open(NoticesLeaf(self.inside, about), over=self)

    def _ask_kind(self) -> None:
        items = [Item(label, partial(self._say_kind, kind)) for kind, label in _KINDS.items()]
        title = Phrase.ADOPTION_CHOICE_KIND
        self.inside.open(Menu(self.inside, Kind.VALUES, items, _BACK, title=title))

    def _say_kind(self, kind: FacilityKind) -> None:
        """Kept at once; then what else decides the checklist is asked."""
        about = {"kind": kind.value}
        if kind in TRANSITIONAL:
            self._ask_measure(about)
        elif kind in CLINICS:
            self._ask_attached(about)
        else:
            self._keep(about)

    def _ask_measure(self, about: Mapping[str, Any]) -> None:
        def take(digits: str) -> None:
            if int(digits) not in MEASURES:
                self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
                return
            self._keep({**about, "measure": int(digits)})

        title, how = Phrase.ADOPTION_CHOICE_MEASURE, Phrase.ADOPTION_MEASURE_HOW
        self.inside.open(NumberEntry(self.inside, take, title=title, how=how, is_private=False))

    def _ask_attached(self, about: Mapping[str, Any]) -> None:
        items = (
            Item(Phrase.PREFER_YES, lambda: self._keep({**about, "attached": True})),
            Item(Phrase.PREFER_NO, lambda: self._keep({**about, "attached": False})),
        )
        title = Phrase.ADOPTION_CHOICE_ATTACHED
        self.inside.open(Menu(self.inside, Kind.CONFIRM, items, _BACK, title=title))

    def _keep(self, about: Mapping[str, Any]) -> None:
        self.inside.ask("adoption_site", about, lambda _: self.inside.show(self))


class StepsLeaf(Listed):
    """Every step, one at a time: how it stands and how it is done; 1 ticks it.

    Args:
        inside: the session.
        is_next: begin with the next one, not with the first.
    """

    kind = Kind.STEPS
    query = "adoption"

    def __init__(self, inside: Inside, *, is_next: bool) -> None:
        super().__init__(inside)
        self._goes_to_next = is_next
        self._steps: list[Mapping[str, Any]] = []
        self._news: tuple[Utterance, ...] = ()

    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """As ``Listed``."""
        self._steps = list(document["steps"])
        names = [each["step"] for each in self._steps]
        if self._goes_to_next and document["next"] in names:
            self._at = names.index(document["next"])
        self._goes_to_next = False
        return [tuple(step_told(each, document, self.book)) for each in self._steps]

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        page = super().page
        if self.is_empty or not self._steps[self._at]["by_hand"]:
            return page
        is_done = self._steps[self._at]["state"] == "done"
        tick = Phrase.ADOPTION_TICK_AGAIN if is_done else Phrase.ADOPTION_TICK
        choices = (*self.say(tick), *page.choices)
        return Page(page.kind, page.title, page.lines, choices=choices, digits=_TICK + page.digits)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        is_tick = press.action is Action.DIGIT and press.digit == _TICK
        if is_tick and _TICK in self.page.digits:
            self.inside.open(self._ticking(self._steps[self._at]))
        else:
            super().press(press)

    def _known(self, document: Document) -> None:
        super()._known(document)
        news, self._news = self._news, ()
        if news:
            self.inside.note(*news)

    # ------------------------------------------------------------------ ticking

    def _ticking(self, each: Mapping[str, Any]) -> Menu:
        step = str(each["step"])
        tick = partial(self._tick, step)
        items = [
            Item(Phrase.ADOPTION_TICK_TODAY, tick),
            Item(Phrase.ADOPTION_TICK_DAY, partial(self._ask_day, step)),
        ]
        if step == "receipt_kept":
            items += [
                Item(Phrase.ADOPTION_TICK_NUMBER, partial(self._ask_number, step)),
                Item(Phrase.ADOPTION_TICK_PHOTO, partial(tick, photo=True)),
            ]
        if each["state"] == "done":
            items.append(Item(Phrase.ADOPTION_TICK_UNDO, partial(self._undo, step)))
        title = Phrase(f"adoption.step_{step}")
        return Menu(self.inside, Kind.CONFIRM, items, _BACK, title=title)

    def _tick(self, step: str, **about: object) -> None:
        self.inside.ask("adoption_done", {"step": step, **about}, self._ticked)

    def _undo(self, step: str) -> None:
        self.inside.ask("adoption_undo", {"step": step}, self._undone)

    def _ask_day(self, step: str) -> None:
        def known(today: date) -> None:
            def take(day: date) -> None:
                if day > today:
                    self.inside.note(self.book.say(Phrase.FIND_NO_DAY))
                else:
                    self._tick(step, on=day.isoformat())

            title = Phrase.ADOPTION_TICK_DAY
            self.inside.open(DayEntry(self.inside, take, today=today, title=title))

        ask_today(self.inside, known)

    def _ask_number(self, step: str) -> None:
        def take(digits: str) -> None:
            self._tick(step, number=digits)

        title, how = Phrase.ADOPTION_TICK_NUMBER, Phrase.ADOPTION_NUMBER_HOW
        self.inside.open(NumberEntry(self.inside, take, title=title, how=how, is_private=False))

    def _ticked(self, document: Document) -> None:
        self._news = tuple(steps_told(document, self.book))[:1]
        self.inside.show(self)

    def _undone(self, _: Document) -> None:
        self._news = self.say(Phrase.ADOPTION_UNDONE)
        self.inside.show(self)
