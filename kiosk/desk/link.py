"""A front's line to the core: the same whether over a socket or inside one process."""

from __future__ import annotations

from typing import Protocol

from kiosk.desk.messages import CoreUnreachable, Message


class Link(Protocol):
    """Messages in order, both ways; safe to send from one thread while another receives."""

    def send(self, message: Message) -> None:
        """Hand a message to the core.

        Raises:
            CoreUnreachable: the core has gone.
        """

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """The next message; None when none came within the time.

        Raises:
            CoreUnreachable: the core has gone.
            BadMessage: the core sent something that is no message.
        """

    def close(self) -> None:
        """End it; a ``receive`` under way raises CoreUnreachable."""


class NoLink:
    """``Link`` to a core that is not there yet: every call finds it gone."""

    def send(self, message: Message) -> None:
        """As ``Link.send``."""
        del message
        raise CoreUnreachable("not there yet")

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """As ``Link.receive``."""
        del timeout_s
        raise CoreUnreachable("not there yet")

    def close(self) -> None:
        """As ``Link.close``."""
