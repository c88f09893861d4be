"""``kiosk simulator card``: lay one person's simulated card on a virtual reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_args

import click
from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from kiosk.cli.stopping import stopped_by_signal
from kiosk.settings import SettingsInvalid
from kiosk.simulator.deck import card_of
from kiosk.simulator.laying import has_reader, lay
from kiosk.simulator.options import CardOptions
from kiosk.simulator.vpcd import plug
from kiosk.simulator.world import World

_Command = TypeVar("_Command", bound=Callable[..., Any])

VPCD = ("127.0.0.1", 35963)
_HIGHEST_PORT = 65535


@contextmanager
def called_rightly() -> Iterator[None]:
    """A person or a card that the world does not know is a wrong call, no fault of settings."""
    try:
        yield
    except SettingsInvalid as error:
        raise click.UsageError(error.detail) from None


class _Address(click.ParamType[tuple[str, int]]):
    name = "HOST:PORT"

    def convert(
        self,
        value: str | tuple[str, int],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, int]:
        if not isinstance(value, str):
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= _HIGHEST_PORT:
            self.fail(f"not HOST:PORT: {value!r}", param, ctx)
        return host.strip("[]"), int(port)


def _card_options(command: _Command) -> _Command:
    """One option of the command line for each of ``CardOptions``."""
    for name, field in reversed(CardOptions.model_fields.items()):
        flag = f"--{name.replace('_', '-')}"
        command = click.option(flag, name, help=field.description, **_kind_of(field))(command)
    return command


def _kind_of(field: FieldInfo) -> dict[str, Any]:
    kinds = [each for each in get_args(field.annotation) or (field.annotation,) if each]
    kind = next(each for each in kinds if each is not type(None))
    if kind is bool:
        return {"is_flag": True, "default": None}
    if issubclass(kind, StrEnum):
        return {"type": click.Choice([str(each) for each in kind])}
    return {"type": _range_of(kind, field)}


def _range_of(kind: type, field: FieldInfo) -> click.ParamType[Any]:
    """The bounds of the model, so that what it would refuse is a wrong call."""
    least: Any = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    most: Any = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    return click.IntRange(least, most) if kind is int else click.FloatRange(least, most)


@click.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR")
@click.option("--person", required=True, metavar="ID", help="Whose card; see `people`.")
@click.option(
    "--vpcd", type=_Address(),
    help=f"Virtual reader; without it a demo's own, or {VPCD[0]}:{VPCD[1]}.",
)  # fmt: skip
@click.option(
    "--log", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.jsonl",
    help="One line an APDU is appended, the PIN masked.",
)  # fmt: skip
@_card_options
def card(
    folder: Path, person: str, vpcd: tuple[str, int] | None, log: Path | None, **options: object
) -> None:
    """Lay a person's card on a virtual reader (vpcd) or a demo's; SIGTERM takes it.

    The options from --kind on make it another card, or spoil it; see docs/simulator.md.
    """
    stop = stopped_by_signal()
    changes = {name: value for name, value in options.items() if value is not None}
    if vpcd is None and has_reader(folder):
        with called_rightly():
            lay(folder, person, changes, stop=stop)
        return
    world = World.open(folder)
    with called_rightly():
        laid = card_of(world, person, pull=stop.set, changes=changes)
    plug(laid, *(vpcd or VPCD), log=log, stop=stop)
