"""The keypad on paper, for the desk: where each key lies, and what it means, to be read and felt.

In both languages of the kiosk. The sentences are those of the help page, so that what is read on
the desk is what is heard.
"""

from __future__ import annotations

from kiosk.domain.braille import cells, folded
from kiosk.formats.large_print import CELLS, MARGIN, ROOM, Fonts, LargePrint
from kiosk.pages.keys import KEYS, Action
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_TOP, _SIDE, _SPACE = 120.0, ROOM / 4, 6.0
_TITLE, _GAP = 28, 8
_SIGN, _LABEL, _NAME, _OTHER = 44, 31, 24, 18
_NIB, _NIB_WIDE = "5", 30
_MEANING, _IN_ENGLISH = 26, 18
_PLACES: dict[str, tuple[int, int, int, int]] = {
    **{str(3 * up + across + 1): (across, 3 - up, 1, 1) for up in range(3) for across in range(3)},
    "0": (0, 4, 2, 1),
    Action.HELP: (1, 0, 1, 1),
    Action.REPEAT: (2, 0, 1, 1),
    Action.BACK: (3, 0, 1, 1),
    Action.ENTER: (3, 3, 1, 2),
}
"""Column, row, columns and rows of a key on the usual keypad of a computer."""


def keypad_card(fonts: Fonts) -> bytes:
    """Two pages: the keypad as it lies on the desk, and each key's meaning with its braille.

    Args:
        fonts: see ``Fonts``.
    """
    books = Phrasebook.load("ja"), Phrasebook.load("en")
    titles = [book.say(Phrase.SCREEN_TITLE_HELP).read for book in books]
    title = " / ".join(titles)
    paper = LargePrint(fonts, title=title)
    paper.text(title, _TITLE, is_bold=True)
    _drawn(paper, books)
    paper.turn()
    paper.text(title, _TITLE, is_bold=True)
    around = Phrase.SCREEN_HELP_DIGITS, Phrase.SCREEN_HELP_PERSON
    for means in (around[0], *(each.means for each in KEYS), around[1]):
        japanese, english = (book.say(means) for book in books)
        paper.gap(_GAP)
        paper.text(japanese.read, _MEANING, is_bold=True)
        paper.text(english.read, _IN_ENGLISH)
        paper.braille(felt(japanese, CELLS))
    return paper.finished()


def felt(utterance: Utterance, wide: int) -> tuple[str, ...]:
    """What is said, as rows of braille of at most ``wide`` cells."""
    words = "  ".join(each.felt or each.heard for each in utterance.sentences)
    return folded(cells(words), wide)


def _drawn(paper: LargePrint, books: tuple[Phrasebook, ...]) -> None:
    names = [_names(book) for book in books]
    signs: dict[str, str] = {key.action: key.sign for key in KEYS}
    for key, (across, down, wide, high) in _PLACES.items():
        place = (
            MARGIN + across * _SIDE + _SPACE / 2,
            _TOP + down * _SIDE + _SPACE / 2,
            wide * _SIDE - _SPACE,
            high * _SIDE - _SPACE,
        )
        if key in signs:
            named = [(name[key], size) for name, size in zip(names, (_NAME, _OTHER), strict=True)]
            paper.box(place, [(signs[key], _LABEL), *named])
        else:
            paper.box(place, [(key, _SIGN)], _NIB_WIDE if key == _NIB else 0)


def _names(book: Phrasebook) -> dict[str, str]:
    """What the four keys are called, as they stand at the foot of each page."""
    words = book.say(Phrase.SCREEN_KEYS).read.split()
    return {key.action: word.lstrip("＊／*/") for key, word in zip(KEYS, words, strict=True)}
