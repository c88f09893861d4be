"""``kiosk queue``: what waits for an answer. No patient data."""

from __future__ import annotations

import click

from kiosk.cli import lines
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.usecases.documents import waiting_document
from kiosk.wiring import assemble


@click.group()
def queue() -> None:
    """Show what waits for an answer; queue again what was set aside."""


@queue.command("list")
@json_option
@click.pass_obj
def list_waiting(door: Door) -> None:
    """Show the checks that wait for an answer, oldest first."""
    settings = door.settings()
    with assemble(settings, unlock=door.unlock) as kiosk:
        checks = kiosk.records.waiting()
        now = kiosk.clock.now()
    document = {
        "count": len(checks),
        "checks": [waiting_document(check, now) for check in checks],
    }
    utterances = lines.waiting_utterances(checks, now, phrasebook())
    door.report(document, utterances, is_simulated=settings.is_simulated)


@queue.command()
@click.argument("check_id")
@json_option
@click.pass_obj
def retry(door: Door, check_id: str) -> None:
    """Queue again a check that was set aside for the staff."""
    settings = door.settings()
    with assemble(settings, unlock=door.unlock) as kiosk:
        check = kiosk.records.retry(check_id)
        now = kiosk.clock.now()
    utterances = lines.waiting_utterances([check], now, phrasebook())
    door.report(waiting_document(check, now), utterances, is_simulated=settings.is_simulated)
