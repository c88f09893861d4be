"""``kiosk demo`` at a terminal: core, simulated world and screen in one process.

Function keys lay and take cards and cut the line; so does a second shell, with ``kiosk simulator``
and the folder that is shown.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from kiosk.cli.door import phrasebook
from kiosk.cli.run import aloud
from kiosk.desk.local import LocalLink
from kiosk.domain.passcode import Passcode
from kiosk.line.show import text_lines
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.ports.access import Holder, Standing
from kiosk.settings import load
from kiosk.simulator.deck import card_of, deck_of, name_of
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.laying import laying
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.wiring import assemble, seat

CAST = ("taro", "hanako", "late-elderly", "elderly-no-ratio", "invalid", "none", "revoked")
"""Whose cards lie under F2, F3, …"""
LINE_KEY = "f9"
STAFF_NUMBER = "482915"
_HANDED_OVER = "\n[receipt]\nqr = true\ncopy_text = true\n"
"""A clinic that has turned on what is off by itself: in a demonstration it is to be seen."""


def play_on_the_screen(folder: Path, *, has_voice: bool) -> None:
    """The reception itself, until ctrl+q.

    Args:
        folder: of the simulated world.
        has_voice: say what the screen shows.
    """
    world = World.create(folder)
    reader = InProcessReader()
    book = phrasebook()
    with ExitStack() as stack:
        simulator = stack.enter_context(RunningSimulator(world))
        stack.enter_context(laying(folder, reader, deck_of(world)))
        _hand_over(world.config)
        kiosk = stack.enter_context(assemble(load(world.config), laid_on=reader))
        holder = Holder(Standing.STAFF, "staff-1")
        kiosk.store.control.access.set_passcode(holder, Passcode(STAFF_NUMBER))
        core = stack.enter_context(seat(kiosk, language=book.language, watch=reader.watch()))
        stage = _stage(world, reader, simulator)
        _introduce(world, book)
        voice = stack.enter_context(aloud(has_voice=has_voice))
        # Here, because Textual is not for the day that a pipe is told.
        from kiosk.tui import app  # noqa: PLC0415

        link = LocalLink(core.counter)
        is_foot = os.environ.get("TERM", "").startswith("foot")
        screen = app.with_zoom if is_foot else app.ReceptionApp
        app.run(link, voice, language=book.language, stage=stage, screen=screen)


def _hand_over(config: Path) -> None:
    text = config.read_text("utf-8")
    if "[receipt]" not in text:
        config.write_text(text + _HANDED_OVER, "utf-8")


def _stage(
    world: World, reader: InProcessReader, simulator: RunningSimulator
) -> dict[str, Callable[[], None]]:
    line = _Line(simulator)
    keys = {f"f{number}": person for number, person in enumerate(CAST, start=2)}
    hands = {key: _Hand(world, reader, person).use for key, person in keys.items()}
    return {**hands, LINE_KEY: line.switch}


class _Hand:
    """Lays one person's card, and takes it when it lies there.

    Args:
        world: whose people.
        reader: where it is laid.
        person: whose card.
    """

    def __init__(self, world: World, reader: InProcessReader, person: str) -> None:
        self._card = card_of(world, person, pull=reader.remove)
        self._reader = reader

    def use(self) -> None:
        """Lay or take."""
        if self._reader.holds(self._card):
            self._reader.remove()
        else:
            self._reader.insert(self._card)


class _Line:
    """The line to the service.

    Args:
        simulator: at its other end.
    """

    def __init__(self, simulator: RunningSimulator) -> None:
        self._simulator = simulator
        self._is_cut = False

    def switch(self) -> None:
        """Cut or mend."""
        (self._simulator.online if self._is_cut else self._simulator.offline)()
        self._is_cut = not self._is_cut


def _introduce(world: World, book: Phrasebook) -> None:
    lines = [book.say(Phrase.DEMO_OPENING), book.say(Phrase.DEMO_REAL_PARTS)]
    for number, person in enumerate(CAST, start=2):
        known = world.person(person)
        lines.append(
            book.say(
                Phrase.DEMO_KEY_PERSON,
                key=number,
                name=name_of(world, person),
                pin=world.pin(person),
                story=known.story_ja if book.language == "ja" else known.story,
            )
        )
    lines += [
        book.say(Phrase.DEMO_KEYS),
        book.say(Phrase.DEMO_STAFF, passcode=STAFF_NUMBER),
        book.say(Phrase.DEMO_SHELL, folder=str(world.folder)),
        book.say(Phrase.DEMO_BEGIN),
    ]
    click.prompt("\n".join(text_lines(lines)), prompt_suffix="\n", default="", show_default=False)
