"""``kiosk update``: another release, from a folder or a stick, and back where it is not well."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from kiosk.appliance import update as updates
from kiosk.appliance.update import CannotUpdate
from kiosk.cli.desk_or_store import desk_of, source
from kiosk.cli.door import Door, json_option, phrasebook, print_json
from kiosk.domain.dates import JST
from kiosk.errors import StoreError
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.line.show import show
from kiosk.phrasebook import Phrase
from kiosk.settings import Settings

_PATH = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("place", type=_PATH, metavar="FILE|DIR")
@click.option(
    "--previous", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Signed package of the installed release; the first update needs it.",
)  # fmt: skip
@json_option
@click.pass_obj
def update(door: Door, place: Path, previous: Path | None) -> None:
    """Install the newest signed package there; go back where it is not well.

    Only within [update] hours, while nobody is being received, and as root. The new release must
    be ready within a minute and no worse by the doctor's findings than the one before. Files there
    that are cut off, or not signed, are named and passed over.
    """
    settings = door.settings()
    if os.geteuid() != 0:
        raise CannotUpdate("not as root")
    section, home = settings.update, updates.HOME
    installed = updates.run("dpkg-query", "--show", "--showformat=${Version}", updates.PACKAGE)
    architecture = updates.run("dpkg", "--print-architecture")
    if previous is not None:
        updates.keep_given(previous, installed, architecture, section.public_key, home)
    updates.keep(installed, home)
    new, passed_over = updates.stage_newest(
        place, installed, architecture, section.public_key, home
    )
    book = phrasebook()
    show([book.say(Phrase.UPDATE_PASSED_OVER, name=each) for each in passed_over], sys.stderr)
    updates.refuse_while_open(datetime.now(JST), section.hours, _is_visited(door, settings))
    told = [book.say(Phrase.UPDATE_DONE)]
    updates.apply(home)
    # What follows was loaded before the files of this very program were replaced.
    document = {
        "simulated": settings.is_simulated,
        "mark": SIMULATED_MARK if settings.is_simulated else None,
        "before": installed,
        "installed": new.version,
        "passed_over": passed_over,
    }
    if door.as_json:
        print_json(document)
    else:
        show(book.simulated_block(told) if settings.is_simulated else told, sys.stdout)


def _is_visited(door: Door, settings: Settings) -> bool:
    """Somebody is being received; that it was asked for an update goes on record.

    Nobody where kioskd does not run; and a store that cannot be opened may be why it does not, so
    that keeps no update away.
    """
    link = desk_of(settings)
    if link is not None:
        link.close()
    try:
        with source(door, settings) as found:
            return bool(found.answer("update", {}).get("visit"))
    except StoreError:
        if link is not None:
            raise
        return False
