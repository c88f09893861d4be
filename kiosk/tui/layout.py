"""A page as rows of text for a terminal of any size. Pure; 40x12 is designed for, 32x9 is right.

Whole rows, no boxes, no colour that means anything: what a photograph of the screen, a braille row
or a text snapshot shows is the same. A page that does not fit is cut into sheets, never shrunk.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.tui.page import Page, Role

SMALLEST = (20, 8)
"""Columns and rows below which text is cut off."""
_NEVER_FIRST = frozenset(
    "、。，．・：；？！」』）］｝〉》】〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
)
_GOOD_END = frozenset("、。：　 ")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the terminal.

    Args:
        text: what stands on it, not padded.
        role: what it is.
    """

    text: str
    role: Role = Role.TEXT


@dataclass(frozen=True, slots=True)
class Size:
    """Of the terminal, in cells."""

    columns: int
    rows: int


Sheet = tuple[Row, ...]
_Group = tuple[Role, list[str]]
_BLANK = Row("")


def width(text: str) -> int:
    """Cells a text takes: two for wide and full-width characters, none for combining ones."""
    return sum(_cells(each) for each in text)


def wrap(text: str, columns: int) -> list[str]:
    """Break a text; no row begins with a closing sign, and a phrase's end is a good place."""
    rows: list[str] = []
    row = ""
    for token in _tokens(text):
        if row and width(row + token) > columns:
            done, row = _broken(row, token)
            rows.append(done)
        row += token if row else token.lstrip()
        while width(row) > columns:
            head = _head(row, columns)
            rows.append(head)
            row = row[len(head) :]
    return [*rows, row.rstrip()]


def sheets(page: Page, size: Size, book: Phrasebook, *, is_simulated: bool) -> tuple[Sheet, ...]:
    """The page as one sheet or more, each exactly as high as the terminal.

    Args:
        page: what to show.
        size: of the terminal.
        book: for band, keys and the mark of a sheet that goes on.
        is_simulated: the band 模擬 stands on every sheet.
    """
    columns, height = max(size.columns, SMALLEST[0]), max(size.rows, SMALLEST[1])
    head = _head_rows(page, columns, book, is_simulated=is_simulated)
    keys = [Row(each, Role.KEYS) for each in wrap(book.say(Phrase.SCREEN_KEYS).read, columns)]
    room = height - len(head) - len(keys)
    return tuple(
        (*head, *body, *([_BLANK] * (room - len(body))), *keys)
        for body in _bodies(page, columns, room, book)
    )


def _head_rows(page: Page, columns: int, book: Phrasebook, *, is_simulated: bool) -> list[Row]:
    band = wrap(book.say(Phrase.SCREEN_BAND).read, columns) if is_simulated else []
    title = wrap(page.title.read, columns)
    return [*(Row(each, Role.BAND) for each in band), *(Row(each, Role.TITLE) for each in title)]


def _bodies(page: Page, columns: int, room: int, book: Phrasebook) -> list[list[Row]]:
    groups = list(_groups(page, book))
    for is_airy, is_packed in ((True, False), (False, False), (False, True)):
        rows = _rows(groups, columns, is_airy=is_airy, is_packed=is_packed)
        if len(rows) <= room:
            return [rows]
    return _cut(_rows(groups, columns, is_airy=False, is_packed=True), columns, room, book)


def _cut(rows: list[Row], columns: int, room: int, book: Phrasebook) -> list[list[Row]]:
    step = max(1, room - 1)
    parts = [rows[at : at + step] for at in range(0, len(rows), step)]
    return [
        [*part, *([_BLANK] * (step - len(part))), _more(number, len(parts), columns, book)]
        for number, part in enumerate(parts, start=1)
    ]


def _more(number: int, count: int, columns: int, book: Phrasebook) -> Row:
    text = book.say(Phrase.SCREEN_MORE, sheet=number, sheets=count).read
    return Row(wrap(text, columns)[0], Role.CHOICE)


def _groups(page: Page, book: Phrasebook) -> Iterator[_Group]:
    lines = [*_sentences(page.lines), *(["・" * page.beats] if page.beats else [])]
    if page.code:
        lines.append(book.say(Phrase.SCREEN_CODE, code=page.code).read)
    if page.entry:
        yield Role.ENTRY, [page.entry.boxes]
    yield Role.TEXT, lines
    yield Role.STATE, list(_sentences(page.state))
    yield Role.CHOICE, list(_sentences(page.choices))


def _sentences(utterances: Iterable[Utterance]) -> Iterator[str]:
    for each in utterances:
        yield from (sentence.read for sentence in each.sentences)


def _rows(groups: list[_Group], columns: int, *, is_airy: bool, is_packed: bool) -> list[Row]:
    rows: list[Row] = []
    for role, texts in groups:
        if not texts:
            continue
        if is_airy:
            rows.append(_BLANK)
        # Facts about the box are short and many; they share rows wherever they fit.
        shares_rows = role is Role.STATE or (is_packed and role is Role.TEXT)
        packed = _packed(texts, columns) if shares_rows else texts
        rows += [Row(row, role) for text in packed for row in wrap(text, columns)]
    return rows


def _packed(texts: list[str], columns: int) -> list[str]:
    packed: list[str] = []
    for text in texts:
        joint = " " if text.isascii() else ""
        if packed and width(packed[-1] + joint + text) <= columns:
            packed[-1] += joint + text
        else:
            packed.append(text)
    return packed


def _tokens(text: str) -> Iterator[str]:
    """Words of Latin script whole, with the space before them; everything else one by one."""
    token = ""
    for each in text:
        is_latin = _cells(each) == 1 and each != " "
        if token and not (is_latin and token.strip(" ").isascii()):
            yield token
            token = ""
        token += each
    if token:
        yield token


def _broken(row: str, token: str) -> tuple[str, str]:
    """The row to end, and what the next begins with, before ``token``."""
    following = row + token
    ends = [
        at
        for at, each in enumerate(row, start=1)
        if following[at] == " " or (each in _GOOD_END and following[at] not in _NEVER_FIRST)
    ]
    cut = len(row)
    if ends and ends[-1] * 3 > len(row):
        cut = ends[-1]
    while cut > 1 and following[cut] in _NEVER_FIRST:
        cut -= 1
    return row[:cut].rstrip(), row[cut:].lstrip()


def _head(row: str, columns: int) -> str:
    at = len(row)
    while at > 1 and width(row[:at]) > columns:
        at -= 1
    return row[:at]


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
