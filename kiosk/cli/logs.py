"""``kiosk logs``: what kioskd logged, for a technician; events by name, no patient data."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import Any

import click

from kiosk.cli.door import Door, json_option, print_json
from kiosk.ports.access import NoLog

UNIT = "kioskd.service"
_PATIENCE_S = 60


@click.command()
@click.option("--since", default="-1d", show_default=True, help="As journalctl takes it.")
@click.option("--unit", default=UNIT, show_default=True, help="The unit that logged.")
@json_option
@click.pass_obj
def logs(door: Door, *, since: str, unit: str) -> None:
    """Show the log of kioskd from the journal."""
    lines = read_journal(since, unit)
    if door.as_json:
        print_json({"unit": unit, "lines": [_parsed(each) for each in lines]})
        return
    for each in lines:
        sys.stdout.write(each + "\n")


def read_journal(since: str, unit: str = UNIT) -> list[str]:
    """The messages of a unit, oldest first.

    Args:
        since: as journalctl takes it.
        unit: that logged.

    Raises:
        NoLog: there is no journal, or nothing in it.
    """
    tool = shutil.which("journalctl")
    if tool is None:
        raise NoLog("journalctl is not there")
    command = [tool, "--quiet", "--no-pager", "--output=json", f"--unit={unit}", f"--since={since}"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; both values are single arguments
            command, capture_output=True, check=False, text=True, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoLog(type(error).__name__) from error
    if done.returncode:
        raise NoLog(f"journalctl ended with {done.returncode}")
    messages = [json.loads(line).get("MESSAGE") for line in done.stdout.splitlines()]
    if not messages:
        raise NoLog(f"nothing of {unit} since {since}")
    # The journal gives text that is not UTF-8 as a list of bytes: nothing of ours.
    return [each for each in messages if isinstance(each, str)]


def _parsed(line: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(line)
    except ValueError:
        return {"message": line}
