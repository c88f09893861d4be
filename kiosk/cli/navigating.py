"""Where ``kiosk adoption`` asks and ticks: at the desk, on the store, or before there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from kiosk.cli.desk_or_store import desk_of, source
from kiosk.cli.door import Door, phrasebook
from kiosk.core.adopting import Adopting
from kiosk.desk.asking import Asker
from kiosk.domain.dates import day_in_japan
from kiosk.phrasebook import Phrasebook, Utterance
from kiosk.settings import DEFAULT_STATE, Settings, SettingsMissing
from kiosk.wiring import navigator

Telling = Callable[[Mapping[str, Any], Phrasebook], list[Utterance]]


def order(door: Door, name: str, about: Mapping[str, Any], told: Telling) -> None:
    """Tick or note something, and say so.

    At the desk of kioskd or on the store, on record; before the set-up, on the file alone.

    Args:
        door: of the command.
        name: of the order.
        about: its parameters; those that are None are left out.
        told: says its document.
    """
    settings, folder = place(door)
    given = {key: value for key, value in about.items() if value is not None}
    if settings is None:
        document = _alone(None, folder).answer(name, given)
    else:
        with source(door, settings) as found:
            document = found.answer(name, given)
    lines = told(document, phrasebook())
    door.report(document, lines, is_simulated=bool(document["simulated"]))


def asked(settings: Settings | None, folder: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """The checklist; at the desk where kioskd runs, for the file may be another user's.

    Args:
        settings: None before the set-up.
        folder: of the state.
        about: what is asked beside what is kept.
    """
    link = desk_of(settings) if settings is not None else None
    if link is None:
        return _alone(settings, folder).answer("adoption", about)
    try:
        return Asker(link, "command").answer("adoption", about)
    finally:
        link.close()


def place(door: Door) -> tuple[Settings | None, Path]:
    """Settings, None before the set-up, and the state folder."""
    try:
        settings = door.settings()
    except SettingsMissing:
        if door.config is not None:
            raise
        return None, door.state_dir or DEFAULT_STATE
    return settings, settings.state.dir


def not_ahead(on: date | None) -> str | None:
    """A day that is not to come, as an order has it."""
    if on is not None and on > day_in_japan(datetime.now(UTC)):
        raise click.UsageError("--on: a day to come")
    return None if on is None else on.isoformat()


def _alone(settings: Settings | None, folder: Path) -> Adopting:
    return Adopting(navigator(settings, folder, lambda: datetime.now(UTC)), _nothing, "")


def _nothing() -> dict[str, Any]:
    """Without a store there are no statistics."""
    return {"simulated": False, "mark": None, "months": []}
