"""The passcode of a member of staff or of a technician: what may be one, and what may follow."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Final

from kiosk.domain.text import half_width

SHORTEST: Final = 6
LONGEST_DIGITS: Final = 12
LONGEST_TEXT: Final = 64
FEWEST_KINDS: Final = 4
SHORTEST_TEXT: Final = 10
"""Letters come from a keyboard, so they can be asked to be more."""


class Factor(StrEnum):
    """The second step of a login."""

    NONE = "none"
    TOTP = "totp"
    FIDO2 = "fido2"


class Passcode:
    """A secret as it was typed, with digits made half width; shown by no ``repr``.

    Args:
        text: full-width digits count as digits.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = half_width(text).strip()

    def reveal(self) -> bytes:
        """The bytes that are hashed."""
        return self._text.encode()

    @property
    def is_fit_for_a_keypad(self) -> bool:
        """6 to 12 digits, neither one digit throughout nor a run up or down."""
        text = self._text
        if not (text.isascii() and text.isdecimal()):
            return False
        steps = {int(b) - int(a) for a, b in pairwise(text)}
        return SHORTEST <= len(text) <= LONGEST_DIGITS and steps not in ({0}, {1}, {-1})

    @property
    def is_fit_for_a_keyboard(self) -> bool:
        """As on a keypad, or 10 to 64 printable characters, at least four different ones."""
        text = self._text
        is_long = SHORTEST_TEXT <= len(text) <= LONGEST_TEXT and text.isprintable()
        return self.is_fit_for_a_keypad or (is_long and len(set(text)) >= FEWEST_KINDS)

    def __repr__(self) -> str:
        return "Passcode(****)"

    def __reduce__(self) -> str:
        raise TypeError("a passcode is not written anywhere")
