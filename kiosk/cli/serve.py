"""``kiosk serve``: kioskd."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import click

from kiosk.cli.door import Door, phrasebook, print_json
from kiosk.cli.stopping import stopped_by_signal
from kiosk.cli.uids import reach
from kiosk.core.daemon import watch_over
from kiosk.core.ownership import SOCKET, owned
from kiosk.desk.server import DeskServer
from kiosk.errors import StoreError
from kiosk.events import Event
from kiosk.log import in_background, mute_threads, record
from kiosk.settings import Settings
from kiosk.wiring import Kiosk, assemble, seat


def desk_path(settings: Settings, given: Path | None) -> Path:
    """Where the desk is: as given, in systemd's runtime folder, or in the state folder."""
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return given or (Path(runtime) if runtime else settings.state.dir) / SOCKET


def _desk_mode(path: Path) -> int:
    """Under systemd the folder and our group say who comes near; else nobody but this user."""
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return 0o660 if runtime and path.parent == Path(runtime) else 0o600


@click.command()
@click.option(
    "--socket", type=click.Path(path_type=Path),
    help="Where fronts come; without it desk.sock in $RUNTIME_DIRECTORY or the state folder.",
)  # fmt: skip
@click.pass_obj
def serve(door: Door, *, socket: Path | None) -> None:
    """Be kioskd: own the reader, the store, the visit and the timers, until SIGTERM.

    Prints one JSON line when fronts may come; tells systemd, and feeds its watchdog.
    """
    settings = door.settings()
    mute_threads()
    stop = stopped_by_signal()
    path = desk_path(settings, socket)
    with (
        in_background(),
        owned(settings.state.dir, path),
        assemble(settings, unlock=door.unlock) as kiosk,
    ):
        _notice(settings, kiosk)
        core = seat(kiosk, language=phrasebook().language)
        reaches = reach(settings.access)
        with DeskServer(core.counter, path, reaches, mode=_desk_mode(path)) as desk, core:
            print_json({"socket": str(path), "pid": os.getpid(), "simulated": core.is_simulated})
            watch_over(core, desk, stop)


def _notice(settings: Settings, kiosk: Kiosk) -> None:
    """Files are changed with an editor, which tells nobody: what they say now is compared."""
    digest = hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16]
    try:
        kiosk.gate.notice_settings(digest)
    except StoreError as error:
        # A disk that takes nothing more does not keep the reception shut.
        record(Event.JOB_FAILED, job="settings", code=error.code)
