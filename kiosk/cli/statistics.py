"""``kiosk adoption statistics``: checks a day as bars, and what of them came by card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk.cli.desk_or_store import source
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.new_file import write_new
from kiosk.formats.csv_rows import table
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told_statistics import month_told

_HEADER = ("mark", "day", "checked", "by_card", "had_to_wait")
_WIDEST = 20
"""Cells of the longest bar: beside the words it fits 80 columns."""


@click.command()
@click.option("--csv", "file", type=click.Path(path_type=Path), help="New file, a row a day.")
@json_option
@click.pass_obj
def statistics(door: Door, file: Path | None) -> None:
    """Show checks a day, the share by card, outages and waits; nothing of any patient.

    Days and outages of a month are gone when it is purged; its counts stay.
    """
    settings = door.settings()
    with source(door, settings) as found:
        document = found.answer("statistics", {})
    if file is not None:
        write_new(file, table(_HEADER, _rows(document)))
    lines = list(statistics_utterances(document, phrasebook()))
    door.report(document, lines, is_simulated=settings.is_simulated)


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
