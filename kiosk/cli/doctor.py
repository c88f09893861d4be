"""``kiosk doctor``: what is wrong with this box, why it matters, and who can put it right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from kiosk.appliance.box import Box
from kiosk.appliance.doctor import document, examine, told, worst
from kiosk.appliance.finding import State
from kiosk.cli.door import DEFERRED, REFUSED, Door, json_option, phrasebook
from kiosk.errors import SettingsError
from kiosk.formats.answer_json import SIMULATED_MARK

_STATUS = {State.FAIL: REFUSED, State.WARN: DEFERRED}


@click.command()
@click.option(
    "--card-trace", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.jsonl",
    help="Read the card that lies there, without a PIN, and append what was said, masked.",
)  # fmt: skip
@json_option
@click.pass_obj
def doctor(door: Door, *, card_trace: Path | None) -> int:
    """Look at the box, change nothing, and say what is wrong; no patient data.

    Exit status: 0 nothing to mend, 3 a warning, 4 something fails.
    """
    box = replace(_box(door), card_trace=card_trace)
    findings = examine(box)
    is_simulated = not isinstance(box.settings, SettingsError) and box.settings.is_simulated
    mark = {"simulated": is_simulated, "mark": SIMULATED_MARK if is_simulated else None}
    book = phrasebook()
    door.report(mark | document(findings, book), told(findings, book), is_simulated=is_simulated)
    return _STATUS.get(worst(findings), 0)


def _box(door: Door) -> Box:
    try:
        return Box(door.settings())
    except SettingsError as error:
        return Box(error)
