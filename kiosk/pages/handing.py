"""コピー and QR code of one result: two ways to the receipt computer without a network.

Both are off until the settings switch them on ([receipt] copy_text, qr); the desk refuses with K603
until then, and puts each on record.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

from kiosk.formats.copied import LINE_END, copied_text
from kiosk.formats.qr import MOST_PARTS, PART_CHARACTERS, PREFIX, qr_parts
from kiosk.formats.result import Result
from kiosk.formats.result_json import result_of
from kiosk.pages.keys import Action, Press
from kiosk.pages.layout import Size, room_for_picture
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu
from kiosk.pages.page import Kind, Page
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Utterance
from kiosk.phrasebook.utterance import Sentence
from kiosk.ports.exports import PartMissing

_STEPS = {"8": 1, "2": -1}
_LABEL = len(f"{PREFIX} 99/99 01234567 ")
"""Characters of a part before its data."""


def handing_menu(inside: Inside, check_id: str) -> Leaf:
    """The ways a result can be taken.

    Args:
        inside: the session.
        check_id: whose.
    """

    def ask(form: str) -> None:
        take = _copy if form == "copied" else _show_codes
        inside.ask("copied", {"form": form, "check_id": check_id}, partial(take, inside))

    items = (
        Item(Phrase.HANDING_COPY, lambda: ask("copied")),
        Item(Phrase.HANDING_CODE, lambda: ask("qr")),
    )
    return Menu(inside, Kind.HANDING, items, Phrase.SCREEN_CHOICE_BACK)


def _copy(inside: Inside, document: Document) -> None:
    """To the clipboard of the terminal; where there is none it is written to be copied by hand."""
    text = copied_text(result_of(document))
    if inside.clipboard is None:
        inside.say(*(_written(line) for line in text.rstrip(LINE_END).split(LINE_END)))
        return
    inside.clipboard.put(text)
    inside.note(inside.book.say(Phrase.HANDING_COPIED))


def _written(line: str) -> Utterance:
    return Utterance((Sentence(line, line),), is_private=True)


def _show_codes(inside: Inside, document: Document) -> None:
    result = result_of(document)
    if inside.room is None:
        inside.note(inside.book.say(Phrase.HANDING_NO_PICTURE))
    elif find_spec("segno") is None:
        inside.note(inside.book.message(PartMissing.code), inside.book.hint(PartMissing.code))
    else:
        inside.open(CodeLeaf(inside, result))


class CodeLeaf(Leaf):
    """A result as QR codes, one a page, as large as the terminal allows.

    Args:
        inside: the session.
        result: of the check.
    """

    kind = Kind.CODE

    def __init__(self, inside: Inside, result: Result) -> None:
        super().__init__(inside)
        self._result = result
        self._at = 0
        self._room: Size | None = None
        self._pictures: tuple[tuple[str, ...], ...] = ()

    @property
    def page(self) -> Page:
        """As ``Leaf``; drawn anew when the terminal has another size."""
        title = self.book.say(TITLES[self.kind])
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        if self._room != self.inside.room:
            self._room = self.inside.room
            self._pictures = _pictures(self._result, self._room) if self._room else ()
            self._at = 0
        if not self._pictures:
            return Page(self.kind, title, self.say(Phrase.HANDING_NO_ROOM), choices=leave)
        lines = (self._place, *self.say(Phrase.HANDING_SCAN))
        walk = self.say(Phrase.HANDING_WALK)
        return Page(
            self.kind,
            title,
            lines,
            choices=leave,
            digits="28",
            holds_enter=True,
            default=walk,
            picture=self._pictures[self._at],
        )

    @property
    def _place(self) -> Utterance:
        count = len(self._pictures)
        return self.book.say(Phrase.HANDING_PLACE, count=count, position=self._at + 1)

    def press(self, press: Press) -> None:
        """As ``Leaf``: 決定 goes on to the next code."""
        is_walk = press.action is Action.ENTER or press.digit in _STEPS
        if not (is_walk and self._pictures):
            self.inside.say(*self.page.said)
            return
        at = self._at + _STEPS.get(press.digit, 1)
        if 0 <= at < len(self._pictures):
            self._at = at
            self.inside.say(self._place)
        else:
            edge = Phrase.SEARCH_FIRST if at < 0 else Phrase.SEARCH_LAST
            self.inside.note(self.book.say(edge))


def _pictures(result: Result, room: Size) -> tuple[tuple[str, ...], ...]:
    """The codes for a terminal; none where they would be too many or too small to hold it."""
    from kiosk.formats.qr_picture import capacity, qr_lines  # noqa: PLC0415 - segno, where wanted

    most = capacity(*room_for_picture(room))
    if most <= _LABEL:
        return ()
    parts = qr_parts(result, min(PART_CHARACTERS, most - _LABEL))
    is_too_much = len(parts) > MOST_PARTS or max(map(len, parts)) > most
    return () if is_too_much else tuple(tuple(qr_lines(each)) for each in parts)
