"""Take on, by name, that a stolen memory card can be read; on the record and in the audit."""

from __future__ import annotations

from kiosk.domain.check import Stamp
from kiosk.domain.protection import PROTECTION, KeyProvider
from kiosk.events import Event
from kiosk.ports.access import Audit, Entry
from kiosk.ports.clock import Clock
from kiosk.ports.keys import Acceptance, Acceptances, ProtectionNotAccepted

MOST_CHARACTERS = 80


def accept_protection(
    provider: KeyProvider,
    name: str | None,
    *,
    acceptances: Acceptances,
    audit: Audit,
    clock: Clock,
    where: str = "command",
) -> Acceptance | None:
    """Let somebody accept the provider's row of the table, where it needs that.

    Args:
        provider: in use.
        name: of who accepts; None = nobody does just now.
        acceptances: where it is kept.
        audit: where it is written.
        clock: gives the time.
        where: the door.

    Returns:
        The acceptance on record; None where the row needs none.

    Raises:
        ProtectionNotAccepted: it needs one, and there is none.
        ValueError: the name is empty or too long.
    """
    if not PROTECTION[provider].is_none:
        return None
    if name is None:
        kept = acceptances.acceptance(provider)
        if kept is None:
            raise ProtectionNotAccepted
        return kept
    stamp = clock.stamp()
    accepted = Acceptance(provider, name_of(name), stamp.wall)
    acceptances.accept(accepted)
    audit.append(_entry(accepted, stamp, where))
    return accepted


def _entry(accepted: Acceptance, stamp: Stamp, where: str) -> Entry:
    return Entry(
        Event.PROTECTION_ACCEPTED,
        stamp.wall,
        stamp.is_trusted,
        who=accepted.name,
        where=where,
        what=accepted.provider.value,
    )


def name_of(text: str) -> str:
    """Of who takes something on; ValueError when it is empty or too long."""
    name = " ".join(text.split())
    if not name or len(name) > MOST_CHARACTERS:
        raise ValueError("a name has 1 to 80 characters")
    return name
