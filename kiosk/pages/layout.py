"""A page as rows of text for a terminal of any size. Pure; 40x12 is designed for, 32x9 is right.

Whole rows, no boxes, no colour that means anything: what a photograph of the screen, a braille row
or a text snapshot shows is the same. A page that does not fit is cut into sheets, never shrunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from kiosk.pages.big import big
from kiosk.pages.breaking import Where, broken, width, wrap
from kiosk.pages.page import Kind, Page, Role
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

SMALLEST = (20, 8)
"""Columns and rows below which text is cut off."""
_PLATE = "1234567890"
_MANY_ROWS, _HIGH_PLATE = 20, 3
_STOPS = ("。", "、", "：")
_FACTS = frozenset({Role.TEXT, Role.MARKED})


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


def sheets(page: Page, size: Size, book: Phrasebook, *, is_simulated: bool) -> tuple[Sheet, ...]:
    """The page as one sheet or more, each exactly as high as the terminal.

    Args:
        page: what to show.
        size: of the terminal.
        book: for band, keys and the mark of a sheet that goes on.
        is_simulated: the band 模擬 stands on every sheet.
    """
    if page.picture:
        return (_with_picture(page, size, book, is_simulated=is_simulated),)
    columns, height = max(size.columns, SMALLEST[0]), max(size.rows, SMALLEST[1])
    keys = [Row(each, Role.KEYS) for each in wrap(book.say(Phrase.SCREEN_KEYS).read, columns)]
    with_big = _with_big(page, size, book, keys, is_simulated=is_simulated)
    if with_big is not None:
        return (with_big,)
    head: list[Row] = []
    bodies: list[list[Row]] = []
    for shown, is_tight, plate in _ways(page, height):
        head = _head(shown, columns, book, is_simulated=is_simulated, is_tight=is_tight)
        room = height - len(head) - len(keys) - plate
        groups = list(_groups(shown, book, is_tight=is_tight))
        body = _fitting(groups, columns, room)
        if body is None and is_tight and not plate:
            body = _dense(groups, columns, room)
        bodies = _cut_well(page, groups, columns, room) if body is None else [body]
        if len(bodies) == 1:
            break
    if len(bodies) > 1:
        bodies = _going_on(page, bodies, columns, book)
    framed = (_framed(head, each, keys, height) for each in bodies)
    return tuple(_with_digits(each, page, columns) for each in framed)


def _with_big(
    page: Page, size: Size, book: Phrasebook, keys: list[Row], *, is_simulated: bool
) -> Sheet | None:
    """The one word in the place of the title, where everything still fits on one sheet."""
    drawn = big(page.big.read.rstrip("。.")) if page.big else None
    if drawn is None or len(drawn[0]) > size.columns:
        return None
    band = _head(page, size.columns, book, is_simulated=is_simulated, is_tight=False)
    head = [row for row in band if row.role is Role.BAND]
    head += [Row(each, Role.TITLE) for each in drawn]
    groups = list(_groups(page, book, is_tight=False))
    body = _fitting(groups, size.columns, size.rows - len(head) - len(keys))
    return None if body is None else _framed(head, body, keys, size.rows)


BESIDE_PICTURE = 22
"""Columns that a picture leaves to the words beside it."""


def room_for_picture(size: Size) -> tuple[int, int]:
    """Columns and rows a picture may take; the first row is the band's."""
    return size.columns - BESIDE_PICTURE, size.rows - 1


def _with_picture(page: Page, size: Size, book: Phrasebook, *, is_simulated: bool) -> Sheet:
    """The picture and, beside it, title and words: no row is left for what else stands around."""
    band = _head(page, size.columns, book, is_simulated=is_simulated, is_tight=False)
    rows = [row for row in band if row.role is Role.BAND]
    columns = size.columns - len(page.picture[0]) - 2
    below = _sentences((*page.choices, *page.default))
    texts = [page.title.read, "", *_sentences(page.lines), "", *below]
    words = [row for text in texts for row in wrap(text, columns)]
    words += [""] * (len(page.picture) - len(words))
    drawn = zip(page.picture, words, strict=False)
    rows += [Row(f"{half}  {text}".rstrip(), Role.PICTURE) for half, text in drawn]
    return (*rows, *[_BLANK] * (size.rows - len(rows)))


def _framed(head: list[Row], body: list[Row], keys: list[Row], height: int) -> Sheet:
    blanks = [_BLANK] * (height - len(head) - len(body) - len(keys))
    return (*head, *body, *blanks, *keys)


def _ways(page: Page, height: int) -> Iterator[tuple[Page, bool, int]]:
    """Whole or short, loose or tight, and the rows kept for the digits.

    A finger needs these more than air, and more than what was read before.
    """
    ways = (False, True) if page.is_one_sheet else (False,)
    forms = (page, replace(page, lines=page.short)) if page.short else (page,)
    for plate in (_plate_rows(height), 0) if _has_digits(page) else (0,):
        yield from ((form, is_tight, plate) for form in forms for is_tight in ways)


def _has_digits(page: Page) -> bool:
    return bool(page.entry or page.help)


def _plate_rows(height: int) -> int:
    return _HIGH_PLATE if height >= _MANY_ROWS else 1


def _with_digits(sheet: Sheet, page: Page, columns: int) -> Sheet:
    """The digits for a finger, above the keys, where they are typed and rows are left over.

    On many rows, which are low ones then, the plate is three rows high. A row between the digits
    and the keys stays free wherever it can: two things, not one slab.
    """
    foot = sum(each.role is Role.KEYS for each in sheet)
    free = 0
    while free < len(sheet) - foot and sheet[-foot - free - 1] == _BLANK:
        free += 1
    high = _plate_rows(len(sheet))
    if free < high or not _has_digits(page):
        return sheet
    between = [_BLANK] * (free > high)
    step = columns // len(_PLATE)
    digits = Row("".join(each.center(step) for each in _PLATE).rstrip(), Role.DIGITS)
    around = [Row("", Role.DIGITS)] * (high // 2)
    upper = sheet[: len(sheet) - foot - high - len(between)]
    return (*upper, *around, digits, *around, *between, *sheet[len(sheet) - foot :])


def _head(
    page: Page, columns: int, book: Phrasebook, *, is_simulated: bool, is_tight: bool
) -> list[Row]:
    """Band and title; where rows are short of, the boxes stand beside the title.

    The one word of a result comes first there, wherever it is not drawn large.
    """
    band = wrap(book.say(Phrase.SCREEN_BAND).read, columns) if is_simulated else []
    boxes = f" {page.entry.boxes}".rstrip() if page.entry and is_tight else ""
    name, word = page.title.read.rstrip("。."), page.big.read.rstrip("。.") if page.big else ""
    marked = f"【{word}】" if word else ""
    title = wrap(marked + ("" if name == word else name) + boxes, columns)
    return [*(Row(each, Role.BAND) for each in band), *(Row(each, Role.TITLE) for each in title)]


def _fitting(groups: list[_Group], columns: int, room: int) -> list[Row] | None:
    """The roomiest way that fits on one sheet: a fact a row, as far as it can be."""
    airy = _rows(groups, columns, is_airy=True)
    if len(airy) <= room:
        return airy
    rows = _rows(groups, columns, is_airy=False)
    while len(rows) > room:
        closer = _closer(groups, columns)
        if closer is None:
            return None
        groups, rows = closer, _rows(closer, columns, is_airy=False)
    return rows


def _closer(groups: list[_Group], columns: int) -> list[_Group] | None:
    """The two shortest neighbours among the facts in one row; None where no two fit into one."""
    pairs = [
        (width(joined), at, first, joined)
        for at, (role, texts) in enumerate(groups)
        if role in _FACTS
        for first, joined in enumerate(map(_joined, texts, texts[1:]))
        if width(joined) <= columns
    ]
    if not pairs:
        return None
    _, at, first, joined = min(pairs)
    role, texts = groups[at]
    shorter = [*texts[:first], joined, *texts[first + 2 :]]
    return [*groups[:at], (role, shorter), *groups[at + 1 :]]


def _dense(groups: list[_Group], columns: int, room: int) -> list[Row] | None:
    for where in (Where.FULL, Where.ANYWHERE):
        rows = [
            Row(row, role)
            for role, texts in groups
            for text in texts
            for row in broken(text, columns, where)
        ]
        if len(rows) <= room:
            return rows
    return None


def _cut_well(page: Page, groups: list[_Group], columns: int, room: int) -> list[list[Row]]:
    """A fact a row; facts share rows where no choice would be seen at first, or to save a sheet.

    So they do in a result, whose share is to be seen without turning.
    """
    bodies = _cut(_shared(groups, columns, frozenset({Role.STATE})), columns, room)
    packed = _cut(_shared(groups, columns, _FACTS | {Role.STATE}), columns, room)
    is_hidden = page.digits and not any(row.role is Role.CHOICE for row in bodies[0])
    return packed if is_hidden or page.big or len(packed) < len(bodies) else bodies


def _shared(groups: list[_Group], columns: int, roles: frozenset[Role]) -> list[_Group]:
    return [(role, _packed(texts, columns) if role in roles else texts) for role, texts in groups]


def _cut(groups: list[_Group], columns: int, room: int) -> list[list[Row]]:
    """Sheets that go on, a row short; a fact stays whole unless it is longer than a sheet."""
    step = max(1, room - 1)
    parts: list[list[Row]] = [[]]
    for role, texts in groups:
        for text in texts:
            rows = [Row(row, role) for row in wrap(text, columns)]
            if len(parts[-1]) + len(rows) > step and parts[-1]:
                parts.append([])
            for row in rows:
                if len(parts[-1]) == step:
                    parts.append([])
                parts[-1].append(row)
    return [[*part, *([_BLANK] * (step - len(part)))] for part in parts]


def _going_on(
    page: Page, bodies: list[list[Row]], columns: int, book: Phrasebook
) -> list[list[Row]]:
    texts = [more(page, bodies, at, book).read for at in range(len(bodies))]
    if page.goes_on:
        texts[-1] = ""  # 決定 leads on from there, not back to the first
    rows = [Row(wrap(text, columns)[0], Role.CHOICE) if text else _BLANK for text in texts]
    return [[*body, row] for body, row in zip(bodies, rows, strict=True)]


def more(page: Page, parts: Sequence[Sequence[Row]], at: int, book: Phrasebook) -> Utterance:
    """What 決定 turns to on one sheet of several: who sees three choices is to look for more.

    Args:
        page: what is shown.
        parts: rows of every sheet.
        at: which of them, from 0.
        book: the language.
    """
    labels = tuple(book.say(Phrase.SCREEN_CHOICE, number=int(each)).read for each in page.digits)
    later = [row for part in parts[at + 1 :] for row in part if row.role is Role.CHOICE]
    left = sum(row.text.startswith(labels) for row in later) if labels else 0
    numbers = {"sheet": at + 1, "sheets": len(parts)}
    if at + 1 == len(parts):
        return book.say(Phrase.SCREEN_MORE_LAST, **numbers)
    if left:
        return book.say(Phrase.SCREEN_MORE_CHOICES, count=left, **numbers)
    return book.say(Phrase.SCREEN_MORE, **numbers)


def _groups(page: Page, book: Phrasebook, *, is_tight: bool) -> Iterator[_Group]:
    plain = (each for each in page.lines if each not in page.marked)
    lines = [*_sentences(plain), *(["● " * page.beats] if page.beats else [])]
    if page.code:
        lines.append(book.say(Phrase.SCREEN_CODE, code=page.code).read)
    if page.entry and page.entry.boxes and not is_tight:
        yield Role.ENTRY, [page.entry.boxes]
    # Where a secret is typed 決定 sends it, so nothing may stand on a second sheet.
    marked = list(_sentences(each for each in page.lines if each in page.marked))
    facts = (Role.TEXT, [reduce(_joined, lines)] if is_tight and lines else lines)
    both = (facts, (Role.MARKED, marked))
    yield from both[::-1] if page.kind is Kind.QUESTION else both
    yield Role.STATE, list(_sentences(page.state))
    yield Role.CHOICE, list(_sentences((*page.choices, *page.default)))


def _sentences(utterances: Iterable[Utterance]) -> Iterator[str]:
    for each in utterances:
        yield from (sentence.read for sentence in each.sentences)


def _rows(groups: list[_Group], columns: int, *, is_airy: bool) -> list[Row]:
    rows: list[Row] = []
    for role, texts in groups:
        if not texts:
            continue
        if is_airy:
            rows.append(_BLANK)
        # Facts about the box are short and many; they share rows wherever they fit.
        packed = _packed(texts, columns) if role is Role.STATE else texts
        rows += [Row(row, role) for text in packed for row in wrap(text, columns)]
    return rows


def _packed(texts: list[str], columns: int) -> list[str]:
    packed: list[str] = []
    for text in texts:
        if packed and width(_joined(packed[-1], text)) <= columns:
            packed[-1] = _joined(packed[-1], text)
        else:
            packed.append(text)
    return packed


def _joined(before: str, text: str) -> str:
    """Two facts in one row: what does not end with a stop is kept apart from what follows."""
    if before.isascii() or text.isascii():
        return f"{before} {text}"
    return before + ("" if before.endswith(_STOPS) else "　") + text
