"""One visit at the reception: what happens, what is done about it. Data only.

``kiosk.usecases.reception.step`` turns a visit and an event into the next visit and effects.
Screen, line mode and tests drive the same machine through the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain.check import Outcome
from kiosk.domain.identity import Pin


class Phase(StrEnum):
    """Where a visit stands."""

    RESTING = "resting"
    IDENTIFYING = "identifying"
    AWAITING_CARD = "awaiting_card"
    READING = "reading"
    ASKING = "asking"
    TOLD = "told"


class Timer(StrEnum):
    """What is waited for. One runs at a time."""

    STILL_THERE = "still_there"
    CARD_LEFT = "card_left"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as the machine sees it.

    Args:
        number: counts visits; an event of another number is late and ignored.
        phase: where it stands.
        has_card: a card lies on the reader.
        pin: typed and not used yet; gone as soon as it is handed to the reader.
        is_warned: asked whether they are still there, and not answered yet.
        reminders: how often they were asked to take the card.
        knows_last_try: told that one PIN try is left and what a wrong PIN then does.
    """

    number: int = 0
    phase: Phase = Phase.RESTING
    has_card: bool = False
    pin: Pin | None = field(default=None, repr=False)
    is_warned: bool = False
    reminders: int = 0
    knows_last_try: bool = False


# ------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class Approached:
    """Somebody pressed a key at the resting kiosk."""


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A card lies on the reader."""


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card was taken from the reader."""


@dataclass(frozen=True, slots=True)
class PinTyped:
    """Four digits and 決定."""

    pin: Pin


@dataclass(frozen=True, slots=True)
class WentBack:
    """戻る: the visitor gives up or starts over."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card was read and the check is stored; the service is being asked."""

    visit: int


@dataclass(frozen=True, slots=True)
class ReadingFailed:
    """The card could not be read, or the check could not be stored.

    Args:
        visit: of which visit.
        code: K-code.
        tries_left: after a wrong PIN; None when the card did not say.
    """

    visit: int
    code: str
    tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class OutcomeKnown:
    """The check is settled, durably.

    Args:
        visit: of which visit.
        outcome: what to tell.
        treated_on: treatment date in Japan; decides which eligibility counts, and the share.
    """

    visit: int
    outcome: Outcome = field(repr=False)
    treated_on: date


@dataclass(frozen=True, slots=True)
class TimeUp:
    """A timer ran out."""

    visit: int
    timer: Timer


@dataclass(frozen=True, slots=True)
class FrontCame:
    """A front has claimed the visit: it shows nothing of it yet."""


@dataclass(frozen=True, slots=True)
class FrontLeft:
    """The front that had the visit has gone, or gave it up."""


@dataclass(frozen=True, slots=True)
class Announced:
    """The box has something to say to whoever is there; no patient data.

    Args:
        tells: in order.
    """

    tells: tuple[Tell, ...]


Event = (
    Approached
    | CardPresented
    | CardTaken
    | PinTyped
    | WentBack
    | CardRead
    | ReadingFailed
    | OutcomeKnown
    | TimeUp
    | FrontCame
    | FrontLeft
    | Announced
)


# ------------------------------------------------------------------ effects


@dataclass(frozen=True, slots=True)
class Tell:
    """Say one phrase to the visitor, on screen and aloud.

    Args:
        phrase: key of the phrasebook, or ``error.Kxxx``: message and hint of a code.
        values: of its slots (str, int, ``date``, ``Month``, ``PersonName``-like pairs).
        is_private: patient data: private output only.
    """

    phrase: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class AskPin:
    """Take four digits from the visitor."""


@dataclass(frozen=True, slots=True)
class VerifyCard:
    """Read the card with this PIN, store the check, ask the service.

    Args:
        visit: of which visit.
        pin: as typed.
        is_warned: typed after the warning that one try is left.
    """

    visit: int
    pin: Pin = field(repr=False)
    is_warned: bool = False


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Start a timer; one set before is void."""

    visit: int
    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True)
class Forget:
    """Wipe whatever a front still shows or holds of the visitor; back to the idle screen."""


Effect = Tell | AskPin | VerifyCard | SetTimer | Forget
