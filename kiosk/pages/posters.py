"""Posters and leaflets for a clinic's wall and counter, in large print and braille.

In both languages of the kiosk, with the clinic's own name. The order of the steps is that of the
reception itself (JOURNEYS A); what an eligibility notice is for is that of the ministry's chart.
"""

from __future__ import annotations

from kiosk.domain.braille import cells, folded
from kiosk.formats.large_print import CELLS, Fonts, LargePrint
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_NAME, _TITLE, _BODY, _ENGLISH_TITLE, _IN_ENGLISH = 26, 40, 28, 24, 18
_GAP = 10


def poster(fonts: Fonts, clinic: str, mark: str) -> bytes:
    """How to use the card here: the steps, and who helps; one page a language.

    Args:
        fonts: see ``Fonts``.
        clinic: its name as it shall stand on the wall; "" = none.
        mark: stands at the foot, as 模擬 does; "" = none.
    """
    paper = LargePrint(fonts, mark=mark, title=_title(Phrase.PAPER_POSTER_TITLE))
    for language, body in (("ja", _BODY), ("en", _ENGLISH_TITLE)):
        book = Phrasebook.load(language)
        if language != "ja":
            paper.turn()
        _headed(paper, clinic, book.say(Phrase.PAPER_POSTER_TITLE).read)
        for number, each in enumerate(book.say(Phrase.PAPER_POSTER).sentences, start=1):
            paper.gap(_GAP)
            paper.text(f"{number}　{each.read}", body, is_bold=True)
        paper.rule()
        for about in (Phrase.PAPER_POSTER_HELP, Phrase.RECEPTION_PURPOSE):
            for each in book.say(about).sentences:
                paper.gap(_GAP)
                paper.text(each.read, body - 4)
    return paper.finished()


def leaflet(fonts: Fonts, clinic: str, mark: str) -> bytes:
    """What a 資格情報のお知らせ is, and when it is asked for; arguments as ``poster``."""
    paper = LargePrint(fonts, mark=mark, title=_title(Phrase.PAPER_LEAFLET_TITLE))
    for language, body in (("ja", _BODY), ("en", _ENGLISH_TITLE)):
        book = Phrasebook.load(language)
        if language != "ja":
            paper.turn()
        _headed(paper, clinic, book.say(Phrase.PAPER_LEAFLET_TITLE).read)
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
    paper.braille(folded(cells(_felt(japanese)), CELLS))
    paper.text(Phrasebook.load("en").say(Phrase.PAPER_POSTER_TITLE).read, _IN_ENGLISH)
    return paper.finished()


def _headed(paper: LargePrint, clinic: str, title: str) -> None:
    if clinic:
        paper.text(clinic, _NAME)
    paper.text(title, _TITLE, is_bold=True)
    paper.rule()


def _felt(utterance: Utterance) -> str:
    return "  ".join(each.felt or each.heard for each in utterance.sentences)


def _title(phrase: Phrase) -> str:
    return " / ".join(Phrasebook.load(language).say(phrase).read for language in ("ja", "en"))
