"""``kiosk adoption promoted`` and ``report``: what was done for マイナ保険証, for the 協力金."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kiosk.cli.days import DAY
from kiosk.cli.desk_or_store import source
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.history import MonthParam
from kiosk.cli.navigating import not_ahead, order
from kiosk.cli.new_file import write_new
from kiosk.domain.dates import Month
from kiosk.domain.promotion import MOST, Deed
from kiosk.phrasebook.told_adoption import report_text, report_told, told_promoted


@click.command()
@click.argument("deed", type=click.Choice([each.value for each in Deed]))
@click.option(
    "--count", type=click.IntRange(0, MOST), required=True,
    help="Sheets or people that day, in place of what was noted of it; 0 takes it out.",
)  # fmt: skip
@click.option("--on", type=DAY, help="Day it was done; without it today.")
@json_option
@click.pass_obj
def promoted(door: Door, *, deed: str, count: int, on: date | None) -> None:
    """Note posters put up, leaflets given or people asked, for the report of the 協力金."""
    order(door, "promoted", {"deed": deed, "count": count, "on": not_ahead(on)}, told_promoted)


@click.command()
@click.option("--from", "first", type=MonthParam(), help="First month; without it the first noted.")
@click.option("--to", "last", type=MonthParam(), help="Last month; without it this one.")
@click.option("--output", type=click.Path(path_type=Path), help="A new file for the text.")
@json_option
@click.pass_obj
def report(door: Door, first: Month | None, last: Month | None, output: Path | None) -> None:
    """Write the text of the report of the 協力金, in Japanese, with the share of the cards."""
    if first is not None and last is not None and last < first:
        raise click.UsageError("--to lies before --from")
    period = {"from": first and str(first), "to": last and str(last)}
    with source(door, door.settings()) as found:
        document = found.answer("promotion", period)
    is_simulated, text = bool(document["simulated"]), report_text(document)
    if output is not None:
        write_new(output, text.encode())
    lines = report_told(document, phrasebook())
    door.report({**document, "text": text}, lines, is_simulated=is_simulated)
