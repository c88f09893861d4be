"""``kiosk history``: the checks that are kept."""

from __future__ import annotations

import click

from kiosk.cli import lines
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.domain.dates import Month
from kiosk.phrasebook import Phrase
from kiosk.usecases.documents import stored_document
from kiosk.usecases.retention import is_gone
from kiosk.wiring import assemble


class _MonthParam(click.ParamType[Month]):
    name = "YYYY-MM"

    def convert(
        self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--month", type=_MonthParam(), help="Treatment month; without it all that is kept.")
@json_option
@click.pass_obj
def history(door: Door, *, month: Month | None) -> None:
    """Show the checks that are kept, by the order they were opened."""
    settings = door.settings()
    with assemble(settings, unlock=door.unlock) as kiosk:
        checks = kiosk.records.history(month)
        is_over = month is not None and is_gone(kiosk.records, month, kiosk.clock.now())
    document = {
        "month": str(month) if month else None,
        "retention_over": is_over,
        "count": len(checks),
        "checks": [stored_document(check) for check in checks],
    }
    utterances = lines.history_utterances(checks, phrasebook())
    if is_over:
        utterances = [phrasebook().say(Phrase.PURGE_RETENTION_OVER)]
    door.report(document, utterances, is_simulated=settings.is_simulated)
