"""What a person shows of themselves where no card is read: numbers, or the four items.

Source: facts DOMAIN, "What to do when a check cannot be done" (資格確認書, マイナポータル) and
"How offline works elsewhere" (name, birth date, sex and address from the card's face).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.codes import Sex
from kiosk.domain.identity import CardIdentity
from kiosk.domain.insurance import InsurerNumber
from kiosk.domain.text import half_width, kana_key

MOST_CHARACTERS = 20
"""InsuredCardSymbol and InsuredIdentificationNumber hold so many (DOMAIN, OQS tree)."""
MOST_OF_A_NAME = 100
BRANCH_DIGITS = 2
_KNOWN_SEXES = frozenset({Sex.MALE, Sex.FEMALE})


class Paper(StrEnum):
    """What is typed from: something that bears the insured's numbers, or the face of the card."""

    NUMBERS = "insured_numbers"
    FACE = "four_items"


@dataclass(frozen=True, slots=True)
class InsuredNumbers:
    """What stands on a 資格確認書 or on what takes its place.

    Args:
        insurer: 保険者番号.
        symbol: 記号, may be empty; digits half-width.
        number: 番号.
        branch_number: 枝番, at most two digits; may be empty.
        birth_date: of the patient.
    """

    insurer: InsurerNumber
    symbol: str
    number: str
    branch_number: str
    birth_date: date

    def __post_init__(self) -> None:
        if not 0 < len(self.number) <= MOST_CHARACTERS or len(self.symbol) > MOST_CHARACTERS:
            raise ValueError("symbol or number")
        branch = self.branch_number
        if branch and not (branch.isascii() and branch.isdigit() and len(branch) <= BRANCH_DIGITS):
            raise ValueError("branch number")

    @property
    def key(self) -> bytes:
        """The same for the same numbers, however they were typed."""
        branch = self.branch_number.zfill(BRANCH_DIGITS) if self.branch_number else ""
        parts = (self.insurer.digits, _plain(self.symbol), _plain(self.number), branch)
        return "\0".join(("numbers", *parts, self.birth_date.isoformat())).encode()


@dataclass(frozen=True, slots=True)
class FourItems:
    """What stands on the face of the card, noted while the line was down.

    Args:
        name: as written; may be empty where there are kana.
        name_kana: its reading; may be empty where there is a name.
        birth_date: of the patient.
        sex: male or female, as the face has it.
        address: may be empty.
    """

    name: str
    name_kana: str
    birth_date: date
    sex: Sex
    address: str = ""

    def __post_init__(self) -> None:
        longest = max(len(self.name), len(self.name_kana), len(self.address))
        if not (self.name.strip() or self.name_kana.strip()) or longest > MOST_OF_A_NAME:
            raise ValueError("name")
        if self.sex not in _KNOWN_SEXES:
            raise ValueError("sex")

    @property
    def key(self) -> bytes:
        """The same for the same items, however they were typed."""
        names = (kana_key(self.name), kana_key(self.name_kana))
        return "\0".join(("items", *names, self.birth_date.isoformat(), self.sex)).encode()


ByHand = InsuredNumbers | FourItems
"""Typed by somebody of the clinic."""

Presentation = CardIdentity | ByHand
"""By what a check asks about a person."""


class Presented(StrEnum):
    """What kind of presentation it was, without its content."""

    CARD = "card"
    NUMBERS = "numbers"
    ITEMS = "items"


def kind_of(presentation: Presentation) -> Presented:
    """Which of the three."""
    match presentation:
        case CardIdentity():
            return Presented.CARD
        case InsuredNumbers():
            return Presented.NUMBERS
        case _:
            return Presented.ITEMS


def key_of(presentation: Presentation) -> bytes:
    """What stands for the person: the certificate (DER), or what was typed."""
    if isinstance(presentation, CardIdentity):
        return presentation.certificate
    return presentation.key


def _plain(text: str) -> str:
    return half_width(text).replace(" ", "")
