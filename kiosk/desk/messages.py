"""What is said at the desk: one JSON object a line, each with its ``type``.

From a front: ``Hello`` first, then ``Claim`` the visit, ``Pressed`` and ``Typed`` on it, ``Login``,
``Ask``. From the core: ``Welcome``, ``Happened`` for each effect of the visit, ``Condition``
whenever it changes, and one ``Reply`` or ``Failed`` for each request that carries an ``id``.
A PIN or passcode stands in ``Typed``, ``Login``, ``Prove`` and an ``Ask`` of ``Reach.OWN`` alone,
and in no ``repr``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from kiosk.domain.reception import Attendance, Identify
from kiosk.domain.treatment import Place
from kiosk.errors import Remedy, StoreError

VERSION = 3
UPKEEP = "upkeep"
"""The order that closes the reception, and what a ``Session`` may be about."""
LIMIT_BYTES = 64 * 1024
"""A line longer than this is no message."""


class CoreUnreachable(StoreError):
    """No kioskd answers at the desk's socket."""

    code = "K311"
    retryable = True


class Busy(StoreError):
    """Another front has the visit; a PIN is taken only from it."""

    code = "K312"
    remedy = Remedy.STAFF
    retryable = True


class NotAllowed(StoreError):
    """The role of this front does not reach that far."""

    code = "K313"
    remedy = Remedy.STAFF


class BadMessage(StoreError):
    """Not a message of this version: unknown, malformed or too long."""

    code = "K314"


class Role(StrEnum):
    """How far a front reaches, from the least."""

    VISITOR = "visitor"
    RECEIPT = "receipt"
    TECHNICIAN = "technician"
    STAFF = "staff"


class Reach(StrEnum):
    """Who may ask a query, or give an order, of the desk."""

    VISITOR = "visitor"
    """Every front, without a login."""
    BOX = "box"
    """How the box is, no patient data: a uid that may reach technician or staff, no login."""
    TECHNICIAN = "technician"
    """What changes the box or tells of people, no patient data: a technician or staff session."""
    OWN = "own"
    """What lets the person themselves in, nobody else: a technician or staff session."""
    MAINTAINER = "maintainer"
    """What opens a way for results out of the box: a technician session, and no other."""
    STAFF = "staff"
    """Patient data: a staff session."""
    RECEIPT = "receipt"
    """What the receipt computer fetches: its own uid, or a staff session."""
    NEWS = "news"
    """What its link asks all day, no patient data: as RECEIPT, and not on record."""

    def is_open_to(self, role: Role, highest: Role) -> bool:
        """Whether a front may ask.

        Args:
            role: how far it reaches now, by its login.
            highest: how far its uid may reach.
        """
        match self:
            case Reach.VISITOR:
                return True
            case Reach.BOX:
                return highest in {Role.TECHNICIAN, Role.STAFF}
            case Reach.TECHNICIAN | Reach.OWN:
                return role in {Role.TECHNICIAN, Role.STAFF}
            case Reach.MAINTAINER:
                return role is Role.TECHNICIAN
            case Reach.STAFF:
                return role is Role.STAFF
            case Reach.RECEIPT | Reach.NEWS:
                return highest is Role.RECEIPT or role is Role.STAFF


class Key(StrEnum):
    """Keys that are events of the visit."""

    ANY = "any"
    BACK = "back"
    WITHOUT_CARD = "without_card"
    CALL_STAFF = "call_staff"
    CALL_OVER = "call_over"


# ------------------------------------------------------------------ from a front


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message.

    Args:
        version: of these messages.
        front: "screen", "line", "command", "receipt" or "technician".
    """

    version: int
    front: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Make this front the one that has the visit; Reply or Failed(Busy)."""

    id: int


@dataclass(frozen=True, slots=True)
class Release:
    """Give the visit up."""

    id: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key of the visitor that is an event of the visit."""

    key: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Four digits and 決定, from the claimant."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the choices asked for, counted from 1, from the claimant."""

    choice: int


@dataclass(frozen=True, slots=True)
class Entered:
    """The numbers asked for, from the claimant; Reply, or Failed with what is wrong with them.

    Args:
        id: repeated in the Reply.
        presentation: ``{"kind": "insured_numbers", …}`` as in docs/protocol.md.
    """

    id: int
    presentation: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """Raise the role with a passcode."""

    id: int
    passcode: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prove:
    """The second step of a login: a code, or nothing for a key that is to be touched."""

    id: int
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Logout:
    """Back to the role of a visitor."""

    id: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A query by name, e.g. "status".

    Args:
        id: repeated in the Reply.
        query: its name.
        about: its parameters.
    """

    id: int
    query: str
    about: dict[str, Any] = field(default_factory=dict, repr=False)


# ------------------------------------------------------------------ from the core


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to Hello.

    Args:
        version: of these messages.
        role: what this front may do now.
        is_simulated: everything is to be marked 模擬.
        language: "ja" or "en".
        manner: of this kiosk's fronts, as ``Manner.document``; unknown keys are no fault.
    """

    version: int
    role: str
    is_simulated: bool
    language: str
    manner: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happened:
    """One effect of the visit for the front that has it.

    Args:
        number: counts the effects of this core; a gap means some were missed.
        effect: "tell", "ask_pin", "ask_choice", "ask_numbers", "forget", "lead".
        phrase: of a "tell" or an "ask_choice".
        values: of its slots, in the form of ``pack``; of an "ask_numbers" ``paper``, the kind of
            presentation that is wanted: "insured_numbers", which it is without, or "four_items".
        is_private: patient data: private output only.
        choices: of an "ask_choice", how many.
    """

    number: int
    effect: str
    phrase: str = ""
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    is_private: bool = False
    choices: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """How the box is, for the idle screen.

    Args:
        line: the service was reached when last asked; None = not asked yet.
        reader: a reader is there.
        waiting: how many checks are 確認待ち.
        clock: the clock is trusted.
        called: somebody at the reception wants the staff.
        practice: nothing real is asked; everything is to be marked 練習.
        attendance: "attended" or "unattended".
        identify: "pin" or "sight".
        place: "clinic" or "home".
        treated_on: treatment date of the next check, ISO 8601; "" = the day of the check.
        closed: a technician works on the box, and no visit begins.
        keeps: False = the disk takes nothing: answers are shown and not kept (K355).
        stirred: how often something of what is open or kept has changed, since the core's start.
    """

    line: bool | None
    reader: bool
    waiting: int
    clock: bool
    called: bool = False
    practice: bool = False
    attendance: str = Attendance.UNATTENDED.value
    identify: str = Identify.PIN.value
    place: str = Place.CLINIC.value
    treated_on: str = ""
    closed: bool = False
    keeps: bool = True
    stirred: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A session, or the closed reception of whoever works in it, is about to end, or has ended.

    Args:
        role: what this front may do now.
        ends_in_s: 0 = it has ended.
        about: "session", or UPKEEP.
    """

    role: str
    ends_in_s: int
    about: str = "session"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request.

    Args:
        id: of the request.
        document: what was asked for.
    """

    id: int
    document: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """A request was not carried out.

    Args:
        id: of the request; 0 when it could not be read.
        code: K-code.
        wait_s: how long trying again makes no sense; 0 = it does not say.
    """

    id: int
    code: str
    wait_s: int = 0


Message = (
    Hello | Claim | Release | Pressed | Typed | Chosen | Entered | Login | Prove | Logout | Ask
    | Welcome | Happened | Condition | Session | Reply | Failed
)  # fmt: skip
_BY_TYPE: dict[str, Callable[..., Message]] = {
    kind.__name__.lower(): kind
    for kind in (
        Hello, Claim, Release, Pressed, Typed, Chosen, Entered, Login, Prove, Logout, Ask,
        Welcome, Happened, Condition, Session, Reply, Failed,
    )
}  # fmt: skip


def encode(message: Message) -> bytes:
    """One line, newline included."""
    document = {each.name: getattr(message, each.name) for each in fields(message)}
    document["type"] = type(message).__name__.lower()
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The message of a line.

    Raises:
        BadMessage: too long, not JSON, an unknown type, a missing, needless or wrong field.
    """
    if len(line) > LIMIT_BYTES:
        raise BadMessage("too long")
    try:
        document = json.loads(line)
        kind = _BY_TYPE[document.pop("type")]
        message = kind(**document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The line may hold a PIN: not even its shape goes into the detail.
        raise BadMessage from None
    _must_fit(message)
    return message


_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "str": (str,),
    "bool": (bool,),
    "bool | None": (bool, type(None)),
    "dict[str, Any]": (dict,),
}


def _must_fit(message: Message) -> None:
    for each in fields(message):
        value, kinds = getattr(message, each.name), _KINDS[str(each.type)]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise BadMessage(each.name)
