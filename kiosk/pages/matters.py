"""What is not done yet: what needs a person, what waits, what goes soon; one matter a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kiosk.pages.by_hand import ByHand
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Leaf
from kiosk.pages.matter import matter_lines, next_action, place_of
from kiosk.pages.page import Kind, Page
from kiosk.pages.record import RecordLeaf
from kiosk.pages.resolving import Resolving
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Utterance

_STEPS = {"8": 1, "2": -1}
_RETRY, _BY_HAND, _RESOLVE = "1", "1", "3"
_CAN_BE_ASKED = frozenset({"set_aside", "waiting"})
_HAVE_A_KEY = _CAN_BE_ASKED | {"follow_up"}
_List = list[Mapping[str, Any]]


class Matters(Leaf):
    """The list that every list of the kiosk shows: 8 and 2 walk, 決定 opens the record.

    1 asks the service again, or by hand what is to be confirmed; 3 closes it.

    Args:
        inside: the session.
    """

    kind = Kind.QUEUE

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._matters: _List = []
        self._lines: list[tuple[Utterance, ...]] | None = None
        self._at = 0
        self._changed: tuple[Utterance, ...] = ()

    def opened(self) -> None:
        """As ``Leaf``: it asks anew."""
        self._matters, self._lines, self._changed = [], None, ()
        self.inside.say(self.book.say(TITLES[self.kind]))
        self._look(self._seen)

    def overtaken(self) -> None:
        """As ``Leaf``: it asks anew, and stays with the matter that is looked at."""
        if self._lines is not None:
            self._look(self._seen_anew)

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._lines is None

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        title = self.book.say(TITLES[self.kind])
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        if not self._lines:
            said = Phrase.SCREEN_WAIT if self._lines is None else Phrase.SYNC_NOTHING
            lines = (*self._changed, *self.say(said))
            return Page(self.kind, title, lines, choices=leave)
        place = self.book.say(Phrase.SEARCH_PLACE, count=len(self._lines), position=self._at + 1)
        opens = self.say(Phrase.SEARCH_OPEN) if self._check_id else ()
        walk = () if opens else self.say(Phrase.MATTER_WALK)
        keys, deeds = self._deeds
        return Page(
            self.kind,
            title,
            (*self._changed, place, *self._lines[self._at]),
            choices=(*self.say(*deeds), *walk, *leave),
            digits="28" + keys,
            holds_enter=bool(opens),
            default=opens,
        )

    @property
    def _matter(self) -> Mapping[str, Any]:
        return self._matters[self._at]

    @property
    def _check_id(self) -> str:
        """Of the record behind it; "" = there is none."""
        return str(self._matter.get("check_id") or "")

    @property
    def _deeds(self) -> tuple[str, tuple[Phrase, ...]]:
        """What can be done with it: the keys, and the row that tells of them."""
        if self._matter["kind"] == "follow_up":
            return _BY_HAND + _RESOLVE, (Phrase.MATTER_RESOLVE,)
        can_be_asked = self._matter["kind"] in _CAN_BE_ASKED
        return (_RETRY, (Phrase.MATTER_RETRY,)) if can_be_asked else ("", ())

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        self._changed = ()
        if press.action is Action.ENTER and self._lines and self._check_id:
            self.inside.ask("record", {"check_id": self._check_id}, self._open)
        elif press.action is not Action.DIGIT:
            self.inside.say(*self.page.said)
        elif press.digit not in self.page.digits or not self._lines:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        elif press.digit == _BY_HAND and self._matter["kind"] == "follow_up":
            self.inside.open(ByHand(self.inside, str(self._matter["follow_up_id"])))
        elif press.digit == _RETRY:
            self.inside.ask("retry", {"check_id": self._check_id}, self._asked)
        elif press.digit == _RESOLVE:
            which = self._lines[self._at][:2]
            self.inside.open(Resolving(self.inside, self._matter, which, self._anew).menu())
        else:
            self._walk(_STEPS[press.digit], self._lines)

    def _walk(self, step: int, lines: list[tuple[Utterance, ...]]) -> None:
        if 0 <= self._at + step < len(lines):
            self._at += step
            self.inside.say(*lines[self._at])
        else:
            edge = Phrase.SEARCH_FIRST if step < 0 else Phrase.SEARCH_LAST
            self.inside.note(self.book.say(edge))

    def _open(self, document: Document) -> None:
        self.inside.open(RecordLeaf(self.inside, document, self._anew))

    def _anew(self, said: Utterance) -> None:
        """The list as it is now, after something of it was settled."""
        self.inside.show(self, said)

    def _asked(self, _: Document) -> None:
        self.inside.note(self.book.say(Phrase.MATTER_ASKED))

    def _said_of(self, matter: Mapping[str, Any]) -> tuple[Utterance, ...]:
        """With what to do next, where no key of this page does it."""
        lines = matter_lines(matter, self.book)
        return lines if matter["kind"] in _HAVE_A_KEY else (*lines, next_action(matter, self.book))

    def _look(
        self, then: Callable[[_List], None], after: object = None, found: Sequence[Document] = ()
    ) -> None:
        def looked(document: Document) -> None:
            so_far, following = [*found, *document["matters"]], document.get("next")
            if following is None:
                then(so_far)
            else:
                self._look(then, following, so_far)

        self.inside.ask("matters_named", {} if after is None else {"after": after}, looked)

    def _take(self, matters: _List) -> None:
        self._lines = [self._said_of(each) for each in matters]
        self._matters = matters
        self._at = min(self._at, max(0, len(matters) - 1))

    def _seen_anew(self, matters: _List) -> None:
        """Silent, unless what was looked at is open no more: a key would mean another matter."""
        if not self.inside.is_on_top(self) or matters == self._matters:
            return
        before = self._matter if self._matters else {}
        place = place_of(before, matters)
        self._take(matters)
        self._at = self._at if place is None else place
        if place is None or self._matter["kind"] != before["kind"]:
            self._changed = self.say(Phrase.MATTER_CHANGED)
            self.inside.add(*self.page.lines)

    def _seen(self, matters: _List) -> None:
        self._take(matters)
        self.inside.say(*self.page.said)
