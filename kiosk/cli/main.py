"""``kiosk``: options common to all commands, and the one handler at the top.

Commands are loaded when called, so ``kiosk --help`` answers without loading a database, TLS or a
reader.
"""

from __future__ import annotations

import os
import resource
import sys
import traceback
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import click

from kiosk import __version__
from kiosk.cli.door import BUG, DESCRIPTOR, INTERRUPTED, USAGE, Door, tell_bug, tell_error
from kiosk.cli.streams import put_in_order
from kiosk.errors import KioskError
from kiosk.log import keep_to_the_list

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("kiosk.cli.serve", "Be kioskd: the reader, the store and the visit, for the fronts."),
    "run": ("kiosk.cli.run", "The reception: a screen for the kiosk, or lines with --plain."),
    "demo": ("kiosk.cli.demo", "Play a day with everything simulated, in one process."),
    "check": ("kiosk.cli.check", "Check one patient's eligibility with the card on the reader."),
    "history": ("kiosk.cli.history", "Show the checks that are kept; put a mistaken one right."),
    "export": ("kiosk.cli.export", "Write a month's results to a file, sealed or plain."),
    "paper": ("kiosk.cli.paper", "Write the keypad card for the desk, in large print."),
    "receipt": ("kiosk.cli.receipt", "The receipt computer's link: serve, pair, compare."),
    "queue": ("kiosk.cli.queue", "Show what waits for an answer; queue again what was set aside."),
    "sync": ("kiosk.cli.ops", "Ask for what waits; without --once, go on until stopped."),
    "purge": ("kiosk.cli.ops", "Destroy the months whose retention is over."),
    "status": ("kiosk.cli.ops", "Say how the kiosk is doing; no patient data."),
    "setup": ("kiosk.cli.setup", "Decide what is decided once: the device key, passcodes."),
    "adoption": ("kiosk.cli.adoption", "What is still to do before the clinic may rely on it."),
    "audit": ("kiosk.cli.audit", "Who did what; whether the record of it still holds together."),
    "logs": ("kiosk.cli.logs", "What kioskd logged, from the journal; no patient data."),
    "config": ("kiosk.cli.config", "Look at the settings; put right what the kiosk remembers."),
    "doctor": ("kiosk.cli.doctor", "Look at the box and say what is wrong and who can mend it."),
    "technician": ("kiosk.cli.technician", "The box over SSH, for a technician; no patient data."),
    "bundle": ("kiosk.cli.bundle", "Write a support bundle for a technician; no patient data."),
    "update": ("kiosk.cli.update", "Install another release; go back where it is not well."),
    "simulator": ("kiosk.cli.simulator", "The simulated world: service, people, cards, faults."),
}


_SIMULATED = frozenset({"demo", "simulator"})
"""Not in the package of a clinic (ARCHITECTURE, decision 9)."""
_GLOBALS = ("--config", "--state-dir", "--unlock-fd")


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(_module_of(cmd_name), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table, without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _module_of(cmd_name: str) -> ModuleType:
    """The command's module; K520 where only a source tree has it."""
    try:
        return import_module(COMMANDS[cmd_name][0])
    except ModuleNotFoundError as error:
        if cmd_name not in _SIMULATED or not (error.name or "").startswith("kiosk."):
            raise
        from kiosk.settings import SimulatorAbsent  # noqa: PLC0415 - --help needs no settings

        raise SimulatorAbsent(cmd_name) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file; without it /etc/madoguchi/kiosk.toml.",
)
@click.option(
    "--state-dir", type=click.Path(path_type=Path), help="State folder, in place of the settings'."
)
@click.option(
    "--unlock-fd",
    type=DESCRIPTOR,
    metavar="N",
    help="File descriptor with the passcode that unlocks the box, one line.",
)
@click.version_option(__version__, prog_name="kiosk")
@click.pass_obj
def cli(door: Door, config: Path | None, state_dir: Path | None, unlock_fd: int | None) -> None:
    """Madoguchi (窓口): the reception kiosk for the eligibility check (資格確認限定型).

    Exit status: 0 ok, 2 usage, 3 deferred, 4 refused, 11-16 errors K1xx-K6xx, 70 a bug.
    """
    door.config = config
    door.state_dir = state_dir
    door.unlock_fd = unlock_fd


def globals_first(arguments: list[str]) -> list[str]:
    """The same command line with ``--config`` and ``--state-dir`` before the command.

    They are true of every command, so people write them before or behind it.

    Raises:
        UsageError: what stands where a value belongs is another option.
    """
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _GLOBALS:
            value = [*islice(words, 1)]
            if value and value[0].startswith("--"):
                raise click.UsageError(f"{word} wants a value, and {value[0]} is an option")
            front += [word, *value]
        elif word.startswith(tuple(f"{name}=" for name in _GLOBALS)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _must_be_text(arguments: list[str]) -> None:
    """Bytes that are no UTF-8 are in nothing the kiosk keeps: better said now than met there."""
    for each in arguments:
        try:
            each.encode()
        except UnicodeEncodeError:
            raise click.UsageError(f"not UTF-8: {os.fsencode(each)!r}") from None


def run(arguments: list[str]) -> int:
    """Run one command line and give its exit status."""
    door = Door()
    try:
        _must_be_text(arguments)
        status = cli.main(
            args=globals_first(arguments), prog_name="kiosk", obj=door, standalone_mode=False
        )
    except click.ClickException as error:
        error.show()
        return USAGE
    except click.Abort as error:
        # click names Ctrl-C as the cause; a question that found the end of a pipe has none.
        if error.__cause__ is None and not sys.stdin.isatty():
            click.UsageError("standard input ended before the question was answered").show()
            return USAGE
        return INTERRUPTED
    except KioskError as error:
        return tell_error(door, error)
    except Exception as error:  # noqa: BLE001 - the one handler at the top of this door
        # No message and no locals: either could hold patient data. The place is enough.
        frames = traceback.extract_tb(error.__traceback__)
        tell_bug(door, type(error).__name__, frames[-1])
        return BUG
    return status if isinstance(status, int) else 0


def main() -> NoReturn:
    """Entry point of the ``kiosk`` command; a core of it would hold patient data and keys."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    put_in_order()
    keep_to_the_list()
    sys.exit(run(sys.argv[1:]))
