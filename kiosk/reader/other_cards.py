"""What else people lay on the reader, told by the applications it answers to, never by its ATR.

Sources: 運転免許証及び運転免許証作成システム等仕様書 (AID of the licence's DF1); EMV Contactless
Book B, 3.3 (the payment directory 2PAY.SYS.DDF01); facts CARD (kinds of token).
"""

from __future__ import annotations

from kiosk.ports.card import DriversLicence, NotMyNumberCard, PaymentCard
from kiosk.reader.apdu import SW, Command

DRIVERS_LICENCE = bytes.fromhex("A0000002310100000000000000000000")
PAYMENT_CARD = b"2PAY.SYS.DDF01"

OTHER_CARDS: tuple[tuple[bytes, type[NotMyNumberCard]], ...] = (
    (DRIVERS_LICENCE, DriversLicence),
    (PAYMENT_CARD, PaymentCard),
)
"""Application, and the error that names the card."""

STORAGE_CARDS = (SW.NO_LIMIT_KNOWN, SW.FUNCTION_NOT_SUPPORTED)
"""How PC/SC readers answer SELECT for a card without applications: transit, employee, point card
[R]."""

PHONES = frozenset({"JPKIAPGPSETOKEN", "JPKIAPIOSTOKEN"})
"""Kinds of token of a phone."""


def select(application: bytes) -> Command:
    """SELECT by AID, first or only occurrence, no FCI wanted."""
    return Command(0x00, 0xA4, 0x04, 0x0C, application)
