"""``kiosk queue``: what is open, and what of it waits for an answer. No patient data."""

from __future__ import annotations

import click

from kiosk.cli import lines
from kiosk.cli.desk_or_store import source, whole
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.pages.month_end import month_end_lines


@click.group()
def queue() -> None:
    """Show what is open; queue again what was set aside."""


@queue.command("list")
@json_option
@click.pass_obj
def list_waiting(door: Door) -> None:
    """Show what is open: what staff must see to first, then what waits, then what goes soon."""
    settings = door.settings()
    with source(door, settings) as found:
        document = whole(found, "matters", of="matters")
    book = phrasebook()
    # The menu's first line says which key lists them: here they are.
    open_ones = month_end_lines(document, book)[1:]
    utterances = [*open_ones, *lines.matter_utterances(document["matters"], book)]
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
    matter = {**document, "kind": "waiting", "patient": None}
    utterances = lines.matter_utterances([matter], phrasebook())
    door.report(document, utterances, is_simulated=settings.is_simulated)
