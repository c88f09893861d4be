"""A month's figures on paper and as a picture: bars, the sentences of them, each day's numbers.

Nothing of any patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.domain.dates import Month
from kiosk.formats.chart import HEIGHT, Bar, Chart, month_chart
from kiosk.formats.large_print import Fonts, LargePrint
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told_statistics import month_told

_GAP = 12
_Document = Mapping[str, Any]


def statistics_pdf(document: _Document, fonts: Fonts, book: Phrasebook) -> bytes:
    """A page and more a month, in large print.

    Args:
        document: of ``statistics``; where it is simulated, every page is marked.
        fonts: see ``Fonts``.
        book: the language.
    """
    title = book.say(Phrase.STATISTICS_TITLE).read
    mark = document["mark"] or ""
    paper = LargePrint(fonts, mark=mark, title=mark + title, language=book.language)
    for place, month in enumerate(document["months"]):
        if place:
            paper.turn()
        paper.chart(chart_of(month, mark, book), HEIGHT)
        paper.gap(_GAP)
        for line in (*month_told(month, book)[1:], *_days(month, book)):
            paper.text(line.read)
    if not document["months"]:
        paper.text(mark + book.say(Phrase.STATISTICS_NONE).read)
    return paper.finished()


def described(document: _Document, book: Phrasebook) -> str:
    """What the picture of it shows, in words."""
    lines = [line for month in document["months"] for line in month_told(month, book)]
    return "\n".join([document["mark"] or "", *(each.read for each in lines)]).strip()


def chart_of(month: _Document, mark: str, book: Phrasebook) -> Chart:
    """One month's bars, headed by how many checks there were.

    Args:
        month: of the document of ``statistics``.
        mark: 模擬, where it is.
        book: the language.
    """
    days = {
        date.fromisoformat(each["day"]).day: Bar(each["checked"], each["by_card"])
        for each in month["days"]
    }
    when = Month.parse(month["month"])
    heading = book.say(
        Phrase.STATISTICS_HEADING, year=when.year, month=when, count=month["checked"]
    )
    legend = (
        book.say(Phrase.STATISTICS_LEGEND_ALL).read,
        book.say(Phrase.STATISTICS_LEGEND_CARD).read,
    )
    marked = f"【{mark}】" if mark else ""
    return month_chart(marked + heading.read, legend, days, when.last_day.day)


def _days(month: _Document, book: Phrasebook) -> list[Utterance]:
    return [
        book.say(
            Phrase.STATISTICS_DAY_BY_CARD,
            day=date.fromisoformat(each["day"]), count=each["checked"], cards=each["by_card"],
        )
        for each in month["days"]
    ]  # fmt: skip
