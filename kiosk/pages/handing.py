"""コピー and QR code of one result: two ways to the receipt computer without a network.

Both are off until the settings switch them on ([receipt] copy_text, qr); the desk refuses with K603
until then, and puts each on record.
"""

from __future__ import annotations

from collections.abc import Callable
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
_DRAWN_WITHIN_S = 3.0
"""The terminal that makes its type smaller tells its new size long before."""
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
    if can_draw(inside):
        inside.open(CodeLeaf(inside, partial(_pictures, result), Phrase.HANDING_SCAN))


def can_draw(inside: Inside) -> bool:
    """Whether there are codes here; says why, where there are none."""
    if inside.room is None:
        inside.note(inside.book.say(Phrase.HANDING_NO_PICTURE))
    elif find_spec("segno") is None:
        inside.note(inside.book.message(PartMissing.code), inside.book.hint(PartMissing.code))
    else:
        return True
    return False


class CodeLeaf(Leaf):
    """QR codes, one a page, as large as the terminal allows.

    Where the type can be made smaller it is, while this page is shown (``Surface.type_size``): the
    code comes as soon as the terminal tells its new size.

    Args:
        inside: the session.
        codes: for a terminal; none where they do not fit.
        how: what to do with them.
    """

    kind = Kind.CODE

    def __init__(
        self, inside: Inside, codes: Callable[[Size], tuple[tuple[str, ...], ...]], how: Phrase
    ) -> None:
        super().__init__(inside)
        self._codes, self._how = codes, how
        self._at = self._count = 0
        self._room: Size | None = None
        self._pictures: tuple[tuple[str, ...], ...] = ()
        self._awaited_until_s: float | None = None

    @property
    def page(self) -> Page:
        """As ``Leaf``; drawn anew when the terminal has another size."""
        if self._room != self.inside.room:
            self._draw(self.inside.room)
        title = self.book.say(TITLES[self.kind])
        leave = self.say(Phrase.SCREEN_CHOICE_BACK)
        if not self._pictures:
            is_coming = self._awaited_until_s is not None
            why = self._how if is_coming else Phrase.HANDING_NO_ROOM
            return Page(self.kind, title, self.say(why), choices=leave)
        return Page(
            self.kind,
            title,
            (*self._place, *self.say(self._how)),
            choices=leave,
            digits="28" if self._is_walked else "",
            holds_enter=True,
            default=self._walk,
            picture=self._pictures[self._at],
        )

    def _draw(self, room: Size | None) -> None:
        self._room = room
        self._pictures = self._codes(room) if room else ()
        if not self._pictures:
            has_zoom = self.inside.has_zoom
            self._awaited_until_s = self.inside.now() + _DRAWN_WITHIN_S if has_zoom else None
        elif len(self._pictures) != self._count:
            self._at, self._count = 0, len(self._pictures)

    @property
    def _is_walked(self) -> bool:
        return len(self._pictures) > 1

    @property
    def _place(self) -> tuple[Utterance, ...]:
        if not self._is_walked:
            return ()
        place, count = Phrase.HANDING_PLACE, len(self._pictures)
        return (self.book.say(place, count=count, position=self._at + 1),)

    @property
    def _walk(self) -> tuple[Utterance, ...]:
        return self.say(Phrase.HANDING_WALK) if self._is_walked else ()

    @property
    def wakes_at_s(self) -> float | None:
        """As ``Leaf``: once a code that was waited for is there, or is not."""
        is_due = self._awaited_until_s is not None and bool(self._pictures)
        return self.inside.now() if is_due else self._awaited_until_s

    def tick(self) -> None:
        """As ``Leaf``: what else there is to say of it, or that there is no room for it."""
        self._awaited_until_s = None
        if self._pictures:
            self.inside.add(*self._place, *self._walk)
        else:
            self.inside.back(*self.say(Phrase.HANDING_NO_ROOM))

    def press(self, press: Press) -> None:
        """As ``Leaf``: 決定 goes on to the next code."""
        is_walk = press.action is Action.ENTER or press.digit in _STEPS
        if not (is_walk and self._is_walked):
            self.inside.say(*self.page.said)
            return
        at = self._at + _STEPS.get(press.digit, 1)
        if 0 <= at < len(self._pictures):
            self._at = at
            self.inside.say(*self._place)
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
