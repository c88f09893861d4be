"""``kiosk run``: the reception, as a screen or line by line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kiosk.cli.door import Door, end_by_signal, phrasebook
from kiosk.ports.voice import Spoken, Urgency, Voice


@click.command()
@click.option("--plain", is_flag=True, help="Line by line; so too where there is no screen.")
@click.option(
    "--socket", envvar="MADOGUCHI_DESK", type=click.Path(path_type=Path),
    help="Where kioskd is; without it desk.sock in the state folder of the settings.",
)  # fmt: skip
@click.option("--voice/--no-voice", default=True, help="Say what the screen shows.")
@click.pass_obj
def run(door: Door, *, plain: bool, socket: Path | None, voice: bool) -> int:
    """Serve visitors at this terminal; kiosk serve must be running."""
    path = socket or _in_state_folder(door)
    end_by_signal()
    is_plain = plain or os.environ.get("TERM", "dumb") == "dumb" or not sys.stdout.isatty()
    return _lines(path) if is_plain else _screen(path, has_voice=voice)


def _in_state_folder(door: Door) -> Path:
    from kiosk.cli.serve import SOCKET  # noqa: PLC0415 - with --socket a front needs no settings

    return door.settings().state.dir / SOCKET


def _lines(path: Path) -> int:
    from kiosk.desk.client import SocketLink  # noqa: PLC0415 - only when it is the lines
    from kiosk.line.front import LineFront  # noqa: PLC0415 - likewise
    from kiosk.line.keyboard import Keyboard  # noqa: PLC0415 - likewise

    keyboard = Keyboard(sys.stdin)
    return LineFront(lambda: SocketLink(path), phrasebook(), keyboard, sys.stdout).run()


def _screen(path: Path, *, has_voice: bool) -> int:
    from kiosk.desk.client import SocketLink  # noqa: PLC0415 - only when it is the screen
    from kiosk.desk.link import Link, NoLink  # noqa: PLC0415 - likewise
    from kiosk.desk.messages import CoreUnreachable  # noqa: PLC0415 - likewise
    from kiosk.tui import app  # noqa: PLC0415 - likewise

    try:
        link: Link = SocketLink(path)
    except CoreUnreachable:
        link = NoLink()
    language = phrasebook().language
    with aloud(has_voice=has_voice) as voice:
        return app.run(link, voice, language=language, reconnect=lambda: SocketLink(path))


@contextmanager
def aloud(*, has_voice: bool) -> Iterator[Aloud | None]:
    """The screen's voice in a process of its own; None where none is wanted."""
    if not has_voice:
        yield None
        return
    from kiosk.voice.client import VoiceClient  # noqa: PLC0415 - the speech process, where wanted

    voice = VoiceClient()
    try:
        yield Aloud(voice)
    finally:
        voice.close()


class Aloud:
    """The screen's ``Speaker``: what is private is shown and not said (EN 301 549 5.1.3.9).

    Args:
        voice: says it.
    """

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - as Speaker
        """Say it, unless it is private."""
        if not is_private:
            self._voice.say(Spoken(heard, urgency))

    def hush(self) -> None:
        """Stop at once."""
        self._voice.hush()

    def tick(self) -> None:
        """The sound of a key."""
        self._voice.tick()
