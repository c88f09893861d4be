"""What a finger or a mouse presses: the same ten digits and four keys, where their words stand.

Nothing is behind a touch that no key does, nothing hovers, and what is touched goes the way of a
key, double-strike guard and all. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.pages.breaking import width
from kiosk.pages.keys import KEYS, Action, Press
from kiosk.pages.layout import Sheet
from kiosk.pages.page import Kind, Page, Role
from kiosk.phrasebook import Phrase, Phrasebook

NOWHERE = Press(Action.OTHER)
"""Beside every word: as a key without a meaning, which wakes the kiosk and says the page again."""
_DIGIT = re.compile(r"(?<![0-9/／])[0-9](?![0-9/／桁つ]| more)")
"""A digit by itself: neither of a number nor of "4 more" or "sheet 1/2"."""
_STOP = re.compile(r"(?<=[、,])")
_ENDS = ("。", ".", "？", "?")
_Zone = tuple[int, Press]
"""Where a key begins on its row, in cells; it reaches to the next one."""


def press_at(page: Page, sheet: Sheet, book: Phrasebook, column: int, row: int) -> Press:
    """What lies under a cell.

    Args:
        page: what is shown.
        sheet: its rows, as they are shown.
        book: says what the four keys are called.
        column: of the cell, from 0.
        row: of the cell, from 0.

    Returns:
        A digit or one of the four keys; where none stands, a key without a meaning.
    """
    if not 0 <= row < len(sheet):
        return NOWHERE
    found = NOWHERE
    for begins, press in _zones(page, sheet, _names(book), row):
        if begins <= column or found is NOWHERE:
            found = press
    return found


def _names(book: Phrasebook) -> dict[str, Press]:
    """What the four keys are called, as they stand in a row at the foot of each page."""
    words = book.say(Phrase.SCREEN_KEYS).read.split()
    presses = (Press(each.action) for each in KEYS)
    return {word.lstrip("＊／*/"): press for word, press in zip(words, presses, strict=True)}


def _zones(page: Page, sheet: Sheet, names: dict[str, Press], row: int) -> tuple[_Zone, ...]:
    at = sheet[row]
    if at.role in {Role.KEYS, Role.DIGITS}:
        # A plate of digits may be several rows high, with the digits on one of them.
        near = [each for each in (row, row - 1, row + 1) if 0 <= each < len(sheet)]
        texts = [sheet[each].text for each in near if sheet[each].role is at.role]
        return tuple(_words(next((each for each in texts if each.strip()), ""), names))
    if at.role is Role.PICTURE:
        return tuple(_clauses(at.text, "", names))
    if at.role is Role.CHOICE or _is_asked(page, sheet, row):
        zones = tuple(_clauses(at.text, page.digits, names if at.role is Role.CHOICE else {}))
        if zones or row == 0 or not at.text:
            return zones
        before = sheet[row - 1]
        if before.role is at.role and not before.text.endswith(_ENDS):
            return _zones(page, sheet, names, row - 1)[-1:]  # the rest of a choice broken in two
    return ()


def _is_asked(page: Page, sheet: Sheet, row: int) -> bool:
    """The row is of the last sentence of a question, which says what its digits mean."""
    if page.kind not in {Kind.QUESTION, Kind.NUMBERS} or not page.digits:
        return False
    role = Role.MARKED if page.kind is Kind.QUESTION else Role.TEXT
    rows = [n for n, each in enumerate(sheet) if each.role is role and each.text]
    last = rows[-1:]
    for each in reversed(rows[:-1]):
        if sheet[each].text.endswith(_ENDS):
            break
        last.append(each)
    return row in last


def _words(text: str, names: dict[str, Press]) -> Iterator[_Zone]:
    """Half of the space between two words belongs to either: a finger is not that exact."""
    ended = 0
    for each in re.finditer(r"\S+", text):
        word = each[0].lstrip("＊／*/")
        press = Press(Action.DIGIT, word) if word.isdecimal() else names.get(word)
        if press:
            yield (ended + width(text[: each.start()]) + 1) // 2, press
        ended = width(text[: each.end()])


def _clauses(text: str, digits: str, names: dict[str, Press]) -> Iterator[_Zone]:
    """One key a clause: 「はいは1、いいえは2。」; a clause without one goes with the one before."""
    begins = 0
    for clause in _STOP.split(text):
        names_here = [each for each in names if each in clause]
        digit = next((each[0] for each in _DIGIT.finditer(clause) if each[0] in digits), "")
        if digit:
            yield begins, Press(Action.DIGIT, digit)
        elif names_here:
            yield begins, names[names_here[0]]
        begins += width(clause)
