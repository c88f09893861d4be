"""English words for numbers, days and single characters."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from kiosk.domain.dates import Month
from kiosk.domain.text import REPLACEMENT, full_width_kana, half_width

UNSHOWABLE = "a character that cannot be shown"
_SIGNS = {REPLACEMENT: UNSHOWABLE, ".": "dot", "-": "hyphen"}
"""What is heard for ●."""

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_HUNDRED = 100
_FIRST_TENS = 20
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def number(value: int) -> str:
    """A number from 0 to 99 in words; a larger one as it is written."""
    if not 0 <= value < _HUNDRED:
        return str(value)
    if value < _FIRST_TENS:
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")


def day(value: date) -> str:
    """21 November 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def day_of_year(value: date) -> str:
    """21 November."""
    return f"{value.day} {_MONTHS[value.month - 1]}"


def month(value: Month) -> str:
    """November."""
    return _MONTHS[value.month - 1]


def age(value: timedelta) -> str:
    """How long ago, in its largest unit: 5 minutes, 3 hours, 2 days."""
    seconds = int(value.total_seconds())
    unit, size = next((each for each in _UNITS if seconds >= each[1]), _UNITS[-1])
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


def spelled(text: str) -> str:
    """A number or symbol character by character; digits in pairs where their count is even."""
    runs = ("".join(run) for _, run in groupby(half_width(text), str.isdecimal))
    return ", ".join(part for run in runs for part in _said(run))


def _said(run: str) -> list[str]:
    if not run.isdecimal():
        return [_SIGNS.get(each, each) for each in run if not each.isspace()]
    step = 2 if len(run) % 2 == 0 else 1
    names = [_SMALL[int(digit)] for digit in run]
    return [" ".join(names[at : at + step]) for at in range(0, len(run), step)]


def name(kana: str) -> str:
    """A person's name in full-width kana: a Japanese name is left to a Japanese voice."""
    return full_width_kana(kana).replace(REPLACEMENT, UNSHOWABLE)
