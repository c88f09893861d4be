"""``kiosk doctor``: what is wrong with this box, why it matters, and who can put it right."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from kiosk.appliance.box import Box
from kiosk.appliance.doctor import document, examine, told, worst
from kiosk.appliance.finding import State
from kiosk.cli.desk_or_store import desk_of, from_store
from kiosk.cli.door import DEFERRED, REFUSED, Door, json_option, phrasebook
from kiosk.desk.asking import Asker
from kiosk.errors import KioskError, SettingsError
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.settings import DEFAULT_CONFIG
from kiosk.store.folder import SUBFOLDER
from kiosk.wiring import assemble

_STATUS = {State.FAIL: REFUSED, State.WARN: DEFERRED}


@click.command()
@click.option(
    "--card-trace", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.jsonl",
    help="Read the card that lies there, without a PIN, and append what was said, masked.",
)  # fmt: skip
@click.option("--repair", "is_repairing", is_flag=True, help="Offer the repairs that are safe.")
@click.option("--yes", "is_agreed", is_flag=True, help="With --repair: do them, ask nobody.")
@json_option
@click.pass_obj
def doctor(door: Door, *, card_trace: Path | None, is_repairing: bool, is_agreed: bool) -> int:
    """Look at the box and say what is wrong; no patient data. Changes nothing without --repair.

    Exit status: 0 nothing to mend, 3 a warning, 4 something fails.
    """
    config = door.config or DEFAULT_CONFIG
    box = replace(box_of(door), card_trace=card_trace, config=config)
    findings = examine(box)
    repaired = None
    if is_repairing:
        # Here, because looking needs none of it.
        from kiosk.cli.repair import repair  # noqa: PLC0415

        repaired = repair(door, box, findings, is_agreed=is_agreed)
        box = replace(box_of(door), config=config)
        findings = examine(box)
    is_simulated = not isinstance(box.settings, SettingsError) and box.settings.is_simulated
    mark = {"simulated": is_simulated, "mark": SIMULATED_MARK if is_simulated else None}
    book = phrasebook()
    report = mark | document(findings, book)
    if repaired is not None:
        report["repairs"] = repaired
    door.report(report, told(findings, book), is_simulated=is_simulated)
    return _STATUS.get(worst(findings), 0)


def box_of(door: Door, query: str = "checkup") -> Box:
    """The box as it stands; the status from kioskd where it runs, else from the store.

    Args:
        door: of the command.
        query: "checkup", or "bundle", which goes on record.
    """
    try:
        settings = door.settings()
    except SettingsError as error:
        return Box(error)
    if not _is_begun(settings.state.dir):
        # Opening the store would make one.
        return Box(settings)
    try:
        link = desk_of(settings)
        if link is not None:
            with closing(link):
                status = Asker(link, "command").answer(query, {})
            return Box(settings, status=status, is_accepted=None)
        # Nobody is asked for a passcode: a locked box is a finding.
        with assemble(settings) as kiosk:
            accepted = kiosk.store.control.acceptance(settings.keys.provider)
            status = from_store(kiosk).answer(query, {})
            return Box(settings, status=status, is_accepted=accepted is not None)
    except KioskError as error:
        return Box(settings, status=error, is_accepted=None)


def _is_begun(state: Path) -> bool:
    """Something is kept there, or it is not ours to know."""
    try:
        return (state / SUBFOLDER).is_dir()
    except OSError:
        return True
