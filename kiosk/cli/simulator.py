"""``kiosk simulator``: the simulated world, from the command line."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import click

from kiosk.cli.door import Door, json_option, print_json
from kiosk.cli.simulated_accounts import account
from kiosk.cli.simulated_card import called_rightly, card
from kiosk.cli.simulated_faults import fault
from kiosk.cli.simulated_herd import herd
from kiosk.simulator.control import Command, send
from kiosk.simulator.tree import MARKS
from kiosk.simulator.world import World

_DIR = click.option(
    "--dir",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the simulated world.",
)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("simulator")
def simulator() -> None:
    """The simulated world: service, people, cards, faults. Nothing in it is real."""


@simulator.command()
@_DIR
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 = last time's, or any.")
@click.option(
    "--portal-port", type=click.IntRange(0, 65535), default=0, help="Of the portal; likewise."
)
@click.option("--people", type=_FILE, help="TOML file of [[person]] to add.")
@click.option("--card-ca", "card_cas", type=_FILE, multiple=True, help="PEM file; repeatable.")
def serve(
    folder: Path, port: int, portal_port: int, people: Path | None, card_cas: tuple[Path, ...]
) -> None:
    """Answer as the eligibility service and the portal do, until SIGTERM.

    Prints one JSON line {"url", "portal", "config", "ca"} when ready.
    """
    # Only this command needs the web server; the others answer at once without it.
    from kiosk.simulator.running import RunningSimulator  # noqa: PLC0415

    ends = {signal.SIGTERM, signal.SIGINT}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        world = World.create(folder, people_file=people, card_cas=card_cas)
        with RunningSimulator(world, port=port, portal_port=portal_port) as running:
            ready = {
                "url": running.url,
                "portal": running.portal,
                "config": str(world.config.absolute()),
                "ca": str(world.ca.absolute()),
            }
            click.echo(json.dumps(ready, ensure_ascii=False))
            signal.sigwait(ends)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@simulator.command()
@_DIR
@json_option
@click.pass_obj
def people(door: Door, folder: Path) -> None:
    """List the invented people of this world: id, PIN, story."""
    known = World.open(folder).people.values()
    if door.as_json:
        rows = [
            {"id": each.id, "story": each.story, "story_ja": each.story_ja, "pin": each.pin} | MARKS
            for each in known
        ]
        print_json(rows)
        return
    for each in known:
        click.echo(f"{each.id}  {each.pin or '----'}  {each.story}  {each.story_ja}")


@simulator.command()
@_DIR
def offline(folder: Path) -> None:
    """Cut the line: nobody listens, live connections break."""
    send(folder, Command.OFFLINE)


@simulator.command()
@_DIR
def online(folder: Path) -> None:
    """Mend the line."""
    send(folder, Command.ONLINE)


@simulator.command()
@_DIR
def hold(folder: Path) -> None:
    """Process questions, withhold the answers."""
    send(folder, Command.HOLD)


@simulator.command()
@_DIR
def release(folder: Path) -> None:
    """Give the answers withheld."""
    send(folder, Command.RELEASE)


@simulator.command()
@_DIR
@click.argument("person")
def lost(folder: Path, person: str) -> None:
    """Report a person's card lost: its certificate goes on the list of revoked ones."""
    world = World.open(folder)
    with called_rightly():
        world.revoke_card(person)


for each in (account, card, fault, herd):
    simulator.add_command(each)
