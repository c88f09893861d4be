"""``kiosk bundle``: what a technician elsewhere needs to see, in one file; no patient data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from kiosk.appliance.bundle import (
    log_document,
    packed,
    settings_document,
    units_document,
    versions_document,
)
from kiosk.appliance.doctor import document, examine
from kiosk.cli.doctor import box_of
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.logs import read_journal
from kiosk.cli.new_file import write_new
from kiosk.errors import KioskError, SettingsError
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.phrasebook import Phrase
from kiosk.ports.access import NoLog
from kiosk.ports.exports import NotWritten
from kiosk.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--since", default="-2d", show_default=True, help="Of the log, as journalctl has it.")
@json_option
@click.pass_obj
def bundle(door: Door, *, file: Path, since: str) -> None:
    """Write doctor, status, settings, versions, log and units to FILE (tar.gz, new).

    It goes on record in the audit wherever the store or kioskd can be reached.
    """
    if os.path.lexists(file) or not file.absolute().parent.is_dir():
        raise NotWritten(str(file))
    log = _log(since)
    box = box_of(door, "bundle")
    is_simulated = not isinstance(box.settings, SettingsError) and box.settings.is_simulated
    now = datetime.now(UTC)
    is_audited = box.status is not None and not isinstance(box.status, KioskError)
    about = {
        "made_at": now.isoformat(),
        "audited": is_audited,
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
    }
    members = {
        "about": about,
        "doctor": document(examine(box), phrasebook()),
        "status": _said(box.status),
        "settings": _settings(box.settings),
        "versions": versions_document(),
        "log": _said(log) if isinstance(log, NoLog) else log_document(log),
        **units_document(),
    }
    write_new(file, packed(members, now))
    told = [phrasebook().say(Phrase.BUNDLE_WRITTEN)]
    if not is_audited:
        told.append(phrasebook().say(Phrase.BUNDLE_NOT_AUDITED))
    if isinstance(log, NoLog):
        told.append(phrasebook().say(Phrase.BUNDLE_NO_LOG))
    has_log = not isinstance(log, NoLog)
    report = about | {"file": str(file), "members": list(members), "has_log": has_log}
    door.report(report, told, is_simulated=is_simulated)


def _settings(found: Settings | SettingsError) -> Mapping[str, Any] | None:
    return _said(found) if isinstance(found, SettingsError) else settings_document(found)


def _log(since: str) -> list[str] | NoLog:
    try:
        return read_journal(since)
    except NoLog as error:
        return error


def _said(found: Mapping[str, Any] | KioskError | None) -> Mapping[str, Any] | None:
    """A document as it is, of an error its code."""
    if isinstance(found, KioskError):
        return {"code": found.code, "detail": found.detail}
    return found
