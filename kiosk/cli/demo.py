"""``kiosk demo``: everything simulated, in one process; no root, no reader.

At a terminal the reception itself runs, screen and voice, with keys that lay cards and cut the
line; with ``--plain`` or TERM=dumb the same is chosen line by line. In a pipe a scripted day is
played: a valid check, a wrong PIN and the right one, an outage, the catching up, the purge.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from kiosk.cli.demo_by_hand import play_by_hand
from kiosk.cli.demo_clinic import DemoClinic
from kiosk.cli.demo_day import play_the_day
from kiosk.cli.demo_practice import practise
from kiosk.cli.demo_screen import play_on_the_screen
from kiosk.cli.door import is_terminal
from kiosk.cli.run import Aloud, aloud
from kiosk.phrasebook import Utterance
from kiosk.ports.voice import Output, Urgency


@click.command()
@click.option("--plain", is_flag=True, help="Line by line, where there is a terminal.")
@click.option("--practice", is_flag=True, help="A spoken lesson, one step a key.")
@click.option("--voice/--no-voice", default=True, help="Say what the screen shows.")
def demo(*, plain: bool, practice: bool, voice: bool) -> None:
    """Play a day with everything simulated, in one process."""
    with TemporaryDirectory(prefix="madoguchi-demo-") as name:
        folder = Path(name)
        if practice:
            with DemoClinic.opened(folder) as clinic, aloud(has_voice=voice) as speaker:
                practise(clinic, lambda lesson: _say(lesson, speaker))
            return
        if is_terminal() and not plain and os.environ.get("TERM", "dumb") != "dumb":
            play_on_the_screen(folder, has_voice=voice)
            return
        with DemoClinic.opened(folder) as clinic:
            (play_by_hand if is_terminal() else play_the_day)(clinic)


def _say(lesson: Iterable[Utterance], speaker: Aloud | None) -> None:
    """Say a step from its beginning; invented people only, so all of it on the loudspeaker."""
    if speaker is None:
        return
    speaker.private_to(Output.LOUDSPEAKER)
    speaker.hush()
    for each in lesson:
        speaker.say(each.heard, Urgency.NORMAL, each.is_private)
