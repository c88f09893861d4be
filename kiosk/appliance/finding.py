"""What the doctor finds: one thing looked at, how it stands, and who can put it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.errors import KioskError, Remedy
from kiosk.phrasebook import Phrase


class State(StrEnum):
    """How the thing stands; listed from worst to best."""

    FAIL = "fail"
    """Checks cannot be done, or something is lost, until it is mended."""
    WARN = "warn"
    """It works, and will not for ever, or not for everybody."""
    UNKNOWN = "unknown"
    """It could not be looked at."""
    SKIPPED = "skipped"
    """There is nothing to look at while something else is wrong, or on a box of this kind."""
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Args:
        name: of the thing, ``reader.present``; never changes, scripts go by it.
        state: how it stands.
        what: what was found; None where ``code`` says it.
        code: K code whose message and hint say what was found and what to do; else empty.
        why: why it matters; None where all is well.
        hint: what to do; None where nothing is to be done or ``code`` says it.
        remedy: who can put it right; None where nothing is to be done.
        values: of the slots of ``what``.
        detail: for technicians; no patient data, no secret.
    """

    name: str
    state: State
    what: Phrase | None = None
    code: str = ""
    why: Phrase | None = None
    hint: Phrase | None = None
    remedy: Remedy | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""

    def __post_init__(self) -> None:
        if (self.what is None) == (not self.code):
            raise ValueError("a finding has a phrase or a code")

    @classmethod
    def of(
        cls,
        name: str,
        error: KioskError | type[KioskError],
        *,
        why: Phrase,
        state: State = State.FAIL,
        detail: str = "",
    ) -> Finding:
        """What an error says: its message, its hint, who mends it."""
        known = error.detail if isinstance(error, KioskError) else ""
        return cls(
            name, state, code=error.code, why=why, remedy=error.remedy, detail=detail or known
        )
