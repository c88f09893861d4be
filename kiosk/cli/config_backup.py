"""``kiosk config backup`` and ``restore``: the settings in one file, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk import __version__
from kiosk.appliance.config_backup import note, packed, read_backup, refuse_foreign, restore
from kiosk.cli.desk_or_store import source
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.new_file import write_new
from kiosk.durable import disk_errors
from kiosk.errors import KioskError, SettingsError
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.phrasebook import Phrase
from kiosk.plain_files import is_folder
from kiosk.settings import DEFAULT_CONFIG, Settings, SettingsMissing
from kiosk.store.folder import SUBFOLDER


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def backup(door: Door, *, file: Path) -> None:
    """Write kiosk.toml and its drop-ins to FILE (new); no key, no passcode, no patient data."""
    settings, config = door.settings(), door.config or DEFAULT_CONFIG
    now = datetime.now(UTC)
    write_new(file, packed(config, settings, now, __version__))
    is_audited = _noted(door, settings, "settings_backup")
    if is_folder(settings.state.dir):
        with disk_errors():
            note(settings.state.dir, config, now)
    _report(door, settings, file, Phrase.CONFIG_BACKED_UP, is_audited=is_audited)


@click.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
@click.pass_obj
def restore_command(door: Door, *, file: Path) -> None:
    """Put the settings of a backup in the place of those that stand, all or none.

    Those that stood are kept as *.bak. A box of another terminal refuses (K532); keys and the
    client certificate are not in a backup: a new box is activated with kiosk setup.
    """
    config = door.config or DEFAULT_CONFIG
    found = read_backup(file)
    refuse_foreign(found, _standing(door))
    kept = restore(config, found)
    settings = door.settings()
    is_audited = _noted(door, settings, "settings_restore")
    _report(door, settings, file, Phrase.CONFIG_RESTORED, is_audited=is_audited, kept=kept)


def _standing(door: Door) -> Settings | None:
    """None on a new box, or where what stands is what is to be mended."""
    try:
        return door.settings()
    except SettingsError as error:
        if not isinstance(error, SettingsMissing):
            click.echo(str(error), err=True)
        return None


def _noted(door: Door, settings: Settings, query: str) -> bool:
    """Put it in the audit; False where nothing is kept yet, or nobody opens the store."""
    if not is_folder(settings.state.dir / SUBFOLDER):
        return False
    try:
        with source(door, settings) as found:
            found.answer(query, {})
    except KioskError as error:
        click.echo(f"{error.code}", err=True)
        return False
    return True


def _report(
    door: Door,
    settings: Settings,
    file: Path,
    what: Phrase,
    *,
    is_audited: bool,
    kept: list[Path] | None = None,
) -> None:
    document = {
        "simulated": settings.is_simulated,
        "mark": SIMULATED_MARK if settings.is_simulated else None,
        "file": str(file),
        "audited": is_audited,
        "kept": [str(each) for each in kept or ()],
    }
    told = [phrasebook().say(what)]
    if not is_audited:
        told.append(phrasebook().say(Phrase.CONFIG_NOT_AUDITED))
    door.report(document, told, is_simulated=settings.is_simulated)
