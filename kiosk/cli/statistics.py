"""``kiosk adoption statistics``: checks a day as bars, on the screen, on paper, as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk.cli.desk_or_store import source
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.history import MonthParam
from kiosk.cli.new_file import write_new
from kiosk.domain.dates import Month
from kiosk.formats.csv_rows import table
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told_statistics import month_told
from kiosk.ports.exports import PartMissing

_HEADER = ("mark", "day", "checked", "by_card", "had_to_wait")
_WIDEST = 20
"""Cells of the longest bar: beside the words it fits 80 columns."""


_FILE: click.ParamType[Path] = click.Path(path_type=Path)


@click.command()
@click.option("--month", type=MonthParam(), help="That month alone; without it every month.")
@click.option("--csv", type=_FILE, help="New file, a row a day.")
@click.option("--pdf", type=_FILE, help="New file in large print, a page a month.")
@click.option("--png", type=_FILE, help="New picture, the months one below the other.")
@json_option
@click.pass_obj
def statistics(door: Door, /, *, month: Month | None, **files: Path | None) -> None:
    """Show checks a day, the share by card, outages and waits; nothing of any patient.

    Days and outages of a month are gone when it is purged; its counts stay. Files go where they
    are wanted, to a USB stick too.
    """
    settings, book = door.settings(), phrasebook()
    with source(door, settings) as found:
        document = found.answer("statistics", {})
    months = [each for each in document["months"] if month is None or each["month"] == str(month)]
    document = {**document, "months": months}
    written = {form: file.absolute() for form, file in files.items() if file is not None}
    made = [(file, _made(form, document, book)) for form, file in written.items()]
    for file, content in made:
        write_new(file, content)
    lines = list(statistics_utterances(document, book))
    lines += [book.say(Phrase.STATISTICS_WRITTEN) for _ in made[:1]]
    report = {**document, "files": {form: str(file) for form, file in written.items()}}
    door.report(report, lines, is_simulated=settings.is_simulated)


def _made(form: str, document: Mapping[str, Any], book: Phrasebook) -> bytes:
    """A file's content; PartMissing where a library or a font of it is not installed."""
    if form == "csv":
        return table(_HEADER, _rows(document))
    try:
        return _pdf(document, book) if form == "pdf" else _png(document, book)
    except ImportError as error:
        raise PartMissing(error.name or "") from None


def _pdf(document: Mapping[str, Any], book: Phrasebook) -> bytes:
    from kiosk.formats.large_print import fonts_of_this_box  # noqa: PLC0415 - an extra
    from kiosk.pages.month_paper import statistics_pdf  # noqa: PLC0415 - likewise

    return statistics_pdf(document, fonts_of_this_box(), book)


def _png(document: Mapping[str, Any], book: Phrasebook) -> bytes:
    from kiosk.formats.chart_png import charts_png  # noqa: PLC0415 - an extra
    from kiosk.formats.large_print import font_for_pictures  # noqa: PLC0415 - likewise
    from kiosk.pages.month_paper import chart_of, described  # noqa: PLC0415 - likewise

    font = font_for_pictures()
    if font is None:
        raise PartMissing("fonts-morisawa-bizud-gothic")
    charts = [chart_of(each, document["mark"] or "", book) for each in document["months"]]
    return charts_png(charts, font, described(document, book))


def _rows(document: Mapping[str, Any]) -> Iterator[list[str]]:
    mark = document["mark"] or ""
    for month in document["months"]:
        for each in month["days"]:
            yield [mark, *(str(each[name]) for name in _HEADER[1:])]


def statistics_utterances(document: Mapping[str, Any], book: Phrasebook) -> Iterator[Utterance]:
    """Month by month: how many, the share by card, what waited, then a bar a day.

    Args:
        document: of ``statistics``.
        book: the language.
    """
    if not document["months"]:
        yield book.say(Phrase.STATISTICS_NONE)
    for each in document["months"]:
        yield from month_told(each, book)
        yield from _bars(each["days"], book)


def _bars(days: list[Mapping[str, Any]], book: Phrasebook) -> Iterator[Utterance]:
    """The bar is read alone: who listens hears the number."""
    most = max((each["checked"] for each in days), default=0)
    for each in days:
        day, count = date.fromisoformat(each["day"]), each["checked"]
        said = book.say(Phrase.STATISTICS_DAY, day=day, count=count)
        bar = "█" * max(1, round(count * _WIDEST / most))
        last = said.sentences[-1]
        yield replace(said, sentences=(*said.sentences[:-1], replace(last, read=last.read + bar)))
