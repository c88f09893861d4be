"""``keys.*``: what a thief of the card, a thief of the box and a purge leave readable."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.domain.protection import PROTECTION
from kiosk.errors import SettingsError
from kiosk.phrasebook import Phrase
from kiosk.ports.keys import ProtectionNotAccepted
from kiosk.store.keys.choice import has_firmware_key

_FIRMWARE = "this Pi's firmware has a key of its own (rpi-fw-crypto); no provider uses it yet"


def find(box: Box) -> Iterator[Finding]:
    """The row of ``docs/keys.md`` that is true for this box."""
    if isinstance(box.settings, SettingsError):
        return
    provider = box.settings.keys.provider
    row = PROTECTION[provider]
    detail = f"{provider.value}; {_FIRMWARE}" if has_firmware_key() else provider.value
    if row.is_none and box.is_accepted is None:
        is_open = Phrase.KEYS_STOLEN_CARD_OPEN
        yield Finding("keys.stolen_card", State.UNKNOWN, is_open, detail=detail)
    elif row.is_none and not box.is_accepted:
        yield Finding.of(
            "keys.stolen_card",
            ProtectionNotAccepted,
            why=Phrase.DOCTOR_WHY_KEYS,
            state=State.WARN,
            detail=detail,
        )
    else:
        safe, unsafe = Phrase.KEYS_STOLEN_CARD_SAFE, Phrase.KEYS_STOLEN_CARD_OPEN
        what = safe if row.stolen_card else unsafe
        yield Finding("keys.stolen_card", State.OK, what, detail=detail)
    whole = Phrase.KEYS_STOLEN_BOX_SAFE if row.stolen_box else Phrase.KEYS_STOLEN_BOX_OPEN
    yield Finding("keys.stolen_box", State.OK, whole)
    for_good, copies = Phrase.KEYS_PURGED_FOR_GOOD, Phrase.KEYS_PURGED_BUT_COPIES
    yield Finding("keys.purged", State.OK, for_good if row.is_forward_secure else copies)
