"""One front at the desk, as the counter knows it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.desk.messages import Message, Role, encode
from kiosk.ports.access import Caller, Holder


@dataclass(eq=False)
class Enrolment:
    """The second factor that somebody who is logged in is about to get; it ends with their session.

    Args:
        holder: who is logged in.
        caller: where.
        secret: shown to them, until a code of it was right; None = none is open.
        given_up: the touch of a key that is waited for need not come any more.
    """

    holder: Holder
    caller: Caller
    secret: bytes | None = field(default=None, repr=False)
    given_up: threading.Event = field(default_factory=threading.Event, repr=False)

    def begin(self) -> threading.Event:
        """Another step: what was under way before it is not."""
        self.drop()
        self.given_up = threading.Event()
        return self.given_up

    def drop(self) -> None:
        """Forget what was shown, and wait for no key."""
        self.secret = None
        self.given_up.set()


FRONTS = frozenset({"screen", "line", "command", "receipt", "technician"})


class Outlet(Protocol):
    """The way back to one peer; neither call blocks or raises."""

    def put(self, line: bytes) -> None:
        """Send one line; a peer that does not read is cut off."""

    def cut(self) -> None:
        """Hang up, after what was put."""


@dataclass(eq=False)
class Peer:
    """One front at the desk.

    Args:
        outlet: the way back.
        highest: how far its uid may reach.
        uid: of its process.
        front: what it called itself in its Hello, "other" for a name we do not know.
        role: how far it reaches now.
        holder: who logged in.
        knocked: who gave the right passcode and owes the second step.
        touched_at: when the session was last used, monotonic.
        is_warned: it was told that the session is about to end.
        enrolment: of whoever logged in; None = nobody.
        is_greeted: it has said Hello.
        faults: how many lines were no messages.
        pending: queries under way.
    """

    outlet: Outlet
    highest: Role
    uid: int
    front: str = "other"
    role: Role = Role.VISITOR
    holder: Holder | None = None
    knocked: Holder | None = None
    touched_at: float = field(default_factory=time.monotonic)
    is_warned: bool = False
    enrolment: Enrolment | None = None
    is_greeted: bool = False
    faults: int = 0
    pending: int = 0

    def send(self, message: Message) -> None:
        """One message, in order."""
        self.outlet.put(encode(message))

    @property
    def who(self) -> str:
        """As the audit names it."""
        return str(self.holder) if self.holder else f"uid:{self.uid}"
