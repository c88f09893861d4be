"""Insurer numbers, insured numbers, and what the patient pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.codes import CardClassification
from kiosk.domain.dates import Month
from kiosk.domain.text import half_width

_LENGTHS = (6, 8)
_PRESCHOOL_ENDS = 6
_ELDERLY_FROM = 70
_LATE_ELDERLY_LAW = "39"
_FISCAL_YEAR_ENDS = (3, 31)


def insurer_check_digit(digits: str) -> int:
    """Check digit over all digits of an insurer number but the last.

    From the right, weights 2, 1, 2, 1 …; the digits of the products are added;
    check = (10 - sum mod 10) mod 10. Source: facts DOMAIN, "Insurer number check digit".
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return (10 - total % 10) % 10


@dataclass(frozen=True, slots=True)
class InsurerNumber:
    """保険者番号: 6 digits (国保) or 8 (法別 2, prefecture 2, insurer 3, check 1); always text.

    Args:
        digits: ASCII digits with a true check digit; ValueError otherwise.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) not in _LENGTHS or not (
            self.digits.isascii() and self.digits.isdigit()
        ):
            raise ValueError("an insurer number has 6 or 8 digits")
        if insurer_check_digit(self.digits[:-1]) != int(self.digits[-1]):
            raise ValueError("the check digit of the insurer number is wrong")

    @classmethod
    def parse(cls, text: str) -> InsurerNumber:
        """From text as the tree or a person writes it: full-width digits are taken too."""
        return cls(half_width(text).strip())

    @property
    def law(self) -> str:
        """法別番号, the first two of eight digits; empty for 国保."""
        return self.digits[:2] if len(self.digits) == max(_LENGTHS) else ""


def is_late_elderly(insurer_number: str) -> bool:
    """True for 後期高齢者医療 (法別 39), whatever width the digits have."""
    digits = half_width(insurer_number)
    return len(digits) == max(_LENGTHS) and digits.startswith(_LATE_ELDERLY_LAW)


def preschool_until(born: date) -> date:
    """Last day as 未就学: 31 March after the sixth birthday.

    A person reaches an age at the end of the day before the birthday (年齢計算ニ関スル法律), so
    someone born on 1 April is six on 31 March and leaves on that very day.
    """
    day_before_birthday = Month(born.year + _PRESCHOOL_ENDS, born.month).first_day + timedelta(
        days=born.day - 2
    )
    passed = (day_before_birthday.month, day_before_birthday.day) > _FISCAL_YEAR_ENDS
    return date(day_before_birthday.year + passed, *_FISCAL_YEAR_ENDS)


def elderly_recipient_from(born: date) -> date:
    """First day as 高齢受給者.

    The 1st of the month after the 70th birthday, or of that month when born on the 1st.
    Source: facts DOMAIN, Calendar rules.
    """
    turns = Month(born.year + _ELDERLY_FROM, born.month)
    return turns.first_day if born.day == 1 else turns.plus(1).first_day


_RATIOS = {"010": 10, "020": 20, "030": 30}


def copayment_percent(
    *,
    card_classification: str | None,
    insurer_number: str | None,
    born: date | None,
    on: date,
    late_elderly_ratio: str | None = None,
    elderly_ratio: str | None = None,
    is_preschool: bool = False,
) -> int | None:
    """Share the patient pays on a day, in percent; None = unknown, ask (never guess).

    Source: facts DOMAIN, "Copayment": 後期 and 70-74 from their ratio; 70 and over without a ratio
    unknown; 未就学 20; class 05 (特別療養費) 100 and refunded; otherwise 30 [R: our reading].
    Class A1 (医療扶助) is borne by public assistance, how far the tree does not say: unknown [R].

    Args:
        card_classification: InsuredCardClassification, e.g. "01".
        insurer_number: as the tree has it, any width.
        born: birth date; without it, or with one to come, and without a ratio the share is unknown.
        on: treatment date.
        late_elderly_ratio: InsuredPartialContributionRatio, "010", "020" or "030".
        elderly_ratio: ElderlyRecipientContributionRatio, "020" or "030".
        is_preschool: PreschoolClassification is "1".
    """
    classification = half_width(card_classification or "")
    if classification == CardClassification.SPECIAL:
        return 100
    for ratio in (late_elderly_ratio, elderly_ratio):
        if ratio:
            return _RATIOS.get(half_width(ratio))
    is_assisted = classification == CardClassification.MEDICAL_ASSISTANCE
    if is_preschool and not is_assisted:
        return 20
    if is_assisted or born is None or born > on or is_late_elderly(insurer_number or ""):
        return None
    if on <= preschool_until(born):
        return 20
    return None if on >= elderly_recipient_from(born) else 30
