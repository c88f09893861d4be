"""What the staff ticked: ``adoption.toml`` in the state folder; no patient data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from kiosk.domain.adoption_steps import Step
from kiosk.errors import Remedy, SettingsError
from kiosk.store.folder import replace_durably

NAME = "adoption.toml"


class ChecklistUnreadable(SettingsError):
    """The file of the checklist cannot be read, or holds what is no step or no day."""

    code = "K540"


class ChecklistNotKept(SettingsError):
    """The file of the checklist cannot be written; it is as it was."""

    code = "K541"


class NotForReal(SettingsError):
    """A step counts only on a kiosk that is set up with the real service."""

    code = "K542"
    remedy = Remedy.STAFF


def ticked(folder: Path) -> dict[Step, date]:
    """Steps with their days; none where there is no file yet.

    Raises:
        ChecklistUnreadable: it is not what ``tick`` writes.
    """
    file = folder / NAME
    try:
        rows = tomllib.loads(file.read_text("utf-8")).get("done", {})
        found = {Step(step): _day(day) for step, day in rows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise ChecklistUnreadable(str(file)) from error
    return found


def tick(folder: Path, step: Step, on: date) -> None:
    """Keep that a step was done; a later word on the same step takes the place of the first.

    Raises:
        ChecklistUnreadable: see ``ticked``; nothing was changed.
        ChecklistNotKept: nothing was changed.
    """
    done = {**ticked(folder), step: on}
    try:
        replace_durably(folder / NAME, _written(done).encode())
    except OSError as error:
        raise ChecklistNotKept(str(folder / NAME)) from error


def _written(done: Mapping[Step, date]) -> str:
    rows = "".join(f"{step} = {done[step].isoformat()}\n" for step in Step if step in done)
    return f"# kiosk adoption done STEP\n[done]\n{rows}"


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("not a day")  # noqa: TRY004 - of a file, not of an argument
    return value
