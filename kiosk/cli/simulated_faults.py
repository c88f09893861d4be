"""``kiosk simulator fault``: have the simulated service do something wrong."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from kiosk.cli.door import Door, json_option, print_json
from kiosk.settings import SettingsInvalid
from kiosk.simulator.control import Command, send
from kiosk.simulator.fault import FaultKind, Script

_NONE = "none"


class _Seconds(click.FloatRange):
    """A number of seconds; neither "nan" nor more than can be written, as a float may be."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        seconds: float = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return seconds


@click.command()
@click.argument("kind", type=click.Choice([*map(str, FaultKind), _NONE]), required=False)
@click.option("--dir", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--script", type=click.Path(dir_okay=False, path_type=Path), help="TOML, [[fault]].")
@click.option("--after", "at", type=_Seconds(0), help="Seconds until it begins.")
@click.option("--for", "lasts", type=_Seconds(0, min_open=True), help="Seconds it lasts.")
@click.option("--times", type=click.IntRange(1), help="Requests it strikes; polls of processing.")
@click.option("--on", metavar="PATH", help="Beginning of paths it strikes; /v1/checks unless told.")
@click.option("--delay", type=_Seconds(), help="Seconds: of slow, or added to the clock.")
@click.option("--status", type=click.IntRange(500, 599), help="Of error.")
@click.option("--retry-after", type=click.IntRange(0), help="Seconds, sent with a refusal.")
@json_option
@click.pass_obj
def fault(
    door: Door,
    /,
    folder: Path,
    kind: str | None,
    script: Path | None,
    **settings: Any,  # noqa: ANN401 - options of click
) -> None:
    """Have the service of a world do something wrong, until it is told "none".

    Without KIND and script, and in JSON always: what is wrong now. Several faults may be in force
    at once.
    """
    if kind == _NONE:
        send(folder, Command.CLEAR)
    elif script is not None:
        send(folder, Command.FAULT, faults=_read(script).model_dump(mode="json")["fault"])
    elif kind is not None:
        given = {name: value for name, value in settings.items() if value is not None}
        send(folder, Command.FAULT, faults=[{"kind": kind, **given}])
    is_question = kind is None and script is None
    if door.as_json or is_question:
        _list(door, send(folder, Command.FAULTS)["faults"])


def _list(door: Door, faults: list[dict[str, Any]]) -> None:
    if door.as_json:
        print_json(faults)
        return
    for each in faults:
        rest = "  ".join(f"{name}={value}" for name, value in each.items() if value is not None)
        click.echo(rest)


def _read(file: Path) -> Script:
    try:
        return Script.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{file}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsInvalid(f"{file}: {where}: {first['msg']}") from None
