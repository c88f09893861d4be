"""``kiosk run``: the reception, as a screen or line by line."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kiosk.cli.door import Door, end_by_signal, is_terminal, phrasebook
from kiosk.pages.felt import Display, Told
from kiosk.ports.voice import Devices, Earcon, Happening, Output, Spoken, Urgency, Voice, VoiceEvent


@click.command()
@click.option("--plain", is_flag=True, help="Line by line; so too where there is no screen.")
@click.option(
    "--socket", envvar="MADOGUCHI_DESK", type=click.Path(path_type=Path),
    help="Where kioskd is; without it where kioskd of the settings has it.",
)  # fmt: skip
@click.option("--voice/--no-voice", default=True, help="Say what the screen shows.")
@click.option("--braille/--no-braille", help="Drive a braille display through brltty (BrlAPI).")
@click.option(
    "--zoom/--no-zoom", help="Let the size of the type be changed: config/foot.ini, wtype."
)
@click.option(
    "--transcript", type=click.Path(path_type=Path),
    help="Write down what is said, with ‹private› in place of private words.",
)  # fmt: skip
@click.pass_obj
def run(
    door: Door,
    *,
    plain: bool,
    socket: Path | None,
    voice: bool,
    braille: bool,
    zoom: bool,
    transcript: Path | None,
) -> int:
    """Serve visitors at this terminal; kiosk serve must be running."""
    path = socket or _beside_kioskd(door)
    end_by_signal()
    is_plain = plain or os.environ.get("TERM", "dumb") == "dumb" or not is_terminal()
    if is_plain:
        return _lines(path)
    return _screen(path, transcript, has_voice=voice, has_braille=braille, has_zoom=zoom)


def _beside_kioskd(door: Door) -> Path:
    from kiosk.core.ownership import (  # noqa: PLC0415 - with --socket a front needs no settings
        desk_beside,
    )

    return desk_beside(door.settings().state.dir)


def _lines(path: Path) -> int:
    from kiosk.desk.client import SocketLink  # noqa: PLC0415 - only when it is the lines
    from kiosk.line.front import LineFront  # noqa: PLC0415 - likewise
    from kiosk.line.keyboard import Keyboard  # noqa: PLC0415 - likewise

    keyboard = Keyboard(sys.stdin)
    return LineFront(lambda: SocketLink(path), phrasebook(), keyboard, sys.stdout).run()


def _screen(
    path: Path, transcript: Path | None, *, has_voice: bool, has_braille: bool, has_zoom: bool
) -> int:
    # Some hundred modules come next, and nothing of them is ever garbage: to look for it among them
    # takes a tenth of the start, and some of the time of a key afterwards.
    gc.disable()
    from kiosk.desk.client import SocketLink  # noqa: PLC0415 - only when it is the screen
    from kiosk.desk.link import Link, NoLink  # noqa: PLC0415 - likewise
    from kiosk.desk.messages import CoreUnreachable  # noqa: PLC0415 - likewise
    from kiosk.tui import app  # noqa: PLC0415 - likewise

    gc.freeze()
    gc.enable()
    try:
        link: Link = SocketLink(path)
    except CoreUnreachable:
        link = NoLink()
    language = phrasebook().language
    with aloud(has_voice=has_voice, transcript=transcript) as voice:
        return app.run(
            link, voice, language=language, reconnect=lambda: SocketLink(path),
            braille=_display if has_braille else None,
            screen=app.with_zoom if has_zoom else app.ReceptionApp,
        )  # fmt: skip


def _display(tell: Callable[[Told], None]) -> Display:
    from kiosk.voice.braille import BrailleDisplay  # noqa: PLC0415 - where there is one

    return BrailleDisplay(tell, tell, tell)


@contextmanager
def aloud(*, has_voice: bool, transcript: Path | None = None) -> Iterator[Aloud | None]:
    """The screen's voice in a process of its own; None where none is wanted."""
    if not has_voice:
        yield None
        return
    from kiosk.voice.client import VoiceClient  # noqa: PLC0415 - the speech process, where wanted
    from kiosk.voice.transcript import Transcript  # noqa: PLC0415 - likewise

    noted = Transcript(transcript) if transcript else None

    def started(listener: Callable[[VoiceEvent], None]) -> Voice:
        voice = VoiceClient(listener, transcript=noted)
        voice.prepare(phrasebook().prompts("reception."))
        return voice

    speaker = Aloud(started)
    try:
        yield speaker
    finally:
        speaker.close()


class Aloud:
    """The screen's ``Speaker`` (EN 301 549 5.1.3.9: what is private, to private listening only).

    Args:
        start: makes the voice, given who is told its events.
    """

    has_voice = True

    def __init__(self, start: Callable[[Callable[[VoiceEvent], None]], Voice]) -> None:
        self._guard = threading.Lock()
        self._listener: Callable[[VoiceEvent], None] | None = None
        self._untold: list[VoiceEvent] = []
        self._private: Output | None = None
        self._voice = start(self._take)

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - as Speaker
        """Say it; what is private, to where it was chosen or not at all."""
        output = self._private if is_private else Output.LOUDSPEAKER
        if output is not None:
            self._voice.say(Spoken(heard, urgency, is_private=is_private, output=output))

    def chime(self, earcon: Earcon, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - as Speaker
        """Sound it where words of its kind are said, or not at all."""
        output = self._private if is_private else Output.LOUDSPEAKER
        if output is not None:
            self._voice.say(Spoken("", urgency, is_private, output, earcon))

    def route(self, devices: Devices) -> None:
        """The sound devices of this box."""
        self._voice.route(devices)

    def private_to(self, output: Output | None) -> None:
        """Where private words are heard from now on."""
        self._private = output

    def tune(self, *, speed: float, volume: float, pitch: float) -> None:
        """How what comes next is said."""
        self._voice.tune(speed=speed, volume=volume, pitch=pitch)

    def heed(self, listener: Callable[[VoiceEvent], None]) -> None:
        """Tell what became of the sound, also what became of it before."""
        with self._guard:
            self._listener, untold = listener, self._untold
            self._untold = []
        for each in untold:
            listener(each)

    def close(self) -> None:
        """Be silent for good."""
        self._voice.close()

    def hush(self) -> None:
        """Stop at once."""
        self._voice.hush()

    def pause(self) -> None:
        """Stop at once and keep it."""
        self._voice.pause()

    def resume(self) -> None:
        """Go on."""
        self._voice.resume()

    def tick(self) -> None:
        """The sound of a key."""
        self._voice.tick()

    def _take(self, event: VoiceEvent) -> None:
        if event.kind not in {Happening.FAULT, Happening.SOUND_BACK}:
            return
        with self._guard:
            listener = self._listener
            if listener is None:
                self._untold.append(event)
        if listener is not None:
            listener(event)
