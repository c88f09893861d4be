"""Who stands before the kiosk: the PIN, and what the card says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain.text import half_width

PIN_LENGTH = 4


class Pin:
    """4 digits of the user-authentication certificate; never shown, logged, compared or kept.

    Args:
        digits: as typed; full-width digits are taken. ValueError (without the digits) otherwise.
    """

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        plain = half_width(digits)
        if len(plain) != PIN_LENGTH or not (plain.isascii() and plain.isdigit()):
            raise ValueError(f"a PIN has {PIN_LENGTH} digits")
        self._digits = plain

    def reveal(self) -> bytes:
        """The ASCII digits, for the VERIFY command alone."""
        return self._digits.encode("ascii")

    def __repr__(self) -> str:
        return "Pin(****)"

    def __reduce__(self) -> str:
        raise TypeError("a PIN is not written anywhere")


class Mode(StrEnum):
    """How the person was identified."""

    PIN = "pin"
    VISUAL = "visual"


@dataclass(frozen=True, slots=True)
class CardIdentity:
    """What one reading of a card gave.

    Args:
        mode: PIN, or visual (目視).
        certificate: user-authentication certificate, DER.
        signature: over the challenge of the check; None in visual mode.
        not_after: end of the certificate's validity, aware UTC.
        is_simulated: the certificate names itself simulated.
    """

    mode: Mode
    certificate: bytes = field(repr=False)
    signature: bytes | None = field(repr=False)
    not_after: datetime
    is_simulated: bool
