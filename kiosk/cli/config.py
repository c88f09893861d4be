"""``kiosk config``: what the kiosk remembers about itself, put right by a technician."""

from __future__ import annotations

import os

import click

from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.events import Event
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.phrasebook import Phrase
from kiosk.ports.access import Entry
from kiosk.wiring import assemble


@click.group()
def config() -> None:
    """Put right what the kiosk remembers about itself."""


@config.group(name="clock-mark")
def clock_mark() -> None:
    """The latest trusted time on record."""


@clock_mark.command()
@json_option
@click.pass_obj
def reset(door: Door) -> None:
    """Put now on record in place of a mark that a wrong clock left in the future.

    Only while NTP or the service vouches for the clock (else K308); written to the audit.
    """
    settings = door.settings()
    with assemble(settings, unlock=door.unlock) as kiosk:
        before = kiosk.clock.mark()
        stamp = kiosk.clock.reset_mark()
        entry = Entry(
            Event.CLOCK_MARK_RESET,
            stamp.wall,
            stamp.is_trusted,
            who=f"uid:{os.getuid()}",
            where="command",
            what=before.isoformat() if before else "",
        )
        kiosk.store.control.audit.append(entry)
    document = {
        "simulated": settings.is_simulated,
        "mark": SIMULATED_MARK if settings.is_simulated else None,
        "before": before and before.isoformat(),
        "clock_mark": stamp.wall.isoformat(),
    }
    told = [phrasebook().say(Phrase.CLOCK_MARK_RESET)]
    door.report(document, told, is_simulated=settings.is_simulated)
