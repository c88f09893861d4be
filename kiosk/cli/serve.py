"""``kiosk serve``: kioskd."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import click

from kiosk.cli.door import DEFERRED, Door, phrasebook, print_json
from kiosk.cli.stopping import stopped_by_signal
from kiosk.cli.uids import reach
from kiosk.core.daemon import watch_over
from kiosk.core.ownership import SOCKET, owned
from kiosk.desk.server import DeskServer
from kiosk.durable import disk_errors
from kiosk.errors import StoreError
from kiosk.events import Event
from kiosk.log import in_background, record
from kiosk.settings import Settings, SettingsMissing
from kiosk.wiring import Kiosk, assemble, seat


def desk_path(state_dir: Path, given: Path | None) -> Path:
    """Where the desk is: as given, in systemd's runtime folder, or in the state folder."""
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return given or (Path(runtime) if runtime else state_dir) / SOCKET


def _desk_mode(path: Path) -> int:
    """Under systemd the folder and our group say who comes near; else nobody but this user."""
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return 0o660 if runtime and path.parent == Path(runtime) else 0o600


@click.command()
@click.option(
    "--socket", type=click.Path(path_type=Path),
    help="Where fronts come; without it desk.sock in $RUNTIME_DIRECTORY or the state folder.",
)  # fmt: skip
@click.option(
    "--only-set-up", is_flag=True, help="End when there are settings; exit status 3 without."
)
@click.option(
    "--stick", "sticks", type=click.Path(path_type=Path), multiple=True, metavar="DIR",
    help="Where USB sticks are seen, for the set-up; else /run/madoguchi-stick and /media.",
)  # fmt: skip
@click.pass_obj
def serve(door: Door, *, socket: Path | None, only_set_up: bool, sticks: tuple[Path, ...]) -> int:
    """Be kioskd: own the reader, the store, the visit and the timers, until SIGTERM.

    Prints one JSON line when fronts may come; tells systemd, and feeds its watchdog. Where there
    are no settings yet, it first leads whoever stands before the screen through the set-up.
    """
    stop = stopped_by_signal()
    settings = _settings(door) or _led_through_set_up(door, socket, sticks, stop)
    if only_set_up:
        return 0 if settings is not None else DEFERRED
    if settings is not None:
        _serve(door, settings, socket, stop)
    return 0


def _settings(door: Door) -> Settings | None:
    """None on a box that is not set up yet."""
    try:
        return door.settings()
    except SettingsMissing:
        return None


def _serve(door: Door, settings: Settings, socket: Path | None, stop: threading.Event) -> None:
    path = desk_path(settings.state.dir, socket)
    with (
        in_background(),
        owned(settings.state.dir, path),
        assemble(settings, unlock=door.unlock) as kiosk,
    ):
        _notice(settings, kiosk)
        core = seat(kiosk, language=phrasebook().language)
        reaches = reach(settings.access)

        def is_over() -> bool:
            return core.is_resting and kiosk.store.folder.is_writable_again()

        with disk_errors():
            desk = DeskServer(core.counter, path, reaches, mode=_desk_mode(path))
        with desk, core:
            print_json({"socket": str(path), "pid": os.getpid(), "simulated": core.is_simulated})
            watch_over(core, desk, stop, is_over)
            if not stop.is_set():
                # What was opened to be read keeps nothing: systemd begins it anew.
                record(Event.DISK_TAKES_WRITES_AGAIN)


def _led_through_set_up(
    door: Door, socket: Path | None, sticks: tuple[Path, ...], stop: threading.Event
) -> Settings | None:
    """The settings that were made; None when it was stopped before."""
    from kiosk.cli.first_run import (  # noqa: PLC0415 - once in the life of a box
        FirstRun,
        access_before,
        state_before,
    )
    from kiosk.cli.sticks import STICKS  # noqa: PLC0415 - likewise

    state_dir = state_before(door)
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = desk_path(state_dir, socket)
    run = FirstRun(door, sticks or STICKS)
    with (
        in_background(),
        DeskServer(run.counter, path, reach(access_before(door)), mode=_desk_mode(path)) as desk,
        run,
    ):
        print_json({"socket": str(path), "pid": os.getpid(), "settings": False})
        watch_over(run, desk, stop, lambda: run.is_done)
    return door.settings() if run.is_done else None


def _notice(settings: Settings, kiosk: Kiosk) -> None:
    """Files are changed with an editor, which tells nobody: what they say now is compared."""
    digest = hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16]
    try:
        kiosk.gate.notice_settings(digest)
    except StoreError as error:
        # A disk that takes nothing more does not keep the reception shut.
        record(Event.JOB_FAILED, job="settings", code=error.code)
