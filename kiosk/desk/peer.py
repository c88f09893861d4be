"""One front at the desk, as the counter knows it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.desk.messages import Message, Role, encode
from kiosk.ports.access import Holder

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
