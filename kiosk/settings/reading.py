"""The settings file and its drop-ins, read and checked.

The file is named by ``--config``; relative paths in it count from its own folder. The simulator
writes one ready-made. A wrong key, type or value is a K501 with its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from kiosk.domain.protection import KeyProvider
from kiosk.errors import SettingsError
from kiosk.settings.sections import (
    ClockTrust,
    Settings,
)
from kiosk.settings_files import Place, Problem, Texts, Unreadable, Written, Wrong, gather, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_PATTERN = "string_pattern_mismatch"
_KINDS = {"extra_forbidden": Wrong.UNKNOWN, "missing": Wrong.MISSING}
_BOUNDS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_QUOTED = re.compile(r"'([^']*)'")
"""Words as pydantic lists them: 'none', 'totp' or 'fido2'."""
DEFAULT_CONFIG = Path("/etc/madoguchi/kiosk.toml")


class SettingsMissing(SettingsError):
    """There is no settings file at the place named."""

    code = "K502"


class SettingsInvalid(SettingsError):
    """A line of the settings is wrong."""

    code = "K501"


class StateMissing(SettingsError):
    """Nothing is kept in the state folder named: it does not exist. Nothing was made."""

    code = "K537"


class OnlySimulated(SettingsError):
    """An option that only the simulated world allows was given with real settings."""

    code = "K504"


class SimulatorUnreachable(SettingsError):
    """No simulator runs in the folder named."""

    code = "K505"


class SimulatorAbsent(SettingsError):
    """This command is of the simulated world, which the package of a clinic does not contain."""

    code = "K520"


def load(path: Path | None, *, state_dir: Path | None = None) -> Settings:
    """Read and check the settings file and its drop-ins (``kiosk.settings_files``).

    Args:
        path: the file; None = ``/etc/madoguchi/kiosk.toml``.
        state_dir: takes the place of ``[state] dir``.

    Raises:
        SettingsMissing: no such file.
        SettingsInvalid: not TOML, an unknown key, a wrong value; the detail names the place.
    """
    return checked(None, path or DEFAULT_CONFIG, state_dir=state_dir)


def checked(text: Texts | None, file: Path, *, state_dir: Path | None = None) -> Settings:
    """As ``load``, of what is to stand in the file, or in all; None = as they stand."""
    settings, problems, _ = examine(file, text=text, state_dir=state_dir)
    if settings is None:
        raise SettingsInvalid(str(problems[0]))
    return settings


def examine(
    path: Path | None, *, text: Texts | None = None, state_dir: Path | None = None
) -> tuple[Settings | None, list[Problem], Written]:
    """As ``load``, but with all that is wrong; the settings are None where anything is.

    Raises:
        SettingsMissing: no such file.
    """
    file = path or DEFAULT_CONFIG
    try:
        written = gather(file, text)
    except FileNotFoundError:
        raise SettingsMissing(str(file)) from None
    except Unreadable as fault:
        place = Place(fault.file, fault.line)
        return None, [Problem(place, "", fault.what)], Written(file)
    if state_dir is not None:
        written.document["state"] = {"dir": str(state_dir.absolute())}
    try:
        settings = _beside_the_file(file, Settings.model_validate(written.document))
    except ValidationError as error:
        problems = [_problem(written, each) for each in error.errors()]
        return None, sorted(problems, key=lambda each: _order(written, each)), written
    problems = [Problem(written.place(key), key, what) for key, what in _pretence(settings)]
    try:
        settings.facility.facility()
    except ValueError as error:
        problems.append(Problem(written.place("facility.code"), "facility", str(error)))
    return None if problems else settings, problems, written


def known_keys() -> list[str]:
    """Every "section.key", in the order of the sample."""
    return [
        f"{name}.{key}"
        for name, section in Settings.model_fields.items()
        if isinstance(section.annotation, type) and issubclass(section.annotation, BaseModel)
        for key in section.annotation.model_fields
    ]


def _problem(written: Written, error: ErrorDetails) -> Problem:
    key = ".".join(str(part) for part in error["loc"])
    known = known_keys() if len(error["loc"]) > 1 else list(Settings.model_fields)
    meant = nearest(key, known) if error["type"] == "extra_forbidden" else None
    kind = _KINDS.get(error["type"], Wrong.VALUE)
    allowed = _allowed(key, error)
    what = f"not of its form, as {allowed}" if error["type"] == _PATTERN else error["msg"]
    return Problem(written.place(key), key, what, meant, kind, allowed)


def _allowed(key: str, error: ErrorDetails) -> str:
    """In signs of every language: bounds, the words there are, an example; else empty."""
    context = error.get("ctx", {})
    bounds = [f"{sign} {context[name]}" for name, sign in _BOUNDS.items() if name in context]
    if bounds:
        return ", ".join(bounds)
    if error["type"] == _PATTERN:
        section, _, name = key.partition(".")
        model = Settings.model_fields[section].annotation
        fields = model.model_fields if isinstance(model, type(BaseModel)) else {}
        return ", ".join(map(str, fields[name].examples or ())) if name in fields else ""
    return ", ".join(_QUOTED.findall(str(context.get("expected", ""))))


def _order(written: Written, problem: Problem) -> tuple[bool, str, bool, int]:
    """As they are read: the settings file before its drop-ins, each from its top.

    What stands nowhere, a section that is missing, comes behind.
    """
    place = problem.place
    return place.file != written.file, str(place.file), not place.line, place.line


def _beside_the_file(file: Path, settings: Settings) -> Settings:
    """Relative paths count from the folder of the file; absolute ones stay."""
    folder = file.absolute().parent
    placed = {
        name: section.model_copy(
            update={key: folder / value for key, value in section if isinstance(value, Path)}
        )
        for name, section in settings
    }
    return settings.model_copy(update=placed)


def _pretence(settings: Settings) -> Iterator[tuple[str, str]]:
    """What weakens the box is for the simulated world alone."""
    if settings.is_simulated:
        return
    if settings.keys.provider is KeyProvider.TEST:
        yield "keys.provider", "test is for the simulated world only"
    if settings.clock.trust is not ClockTrust.AUTO:
        yield "clock.trust", "only auto outside the simulated world"


def credentials_dir() -> Path | None:
    """Folder of the systemd credentials of this service, if it has any."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(folder) if folder else None
