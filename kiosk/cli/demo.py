"""``kiosk demo``: everything simulated, in one process; no root, no reader.

In a terminal a person chooses who comes, lays the card, types the PIN and cuts the line. In a pipe
a scripted day is played: a valid check, a wrong PIN and the right one, an outage, the catching up,
the purge.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from kiosk.cli.demo_by_hand import play_by_hand
from kiosk.cli.demo_clinic import DemoClinic
from kiosk.cli.demo_day import play_the_day
from kiosk.cli.door import is_terminal


@click.command()
def demo() -> None:
    """Play a day with everything simulated, in one process."""
    with (
        TemporaryDirectory(prefix="madoguchi-demo-") as folder,
        DemoClinic.opened(Path(folder)) as clinic,
    ):
        if is_terminal():
            play_by_hand(clinic)
        else:
            play_the_day(clinic)
