"""One visit at the reception: what happens, what is done about it. Data only.

``kiosk.usecases.reception.step`` turns a visit and an event into the next visit and effects.
Screen, line mode and tests drive the same machine through the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain.changes import Since
from kiosk.domain.check import Outcome
from kiosk.domain.fallback import Question, Way
from kiosk.domain.identity import Pin
from kiosk.domain.presentation import ByHand, Paper
from kiosk.domain.reception import Reception
from kiosk.domain.treatment import Treatment


class Phase(StrEnum):
    """Where a visit stands."""

    RESTING = "resting"
    IDENTIFYING = "identifying"
    AWAITING_CARD = "awaiting_card"
    SIGHTING = "sighting"
    READING = "reading"
    ASKING = "asking"
    CHOOSING = "choosing"
    ENTERING = "entering"
    TOLD = "told"


class Timer(StrEnum):
    """What is waited for. One runs at a time."""

    STILL_THERE = "still_there"
    CARD_LEFT = "card_left"
    REST = "rest"
    THANKS = "thanks"


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
        is_wiped: nothing of the visitor is shown any more, though the card still lies there.
        knows_last_try: told that one PIN try is left and what a wrong PIN then does.
        reception: how visits are received here; outlives the visit.
        by_sight: this person is identified by sight.
        is_unread: a card is there, and could not be read: its face can still be copied.
        asked: questions put after a check that could not be done, the open one last.
        way: how the patient is served instead, once it was written down.
        unconfirmed: how many follow-ups were open then.
    """

    number: int = 0
    phase: Phase = Phase.RESTING
    has_card: bool = False
    pin: Pin | None = field(default=None, repr=False)
    is_warned: bool = False
    reminders: int = 0
    is_wiped: bool = False
    knows_last_try: bool = False
    reception: Reception = field(default_factory=Reception)
    by_sight: bool = False
    is_unread: bool = False
    asked: tuple[Question, ...] = ()
    way: Way | None = None
    unconfirmed: int | None = None

    @property
    def is_attended(self) -> bool:
        """Somebody of the clinic stands by."""
        return self.reception.is_attended


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
        unconfirmed: how many follow-ups are open now; None = not worth saying.
        since: what the last answer about the same person said; None = there is none.
    """

    visit: int
    outcome: Outcome = field(repr=False)
    treated_on: date
    unconfirmed: int | None = None
    since: Since | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CameWithoutCard:
    """The card was left at home, or cannot be used."""


@dataclass(frozen=True, slots=True)
class Chose:
    """A choice of those that were asked for, counted from 1."""

    choice: int


@dataclass(frozen=True, slots=True)
class WayKept:
    """How the patient is served instead was written down.

    Args:
        visit: of which visit.
        way: the one chosen.
        unconfirmed: how many follow-ups are open now; None where it could not be written.
        code: K-code of why not.
    """

    visit: int
    way: Way
    unconfirmed: int | None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class NumbersTyped:
    """What somebody shows instead of a card was typed."""

    presentation: ByHand = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffCalled:
    """Whoever stands here wants somebody of the clinic."""


@dataclass(frozen=True, slots=True)
class StaffAnswered:
    """Somebody of the clinic has come, or is not wanted any more."""


@dataclass(frozen=True, slots=True)
class ReceptionChosen:
    """Visits are received so from now on."""

    reception: Reception


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
    | CameWithoutCard
    | Chose
    | WayKept
    | NumbersTyped
    | StaffCalled
    | StaffAnswered
    | ReceptionChosen
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
class AskChoice:
    """Take one of so many choices, counted from 1.

    Args:
        phrase: key of the phrasebook: the question with its choices; no patient data.
        choices: how many.
    """

    phrase: str
    choices: int


@dataclass(frozen=True, slots=True)
class AskNumbers:
    """Take what stands on a paper, by keypad.

    Args:
        paper: which: the insured's numbers, or the four items of the card's face.
    """

    paper: Paper = Paper.NUMBERS


@dataclass(frozen=True, slots=True)
class CallStaff:
    """Let the staff know that they are wanted, wherever they are."""


@dataclass(frozen=True, slots=True)
class EndCall:
    """They know."""


@dataclass(frozen=True, slots=True)
class KeepWay:
    """Write down how the patient is served instead."""

    visit: int
    way: Way


@dataclass(frozen=True, slots=True)
class VerifyCard:
    """Read the card with this PIN, store the check, ask the service.

    Args:
        visit: of which visit.
        pin: as typed; None = identified by sight.
        is_warned: typed after the warning that one try is left.
        treatment: when and where.
    """

    visit: int
    pin: Pin | None = field(repr=False)
    is_warned: bool = False
    treatment: Treatment = field(default_factory=Treatment)


@dataclass(frozen=True, slots=True)
class VerifyByHand:
    """Store the check by what was typed, ask the service."""

    visit: int
    presentation: ByHand = field(repr=False)
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Start a timer; one set before is void."""

    visit: int
    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True)
class Forget:
    """Wipe whatever a front still shows or holds of the visitor; back to the idle screen."""


Effect = (
    Tell
    | AskPin
    | AskChoice
    | AskNumbers
    | CallStaff
    | EndCall
    | VerifyCard
    | VerifyByHand
    | KeepWay
    | SetTimer
    | Forget
)
