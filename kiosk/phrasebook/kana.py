"""Japanese readings of numbers, counters, days and single characters."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from kiosk.domain.dates import wareki_year
from kiosk.domain.text import REPLACEMENT, full_width_kana, half_width

UNSHOWABLE = "表示できない文字"
"""What is heard for ●."""

_ONES = ("", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_HUNDREDS = {3: "さんびゃく", 6: "ろっぴゃく", 8: "はっぴゃく"}
_THOUSANDS = {3: "さんぜん", 8: "はっせん"}
_BEFORE_K = {"いち": "いっ", "ろく": "ろっ", "はち": "はっ", "じゅう": "じゅっ", "ゃく": "ゃっ"}
_MONTHS = {4: "し", 7: "しち", 9: "く"}
_HOURS = {4: "よ", 7: "しち", 9: "く"}
_DAYS = {
    1: "ついたち",
    2: "ふつか",
    3: "みっか",
    4: "よっか",
    5: "いつか",
    6: "むいか",
    7: "なのか",
    8: "ようか",
    9: "ここのか",
    10: "とおか",
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
_ERAS = {
    "令和": "れいわ",
    "平成": "へいせい",
    "昭和": "しょうわ",
    "大正": "たいしょう",
    "明治": "めいじ",
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
    """A number from 0 to 9999 in hiragana; a larger one as it is written."""
    if not 0 < value < _TEN_THOUSAND:
        return "ぜろ" if value == 0 else str(value)
    thousands, hundreds, tens, ones = (int(digit) for digit in f"{value:04}")
    return (
        _place(thousands, "せん", _THOUSANDS)
        + _place(hundreds, "ひゃく", _HUNDREDS)
        + _place(tens, "じゅう", {})
        + _ONES[ones]
    )


def _place(digit: int, unit: str, changed: dict[int, str]) -> str:
    if digit == 0:
        return ""
    return changed.get(digit) or (unit if digit == 1 else _ONES[digit] + unit)


def counted(value: int, counter: str) -> str:
    """A number before 件, 回 or another counter in k: いっけん, ろっかい, じゅっけん."""
    reading = number(value)
    for ending, short in _BEFORE_K.items():
        if reading.endswith(ending):
            return reading.removesuffix(ending) + short + counter
    return reading + counter


def month(value: int) -> str:
    """A month of the year: しがつ, しちがつ, くがつ."""
    return _MONTHS.get(value, number(value)) + "がつ"


def day_of_month(value: int) -> str:
    """A day of the month: ついたち, はつか, にじゅういちにち."""
    return _DAYS.get(value, number(value) + "にち")


def wareki(day: date) -> str:
    """A day in its era: れいわはちねんじゅういちがつにじゅういちにち; the first year がんねん."""
    era, year = wareki_year(day)
    said = "がん" if year == 1 else number(year)
    if said.endswith("よん"):
        said = said.removesuffix("ん")
    return f"{_ERAS.get(era, '')}{said}ねん{month(day.month)}{day_of_month(day.day)}"


def age(value: timedelta) -> str:
    """How long ago, in its largest unit: ごふん, さんじかん, ふつか."""
    days, seconds = value.days, value.seconds
    if days:
        return "いちにち" if days == 1 else day_of_month(days)
    if seconds >= 3600:  # noqa: PLR2004 - seconds in an hour
        hours = seconds // 3600
        return _HOURS.get(hours, number(hours)) + "じかん"
    return _minutes(seconds // 60)


def _minutes(value: int) -> str:
    said = counted(value, "ぷん")
    soft = value % 10 in {2, 5, 7, 9} or value == 0
    return said.removesuffix("ぷん") + "ふん" if soft else said


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
