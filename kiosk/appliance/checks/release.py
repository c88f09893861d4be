"""``update``: whether this release can be replaced, and how the last try went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kiosk.appliance import update
from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase
from kiosk.settings import Settings

_NAME = "update"


def find(box: Box) -> Iterator[Finding]:
    """Nothing on a machine the package was not installed on."""
    home = box.root / update.HOME.relative_to("/")
    if not home.is_dir():
        return
    try:
        kept = {each.name for each in home.iterdir()}
        undone = update.RESULT in kept and (home / update.RESULT).read_text() == "undone\n"
    except PermissionError:
        yield Finding(_NAME, State.UNKNOWN, Phrase.DOCTOR_UPDATE_UNKNOWN, detail=_version(box))
        return
    if update.PENDING in kept:
        yield _ill(box, State.FAIL, Phrase.DOCTOR_UPDATE_PENDING, Phrase.DOCTOR_HINT_UPDATE_PENDING)
    elif undone:
        yield _ill(box, State.WARN, Phrase.DOCTOR_UPDATE_UNDONE, Phrase.DOCTOR_HINT_UPDATE_UNDONE)
    elif isinstance(box.settings, Settings) and not box.settings.update.public_key:
        yield _ill(box, State.WARN, Phrase.DOCTOR_UPDATE_NO_KEY, Phrase.DOCTOR_HINT_UPDATE_NO_KEY)
    elif update.CURRENT not in kept:
        yield _ill(
            box, State.SKIPPED, Phrase.DOCTOR_UPDATE_NO_WAY, Phrase.DOCTOR_HINT_UPDATE_NO_WAY
        )
    else:
        yield Finding(_NAME, State.OK, Phrase.DOCTOR_UPDATE, detail=_version(box))


def _ill(box: Box, state: State, what: Phrase, hint: Phrase) -> Finding:
    return Finding(
        _NAME, state, what, why=Phrase.DOCTOR_WHY_UPDATE, hint=hint, remedy=Remedy.TECHNICIAN,
        detail=_version(box),
    )  # fmt: skip


def _version(box: Box) -> str:
    return str(box.status["version"]) if isinstance(box.status, Mapping) else ""
