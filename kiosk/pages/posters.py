"""Posters and leaflets for a clinic's wall and counter, in large print and braille.

In both languages of the kiosk, with the clinic's own name. The order of the steps is that of the
reception itself (JOURNEYS A); what an eligibility notice is for is that of the ministry's chart.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.formats.large_print import CELLS, Fonts, LargePrint
from kiosk.pages.keypad_card import felt
from kiosk.phrasebook import Phrase, Phrasebook

_NAME, _TITLE, _IN_ENGLISH = 26, 40, 18
_BODIES = {"ja": 28, "en": 24}
"""Points, by language."""
_GAP, _LESS = 10, 4


def poster(fonts: Fonts, clinic: str, mark: str) -> bytes:
    """How to use the card here: the steps, and who helps; one page a language.

    Args:
        fonts: see ``Fonts``.
        clinic: its name as it shall stand on the wall; "" = none.
        mark: stands at the foot, as 模擬 does; "" = none.
    """
    title = Phrase.PAPER_POSTER_TITLE
    paper = LargePrint(fonts, mark=mark, title=_title(title))
    for book, body in _a_page_a_language(paper, clinic, title):
        for number, each in enumerate(book.say(Phrase.PAPER_POSTER).sentences, start=1):
            paper.gap(_GAP)
            paper.text(f"{number}　{each.read}", body, is_bold=True)
        paper.rule()
        for about in (Phrase.PAPER_POSTER_HELP, Phrase.RECEPTION_PURPOSE):
            for each in book.say(about).sentences:
                paper.gap(_GAP)
                paper.text(each.read, body - _LESS)
    return paper.finished()


def leaflet(fonts: Fonts, clinic: str, mark: str) -> bytes:
    """What a 資格情報のお知らせ is, and when it is asked for; arguments as ``poster``."""
    title = Phrase.PAPER_LEAFLET_TITLE
    paper = LargePrint(fonts, mark=mark, title=_title(title))
    for book, body in _a_page_a_language(paper, clinic, title):
        for each in book.say(Phrase.PAPER_LEAFLET).sentences:
            paper.gap(_GAP)
            paper.text(each.read, body)
    return paper.finished()


def sign(fonts: Fonts, clinic: str, mark: str) -> bytes:
    """What a tactile sign at the counter's edge says, in letters and braille; as ``poster``."""
    japanese = Phrasebook.load("ja").say(Phrase.PAPER_POSTER_TITLE)
    paper = LargePrint(fonts, mark=mark, title=japanese.read)
    _headed(paper, clinic, japanese.read)
    paper.gap(_GAP)
    paper.braille(felt(japanese, CELLS))
    paper.text(Phrasebook.load("en").say(Phrase.PAPER_POSTER_TITLE).read, _IN_ENGLISH)
    return paper.finished()


def _a_page_a_language(
    paper: LargePrint, clinic: str, title: Phrase
) -> Iterator[tuple[Phrasebook, int]]:
    """Each language's sentences with the size they are set in, its page begun and headed."""
    for place, (language, body) in enumerate(_BODIES.items()):
        if place:
            paper.turn()
        book = Phrasebook.load(language)
        _headed(paper, clinic, book.say(title).read)
        yield book, body


def _headed(paper: LargePrint, clinic: str, title: str) -> None:
    if clinic:
        paper.text(clinic, _NAME)
    paper.text(title, _TITLE, is_bold=True)
    paper.rule()


def _title(phrase: Phrase) -> str:
    return " / ".join(Phrasebook.load(language).say(phrase).read for language in _BODIES)
