"""``kiosk logs``: what kioskd logged, for a technician; events by name, no patient data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from kiosk.cli.door import Door, json_option, print_json
from kiosk.log import masked_numbers
from kiosk.phrasebook.values import showable
from kiosk.ports.access import NoLog

UNIT = "kioskd.service"
SINCE = "-1d"
LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_PATIENCE_S = 60
_NO_TIME = "parse timestamp"
"""What journalctl says of a time it does not take; it has one language."""
_CODE = re.compile(r"\bK[1-6]\d\d\b")
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--since", metavar="WHEN", help=f"As journalctl takes it; without it {SINCE}.")
@click.option("--unit", default=UNIT, show_default=True, help="The unit that logged.")
@click.option(
    "--level", type=click.Choice(LEVELS),
    help="This grave or graver; what is graver than info is systemd's own word of the unit.",
)  # fmt: skip
@click.option("--code", metavar="K123", help="Only lines with this code.")
@click.option("--directory", type=_FOLDER, metavar="DIR", help="A journal that lies elsewhere.")
@click.option("--file", "kept", type=_FILE, metavar="FILE", help="Where stderr of kioskd was kept.")
@json_option
@click.pass_obj
def logs(
    door: Door,
    *,
    since: str | None,
    unit: str,
    level: str | None,
    code: str | None,
    directory: Path | None,
    kept: Path | None,
) -> None:
    """Show the log of kioskd: from the journal, or from a file beside systemd."""
    if kept is not None and (since or level or directory):
        raise click.UsageError("--file knows neither --since nor --level nor --directory")
    if kept is not None:
        lines = _lines_of(kept)
    else:
        lines = read_journal(since or SINCE, unit, level=level, directory=directory)
    lines = _of_code(lines, code)
    found = [_event_or_text(each) for each in lines]
    if door.as_json:
        print_json({"unit": unit, "lines": found})
        return
    for line, each in zip(lines, found, strict=True):
        # A file may be anybody's: nothing in it moves the cursor of who reads it.
        sys.stdout.write(showable(each.get("message", line)) + "\n")


def read_journal(
    since: str, unit: str = UNIT, *, level: str | None = None, directory: Path | None = None
) -> list[str]:
    """The messages of a unit, oldest first.

    Args:
        since: as journalctl takes it.
        unit: that logged.
        level: one of ``LEVELS``: that grave or graver.
        directory: of another journal than the system's.

    Raises:
        NoLog: there is no journal, or nothing in it.
        BadParameter: journalctl does not take ``since``.
    """
    tool = shutil.which("journalctl")
    if tool is None:
        raise NoLog("journalctl is not there")
    command = [tool, "--quiet", "--no-pager", "--output=json", f"--unit={unit}", f"--since={since}"]
    command += [f"--priority={level}"] if level else []
    command += [f"--directory={directory}"] if directory else []
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; each value is a single argument
            command, capture_output=True, check=False, text=True, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoLog(type(error).__name__) from error
    if done.returncode and _NO_TIME in done.stderr:
        raise click.BadParameter(f"no time that journalctl takes: {since}", param_hint="--since")
    if done.returncode:
        raise NoLog(f"journalctl ended with {done.returncode}")
    messages = [json.loads(line).get("MESSAGE") for line in done.stdout.splitlines()]
    if not messages:
        raise NoLog(f"nothing of {unit} since {since}")
    # The journal gives text that is not UTF-8 as a list of bytes: nothing of ours.
    return [each for each in messages if isinstance(each, str)]


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise NoLog(type(error).__name__) from error


def _of_code(lines: Iterable[str], code: str | None) -> list[str]:
    """Those with a code, wherever in the line; all without one asked for."""
    return [each for each in lines if code is None or code in _CODE.findall(each)]


def _event_or_text(line: str) -> dict[str, Any]:
    """An event as it was logged, masked there; other words lose what may be a number of theirs."""
    with suppress(ValueError):
        fields = json.loads(line)
        if isinstance(fields, dict) and "event" in fields:
            return fields
    return {"message": masked_numbers(line)}
