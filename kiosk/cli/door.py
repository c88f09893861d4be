"""What every command of this door shares: settings, output, exit statuses."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from traceback import FrameSummary
from types import FrameType
from typing import TYPE_CHECKING, Any, SupportsIndex, SupportsInt, TypeVar

import click

from kiosk.cli.streams import printing, takes_any_character
from kiosk.errors import KioskError, Remedy

if TYPE_CHECKING:
    # `kiosk --help` answers without the sentences and the settings' model.
    from kiosk.phrasebook import Phrasebook, Utterance
    from kiosk.settings import Settings

USAGE = 2
DEFERRED = 3
REFUSED = 4
BUG = 70
INTERRUPTED = 130
TERMINATED = 143

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Descriptor(click.types.IntParamType):
    def convert(
        self,
        value: SupportsInt | SupportsIndex,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        number = int(super().convert(value, param, ctx))
        try:
            mode = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
        except (OSError, OverflowError, ValueError):
            self.fail(f"no file descriptor {number} is open", param, ctx)
        if mode == os.O_WRONLY:
            self.fail(f"file descriptor {number} is not for reading", param, ctx)
        return number


DESCRIPTOR = _Descriptor()
"""The number of a file descriptor that the caller gave us to read from."""


@dataclass
class Door:
    """One call of the command line.

    Args:
        config: settings file named by the caller.
        state_dir: state folder named by the caller.
        as_json: the caller wants one JSON document on standard output.
        unlock_fd: file descriptor to read the unlocking passcode from.
    """

    config: Path | None = None
    state_dir: Path | None = None
    as_json: bool = False
    unlock_fd: int | None = None

    def unlock(self) -> str:
        """The passcode that unlocks the box; KeyLocked when nobody can be asked for it."""
        from kiosk.cli.secret import unlocking  # noqa: PLC0415 - see above

        return unlocking(self.unlock_fd)

    def settings(self) -> Settings:
        """The settings this call goes by."""
        from kiosk.settings import load  # noqa: PLC0415 - see above

        return load(self.config, state_dir=self.state_dir)

    def report(
        self, document: dict[str, Any], utterances: list[Utterance], *, is_simulated: bool
    ) -> None:
        """Print the document, or the sentences for people, 模擬 where it is due."""
        if self.as_json:
            from kiosk.formats.answer_json import SIMULATED_MARK  # noqa: PLC0415 - see above

            mark = SIMULATED_MARK if is_simulated else None
            print_json({"simulated": is_simulated, "mark": mark, **document})
            return
        from kiosk.line.show import show  # noqa: PLC0415 - see above

        if is_simulated:
            utterances = phrasebook().simulated_block(utterances)
        with printing():
            show(utterances, sys.stdout)


def phrasebook() -> Phrasebook:
    """The caller's language by the usual variables: English where they say so, else Japanese."""
    from kiosk.phrasebook import Phrasebook  # noqa: PLC0415 - see above

    locale = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return Phrasebook.load("en" if locale.startswith("en") else "ja")


def print_json(document: dict[str, Any] | list[dict[str, Any]]) -> None:
    """One JSON document on standard output."""
    text = json.dumps(document, ensure_ascii=not takes_any_character(sys.stdout.encoding))
    with printing():
        click.echo(text)


def json_option(command: _Command) -> _Command:
    """``--json`` for a command that reports."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
        if value:
            ctx.ensure_object(Door).as_json = True

    option = click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=remember,
        help="One JSON document on standard output, messages on standard error.",
    )
    return option(command)


def tell_error(
    door: Door,
    error: KioskError,
    document: dict[str, Any] | None = None,
    *,
    hint: str | None = None,
) -> int:
    """Say what happened and what to do next; the exit status.

    Args:
        door: of the command.
        error: what was raised.
        document: for ``--json``; None = code and detail.
        hint: where more is known than the code's own; None = that.
    """
    from kiosk.phrasebook.values import showable  # noqa: PLC0415 - see above

    book = phrasebook()
    hint = hint or book.hint(error.code, Remedy.STAFF).read
    # It may name a file of a USB stick, or quote what another program said.
    detail = f" ({showable(error.detail)})" if error.detail else ""
    click.echo(f"{error.code}: {book.message(error.code).read}{detail}", err=True)
    click.echo(f"hint: {hint}", err=True)
    if book.has_own_hint(error.code, Remedy.TECHNICIAN):
        click.echo(f"technician: {book.hint(error.code, Remedy.TECHNICIAN).read}", err=True)
    if door.as_json:
        print_json(document or {"code": error.code, "detail": error.detail})
    return error.exit_status


def tell_bug(door: Door, kind: str, frame: FrameSummary) -> None:
    """Say that the program is at fault, and where, without any data."""
    click.echo(f"bug: {kind} at {Path(frame.filename).name}:{frame.lineno}", err=True)
    from kiosk.phrasebook import Phrase  # noqa: PLC0415 - see above

    book = phrasebook()
    click.echo(book.say(Phrase.BUG_MESSAGE).read, err=True)
    click.echo(f"hint: {book.say(Phrase.BUG_HINT).read}", err=True)
    if door.as_json:
        print_json({"code": "BUG", "detail": kind})


def end_by_signal() -> None:
    """End by way of every ``finally`` when told to, so that terminal and card are left in order."""

    def end(_number: int, _frame: FrameType | None) -> None:
        sys.exit(TERMINATED)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def is_terminal() -> bool:
    """A person sits before this command."""
    return sys.stdin.isatty() and sys.stdout.isatty()
