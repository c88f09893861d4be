"""How far a set-up at the screen is, for the one that a power cut makes begin again.

Beside the draft of the settings, and gone with it, whoever brings the set-up to its end. No secret
is in it: the names of the steps that are over, the language, and where the account sheets lie that
are to be deleted at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.appliance.settings_file import SettingsNotWritten
from kiosk.durable import replace_durably
from kiosk.events import Event
from kiosk.log import record


@dataclass(frozen=True, slots=True)
class Progress:
    """What was over when the power went.

    Args:
        language: that was chosen; "" = none was yet.
        steps: how each step went, by its name.
        pdfs: account sheets that were read.
    """

    language: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)
    pdfs: frozenset[Path] = frozenset()

    def keep(self, file: Path) -> None:
        """Durably; where the disk takes nothing, a set-up that is cut off asks more again."""
        document = {
            "language": self.language,
            "steps": dict(self.steps),
            "pdfs": sorted(map(str, self.pdfs)),
        }
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_durably(file, json.dumps(document, ensure_ascii=False).encode())
        except OSError:
            record(Event.JOB_FAILED, job="set-up", code=SettingsNotWritten.code)


def progress_in(file: Path, languages: Iterable[str]) -> Progress:
    """What was kept; nothing was over where none is, or none that can be read.

    Args:
        file: of ``Progress.keep``.
        languages: there are.
    """
    try:
        document = json.loads(file.read_bytes())
        language, steps, pdfs = (document[name] for name in ("language", "steps", "pdfs"))
        found = Progress(str(language), _named(steps), frozenset(map(Path, pdfs)))
    except (OSError, ValueError, KeyError, TypeError):
        # The steps themselves find out what was done before; it only takes more keys.
        return Progress()
    return found if found.language in languages else Progress()


def draft_of(file: Path) -> Path:
    """Where the settings stand until they count, of the settings file."""
    return file.with_suffix(".draft")


def progress_of(file: Path) -> Path:
    """Where it stands how far the set-up is, of the settings file."""
    return file.with_suffix(".progress")


def leave_nothing(file: Path) -> None:
    """The settings count: what a set-up at the screen kept until then goes.

    A disk that can only be read keeps it; where there are settings, nobody goes by it.
    """
    try:
        for each in (draft_of(file), progress_of(file)):
            each.unlink(missing_ok=True)
    except OSError:
        record(Event.JOB_FAILED, job="set-up", code=SettingsNotWritten.code)


def _named(steps: object) -> dict[str, str]:
    if not isinstance(steps, dict):
        raise TypeError
    return {str(name): str(how) for name, how in steps.items()}
