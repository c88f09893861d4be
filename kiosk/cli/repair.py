"""The repairs of ``kiosk doctor --repair``: each asked for and put on record before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding
from kiosk.appliance.repairs import Repair, mend, repairs_for
from kiosk.cli.asking import Asker, NobodyAnswers
from kiosk.cli.desk_or_store import source
from kiosk.cli.door import Door, phrasebook
from kiosk.errors import KioskError, SettingsError
from kiosk.phrasebook import Phrase

_YES = "1"


def repair(
    door: Door, box: Box, findings: Iterable[Finding], *, is_agreed: bool
) -> list[dict[str, Any]]:
    """Offer what can be put right, on standard error, and do what was agreed to.

    Args:
        door: of the command.
        box: as it was looked at.
        findings: what was found.
        is_agreed: nobody is asked.

    Returns:
        Of each repair offered: ``name``, ``done``, ``audited``, ``detail`` where it failed.
    """
    asker = Asker(phrasebook())
    asker.is_simulated = not isinstance(box.settings, SettingsError) and box.settings.is_simulated
    return [_one(door, box, each, asker, is_agreed=is_agreed) for each in repairs_for(findings)]


def _one(door: Door, box: Box, each: Repair, asker: Asker, *, is_agreed: bool) -> dict[str, Any]:
    asker.say(each.offer)
    told: dict[str, Any] = {"name": each.name, "done": False, "audited": False, "detail": None}
    if not is_agreed and not _agreed(asker):
        return told
    told["audited"] = _recorded(door, box)
    if not told["audited"]:
        asker.say(Phrase.REPAIR_NOT_AUDITED)
    detail = mend(each, box, lambda: _purge(door))
    if detail:
        asker.say(Phrase.REPAIR_FAILED)
        asker.say(Phrase.DOCTOR_DETAIL, detail=detail)
        return told | {"detail": detail}
    asker.say(Phrase.REPAIR_DONE)
    return told | {"done": True}


def _agreed(asker: Asker) -> bool:
    """What was found is told all the same where nobody answers."""
    try:
        return asker.text(Phrase.REPAIR_ASK) == _YES
    except NobodyAnswers as error:
        click.echo(error.format_message(), err=True)
        return False


def _recorded(door: Door, box: Box) -> bool:
    """In the audit, before it is done; False where there is none, or none that opens."""
    if box.status is None or isinstance(box.status, KioskError):
        return False
    try:
        with source(door, door.settings()) as found:
            found.answer("repair", {})
    except KioskError:
        return False
    return True


def _purge(door: Door) -> None:
    with source(door, door.settings()) as found:
        found.answer("purge", {"now": None, "dry_run": False})
