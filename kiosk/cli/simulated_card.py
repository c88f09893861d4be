"""``kiosk simulator card``: lay one person's simulated card on a virtual reader."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from kiosk.domain.check import Eligibility
from kiosk.domain.identity import Pin
from kiosk.phrasebook import PersonName
from kiosk.simulator.card import SimulatedCard
from kiosk.simulator.laying import has_reader, lay
from kiosk.simulator.tries import FileTries
from kiosk.simulator.vpcd import plug
from kiosk.simulator.world import World

VPCD = ("127.0.0.1", 35963)
_HIGHEST_PORT = 65535


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
def card(folder: Path, person: str, vpcd: tuple[str, int] | None, log: Path | None) -> None:
    """Lay a person's card on a virtual reader (vpcd) or a demo's; SIGTERM takes it."""
    stop = threading.Event()

    def take(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, take)
    if vpcd is None and has_reader(folder):
        lay(folder, person, stop=stop)
        return
    plug(card_of(World.open(folder), person), *(vpcd or VPCD), log=log, stop=stop)


def name_of(world: World, person: str) -> PersonName:
    """What the owner of a card is called; without a name where nothing is told of them."""
    told = world.person(person).told
    first = told[0].eligibility if told else Eligibility()
    return PersonName(first.name, first.name_kana)


def card_of(world: World, person: str) -> SimulatedCard:
    """The card of a person of that world; its tries left persist in the world's folder."""
    return SimulatedCard(
        key=world.card_key(person),
        certificate=world.card_certificate(person),
        ca_certificate=world.card_ca_certificate,
        pin=Pin(world.pin(person)),
        tries=FileTries(world.tries_file(person)),
    )
