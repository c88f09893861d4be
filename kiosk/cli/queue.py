"""``kiosk queue``: what waits for an answer. No patient data."""

from __future__ import annotations

import click

from kiosk.cli import lines
from kiosk.cli.desk_or_store import source, whole
from kiosk.cli.door import Door, json_option, phrasebook


@click.group()
def queue() -> None:
    """Show what waits for an answer; queue again what was set aside."""


@queue.command("list")
@json_option
@click.pass_obj
def list_waiting(door: Door) -> None:
    """Show the checks that wait for an answer, oldest first."""
    settings = door.settings()
    with source(door, settings) as found:
        document = whole(found, "waiting")
    utterances = lines.waiting_utterances(document["checks"], phrasebook())
    utterances += lines.ahead_utterances(document["purge_ahead"], phrasebook())
    door.report(document, utterances, is_simulated=settings.is_simulated)


@queue.command()
@click.argument("check_id")
@json_option
@click.pass_obj
def retry(door: Door, check_id: str) -> None:
    """Queue again a check that was set aside for the staff."""
    settings = door.settings()
    with source(door, settings) as found:
        document = found.answer("retry", {"check_id": check_id})
    utterances = lines.waiting_utterances([document], phrasebook())
    door.report(document, utterances, is_simulated=settings.is_simulated)
