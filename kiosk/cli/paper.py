"""``kiosk paper``: paper for the desk and the wall, as PDF."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.new_file import write_new
from kiosk.phrasebook import Phrase
from kiosk.ports.exports import PartMissing


@click.group()
def paper() -> None:
    """Write paper for the desk as PDF, in large print; no patient data."""


@paper.command()
@click.option("--output", required=True, type=click.Path(path_type=Path), help="A new PDF.")
@json_option
@click.pass_obj
def keypad(door: Door, output: Path) -> None:
    """The keypad card: where each key lies and what it means, in two languages and braille.

    The braille has the size of a finger: on swell paper (立体コピー) it can be felt.
    """
    try:
        from kiosk.formats.large_print import fonts_of_this_box  # noqa: PLC0415 - an extra
        from kiosk.pages.keypad_card import keypad_card  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise PartMissing(error.name or "") from None
    file = output.absolute()
    write_new(file, keypad_card(fonts_of_this_box()))
    line = phrasebook().say(Phrase.PAPER_WRITTEN)
    door.report({"file": str(file), "paper": "keypad"}, [line], is_simulated=False)
