"""Japanese readings of numbers, counters, days and single characters, in katakana.

In hiragana the engine takes は for the particle: はちがつ became ワチガツ in a trial with Open
JTalk (pyopenjtalk-plus 0.4.1); in katakana every date, count and share tried was said right.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from kiosk.domain.dates import wareki_year
from kiosk.domain.text import REPLACEMENT, full_width_kana, half_width

SMALL_KANA = frozenset("ァィゥェォャュョヮ")
"""Kana that are one sound with the one before."""
UNSHOWABLE = "表示できない文字"
"""What is heard for ●."""

_ONES = ("", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_HUNDREDS = {3: "サンビャク", 6: "ロッピャク", 8: "ハッピャク"}
_THOUSANDS = {3: "サンゼン", 8: "ハッセン"}
_BEFORE_K = {"イチ": "イッ", "ロク": "ロッ", "ハチ": "ハッ", "ジュウ": "ジュッ", "ャク": "ャッ"}
_MONTHS = {4: "シ", 7: "シチ", 9: "ク"}
_HOURS = {4: "ヨ", 7: "シチ", 9: "ク"}
_DAYS = {
    1: "ツイタチ",
    2: "フツカ",
    3: "ミッカ",
    4: "ヨッカ",
    5: "イツカ",
    6: "ムイカ",
    7: "ナノカ",
    8: "ヨウカ",
    9: "ココノカ",
    10: "トオカ",
    14: "ジュウヨッカ",
    20: "ハツカ",
    24: "ニジュウヨッカ",
}
# A span of one day is no ツイタチ, and ハツカ without a month before it is said ハッカ (mint).
_AGES = {1: "イチニチ", 20: "ニジュウニチ"}
_ERAS = {
    "令和": "レイワ",
    "平成": "ヘイセイ",
    "昭和": "ショウワ",
    "大正": "タイショウ",
    "明治": "メイジ",
}
_DIGIT_NAMES = dict(
    zip(
        "0123456789",
        ["ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"],
        strict=True,
    )
)
_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "エー",
            "ビー",
            "シー",
            "ディー",
            "イー",
            "エフ",
            "ジー",
            "エイチ",
            "アイ",
            "ジェー",
            "ケー",
            "エル",
            "エム",
            "エヌ",
            "オー",
            "ピー",
            "キュー",
            "アール",
            "エス",
            "ティー",
            "ユー",
            "ブイ",
            "ダブリュー",
            "エックス",
            "ワイ",
            "ゼット",
        ],
        strict=True,
    )
)
_SIGNS = {
    "-": "ハイフン",
    "‐": "ハイフン",
    "−": "ハイフン",
    "・": "テン",
    ".": "テン",
    "/": "スラッシュ",
    REPLACEMENT: UNSHOWABLE,
}
_TEN_THOUSAND = 10_000


def number(value: int) -> str:
    """A number from 0 to 9999 in katakana; a larger one as it is written."""
    if not 0 < value < _TEN_THOUSAND:
        return "ゼロ" if value == 0 else str(value)
    thousands, hundreds, tens, ones = (int(digit) for digit in f"{value:04}")
    return (
        _place(thousands, "セン", _THOUSANDS)
        + _place(hundreds, "ヒャク", _HUNDREDS)
        + _place(tens, "ジュウ", {})
        + _ONES[ones]
    )


def _place(digit: int, unit: str, changed: dict[int, str]) -> str:
    if digit == 0:
        return ""
    return changed.get(digit) or (unit if digit == 1 else _ONES[digit] + unit)


def counted(value: int, counter: str) -> str:
    """A number before 件, 回 or another counter in k: イッケン, ロッカイ, ジュッケン."""
    reading = number(value)
    for ending, short in _BEFORE_K.items():
        if reading.endswith(ending):
            return reading.removesuffix(ending) + short + counter
    return reading + counter


def month(value: int) -> str:
    """A month of the year: シガツ, シチガツ, クガツ."""
    return _MONTHS.get(value, number(value)) + "ガツ"


def day_of_month(value: int) -> str:
    """A day of the month: ツイタチ, ハツカ, ニジュウイチニチ."""
    return _DAYS.get(value, number(value) + "ニチ")


def wareki(day: date) -> str:
    """A day in its era: レイワハチネンジュウイチガツニジュウイチニチ; the first year ガンネン."""
    era, year = wareki_year(day)
    said = "ガン" if year == 1 else number(year)
    if said.endswith("ヨン"):
        said = said.removesuffix("ン")
    return f"{_ERAS.get(era, '')}{said}ネン{month(day.month)}{day_of_month(day.day)}"


def age(value: timedelta) -> str:
    """How long ago, in its largest unit: ゴフン, サンジカン, フツカ."""
    days, seconds = value.days, value.seconds
    if days:
        return _AGES.get(days) or day_of_month(days)
    if seconds >= 3600:  # noqa: PLR2004 - seconds in an hour
        hours = seconds // 3600
        return _HOURS.get(hours, number(hours)) + "ジカン"
    return _minutes(seconds // 60)


def _minutes(value: int) -> str:
    said = counted(value, "プン")
    soft = value % 10 in {2, 5, 7, 9} or value == 0
    return said.removesuffix("プン") + "フン" if soft else said


def spelled(text: str) -> str:
    """A number or symbol character by character, with a comma between.

    Digits stand in pairs where their count is even: "06139992" is
    ゼロロク、イチサン、キュウキュウ、キュウニ; "01" is ゼロイチ; "123" is イチ、ニ、サン. Kanji and
    kana of a symbol stay together.
    """
    runs = (list(run) for _, run in groupby(half_width(text), _kind))
    return "、".join(part for run in runs for part in _said("".join(run)))


def _kind(character: str) -> object:
    if character in _DIGIT_NAMES:
        return "digit"
    alone = character.upper() in _LETTERS or character in _SIGNS or character.isspace()
    return character if alone else "word"


def _said(run: str) -> list[str]:
    if run[0] in _DIGIT_NAMES:
        step = 2 if len(run) % 2 == 0 else 1
        names = [_DIGIT_NAMES[digit] for digit in run]
        return ["".join(names[at : at + step]) for at in range(0, len(run), step)]
    if run.isspace():
        return []
    single = _LETTERS.get(run[0].upper()) or _SIGNS.get(run[0])
    return [single] * len(run) if single else [run]


def name(kana: str) -> str:
    """A person's name from its kana, any width: "ﾔﾏﾀﾞ ﾀﾛｳ" is ヤマダタロウ."""
    return "".join(full_width_kana(kana).split()).replace(REPLACEMENT, UNSHOWABLE)
