"""``kiosk paper``: paper for the desk and the wall, as PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.new_file import write_new
from kiosk.phrasebook import Phrase
from kiosk.ports.exports import PartMissing

if TYPE_CHECKING:
    # `kiosk --help` answers without the library that draws pages.
    from kiosk.formats.large_print import Fonts

_Drawn = Callable[["Fonts", str, str], bytes]
_Draw = Callable[["Fonts"], bytes]
_Option = Callable[[Callable[..., Any]], Callable[..., Any]]
_output: _Option = click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="A new PDF."
)
_clinic: _Option = click.option(
    "--clinic", default="", metavar="NAME", help="The clinic's name, as it shall stand on it."
)


def _for_the_wall(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every paper that a visitor reads."""
    return _clinic(_output(json_option(click.pass_obj(command))))


@click.group()
def paper() -> None:
    """Write paper for the desk as PDF, in large print; no patient data."""


@paper.command()
@_output
@json_option
@click.pass_obj
def keypad(door: Door, output: Path) -> None:
    """The keypad card: where each key lies and what it means, in two languages and braille.

    The braille has the size of a finger: on swell paper (立体コピー) it can be felt.
    """
    try:
        from kiosk.pages.keypad_card import keypad_card  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PartMissing(error.name or "") from None
    _write(door, "keypad", output, keypad_card, is_simulated=_is_simulated(door))


@paper.command()
@_for_the_wall
def poster(door: Door, clinic: str, output: Path) -> None:
    """How to use the card here, for the wall; one page a language."""
    _wall(door, "poster", clinic, output)


@paper.command()
@_for_the_wall
def leaflet(door: Door, clinic: str, output: Path) -> None:
    """What a 資格情報のお知らせ is and when it is asked for; one page a language."""
    _wall(door, "leaflet", clinic, output)


@paper.command()
@_for_the_wall
def sign(door: Door, clinic: str, output: Path) -> None:
    """The words of a tactile sign for the counter's edge, in letters and braille."""
    _wall(door, "sign", clinic, output)


def _is_simulated(door: Door) -> bool:
    """By the settings; the card is made before there are any as well."""
    from kiosk.settings import SettingsMissing  # noqa: PLC0415 - `kiosk --help` needs none

    try:
        return door.settings().is_simulated
    except SettingsMissing:
        return False


def _wall(door: Door, name: str, clinic: str, output: Path) -> None:
    """What a visitor reads: marked where the kiosk's answers would be simulated."""
    is_simulated = door.settings().is_simulated
    try:
        from kiosk.formats.answer_json import SIMULATED_MARK  # noqa: PLC0415 - as below
        from kiosk.pages import posters  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PartMissing(error.name or "") from None
    drawn: dict[str, _Drawn] = {
        "poster": posters.poster, "leaflet": posters.leaflet, "sign": posters.sign,
    }  # fmt: skip
    mark = SIMULATED_MARK if is_simulated else ""
    _write(
        door, name, output, lambda fonts: drawn[name](fonts, clinic, mark),
        is_simulated=is_simulated,
    )  # fmt: skip


def _write(door: Door, name: str, output: Path, draw: _Draw, *, is_simulated: bool) -> None:
    from kiosk.formats.large_print import fonts_of_this_box  # noqa: PLC0415 - an extra

    file = output.absolute()
    write_new(file, draw(fonts_of_this_box()))
    line = phrasebook().say(Phrase.PAPER_WRITTEN)
    door.report({"file": str(file), "paper": name}, [line], is_simulated=is_simulated)
