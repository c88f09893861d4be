"""``kiosk config``: the settings, looked at; what the kiosk remembers about itself, put right."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace

import click

from kiosk.cli.config_backup import backup, restore_command
from kiosk.cli.desk_or_store import opened
from kiosk.cli.door import Door, json_option, phrasebook, print_json, tell_error
from kiosk.events import Event
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.phrasebook import Phrase
from kiosk.ports.access import Entry
from kiosk.settings import SettingsInvalid, examine
from kiosk.settings_files import Problem, Wrong

_SENTENCES: Mapping[Wrong, Phrase] = {
    Wrong.UNKNOWN: Phrase.CONFIG_UNKNOWN,
    Wrong.MISSING: Phrase.CONFIG_MISSING,
    Wrong.VALUE: Phrase.CONFIG_VALUE,
}


@click.group()
def config() -> None:
    """Look at the settings; put right what the kiosk remembers about itself."""


@config.command()
@json_option
@click.pass_obj
def check(door: Door) -> int:
    """Look for mistakes in the settings, all of them, each with file, line and key."""
    settings, problems, _ = examine(door.config, state_dir=door.state_dir)
    document = {
        "is_valid": settings is not None,
        "problems": [
            {
                "file": str(each.place.file),
                "line": each.place.line or None,
                "key": each.key or None,
                "what": each.what,
                "nearest": each.nearest,
                "kind": each.kind.value,
                "allowed": each.allowed or None,
            }
            for each in problems
        ],
    }
    if settings is None:
        for each in problems[1:]:
            click.echo(_told(each), err=True)
        return tell_error(door, SettingsInvalid(_told(problems[0])), document)
    told = [phrasebook().say(Phrase.CONFIG_VALID)]
    door.report(document, told, is_simulated=settings.is_simulated)
    return 0


@config.command()
@json_option
@click.pass_obj
def show(door: Door) -> None:
    """Show every setting as it counts, and where it is written; what is not is the default."""
    settings, problems, written = examine(door.config, state_dir=door.state_dir)
    if settings is None:
        raise SettingsInvalid(str(problems[0]))
    rows = [
        {
            "key": key,
            "value": value,
            "from": str(place) if (place := written.places.get(key)) else None,
        }
        for name, section in settings.model_dump(mode="json").items()
        for key, value in ((f"{name}.{each}", section[each]) for each in section)
    ]
    if door.as_json:
        mark = SIMULATED_MARK if settings.is_simulated else None
        print_json({"simulated": settings.is_simulated, "mark": mark, "settings": rows})
        return
    if settings.is_simulated:
        click.echo(f"# {SIMULATED_MARK}")
    for row in rows:
        origin = f"  # {row['from']}" if row["from"] else ""
        click.echo(f"{row['key']} = {json.dumps(row['value'], ensure_ascii=False)}{origin}")


def _told(problem: Problem) -> str:
    """A line in the reader's language, as far as the mistake is one we have words for."""
    what = problem.what
    if problem.kind in _SENTENCES:
        what = phrasebook().say(_SENTENCES[problem.kind]).read
    more = f" ({problem.allowed})" if problem.allowed else ""
    return str(replace(problem, what=f"{what}{more}"))


config.add_command(backup)
config.add_command(restore_command)


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
    with opened(door, settings) as kiosk:
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
