"""How a sentence is felt: the reviewed reading, with numbers as digits, for a braille line.

What is heard as ヨンケタ is felt as 4ケタ, a day with a name of its own in kana (ツイタチ, ハツカ),
a name as its kana stands, with the space between family and given name. Kanji without a reading are
left to ``kiosk.domain.braille``, which notes them. Source: docs/braille.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from kiosk.domain.dates import wareki_year
from kiosk.domain.text import REPLACEMENT, full_width_kana, half_width
from kiosk.phrasebook import english, kana, spelling
from kiosk.phrasebook.forms import FORMS
from kiosk.phrasebook.readings import load_readings
from kiosk.phrasebook.template import Form, Template
from kiosk.phrasebook.values import PersonName, showable

UNSHOWABLE = "ヒョージ デキナイ モジ"
_ONES = {
    "ゼロ": 0, "イチ": 1, "イッ": 1, "ニ": 2, "サン": 3, "シ": 4, "ヨン": 4, "ゴ": 5, "ロク": 6,
    "シチ": 7, "ナナ": 7, "ハチ": 8, "ク": 9, "キュー": 9,
}  # fmt: skip
_ONE = "ゼロ|イチ|イッ|ニ|サン|ヨン|ゴ|ロク|シチ|ナナ|ハチ|キュー"
_COUNTED = re.compile(
    rf"(?<![ァ-ヴー])(?=[^ ])(セン)?(?:({_ONE})ヒャク)?(?:({_ONE})?(ジュー))?"
    rf"({_ONE}|[シク](?=ガツ))?"
    r"(?=ケタ|モンジ|モジ|カイ|ワリ|マイ|バイ|コーモク|ビョー|ガツ|ネン|ニチ(?!ジ)|[、。]|エ。|$)"
)
"""A number word before its counter, or alone as the name of a key."""
_ROW = re.compile(rf"(?<![ァ-ヴー])(?:{_ONE}){{4,}}(?=[、。]|$)")
"""Keys to be pressed, one after the other."""
_SAID_IN_KANA = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20})
_ENDS_IN_FOUR = frozenset({14, 24})
_HOUR_S = 3600
_PERCENT_A_WARI = 10


@cache
def felt_template(key: str, place: int, heard: str) -> Template | None:
    """The template of a sentence as it is felt; None when nobody has reviewed its reading."""
    reading = load_readings().get((key, place))
    if reading is None or reading.heard != heard:
        return None
    plain = Template.parse(reading.reading)
    return Template(tuple((_digits(literal), slot, kind) for literal, slot, kind in plain.parts))


def _digits(literal: str) -> str:
    in_a_row = _ROW.sub(lambda found: _keys(found[0]), literal)
    return _COUNTED.sub(lambda found: _number(*found.groups()) if found[0] else "", in_a_row)


def _keys(names: str) -> str:
    return "".join(str(_ONES[each]) for each in re.findall(_ONE, names))


def _number(
    thousand: str | None, hundreds: str | None, tens: str | None, ten: str | None, ones: str | None
) -> str:
    high = 1000 * bool(thousand) + 100 * _ONES[hundreds or "ゼロ"]
    low = 10 * bool(ten) * _ONES[tens or "イチ"] + _ONES[ones or "ゼロ"]
    return str(high + low)


def _day_of_month(day: int) -> str:
    if day in _SAID_IN_KANA:
        return kana.day_of_month(day).replace("ヨウカ", "ヨーカ")
    return f"{day}カ" if day in _ENDS_IN_FOUR else f"{day}ニチ"


def _day(day: date) -> str:
    return f"{day.month}ガツ {_day_of_month(day.day)}"


def _wareki(day: date) -> str:
    era, year = wareki_year(day)
    name = {
        "令和": "レイワ",
        "平成": "ヘイセイ",
        "昭和": "ショーワ",
        "大正": "タイショー",
        "明治": "メイジ",
    }
    return f"{name.get(era, '')} {'ガン' if year == 1 else year}ネン {_day(day)}".strip()


def _age(value: timedelta) -> str:
    if value.days:
        return f"{value.days}ニチ"
    hours, rest = divmod(value.seconds, _HOUR_S)
    return f"{hours}ジカン" if hours else f"{rest // 60}プン"


def _share(percent: int) -> str:
    whole, rest = divmod(percent, _PERCENT_A_WARI)
    if rest:
        return f"{percent}パーセント"
    return f"{whole}ワリ、 ゼンガク" if whole == _PERCENT_A_WARI else f"{whole}ワリ"


def _name(text: str) -> str:
    spaced = " ".join(full_width_kana(showable(text)).split())
    return spaced.replace(REPLACEMENT, UNSHOWABLE)


def _person(name: PersonName) -> str:
    if name.kana:
        return f"{_name(name.kana)} サマ"
    return "ヨミノ ナイ オナマエノ カタ" if name.written else "シメイ ナシ"


def _text(text: str) -> str:
    return showable(text).replace(REPLACEMENT, UNSHOWABLE)


JA_FELT: Mapping[str, Form] = {
    "text": _text,
    "number": str,
    "items": "{}ケン".format,
    "times": "{}カイ".format,
    "share": _share,
    "wareki": _wareki,
    "day": _day,
    "month": lambda month: f"{month.month}ガツ",
    "age": _age,
    "person": _person,
    "kana": _name,
    "spelled": lambda text: _text(half_width(text)),
    "phonetic": spelling.felt,
}
"""By kind of value, as ``kiosk.phrasebook.forms``."""


def _english_text(text: str) -> str:
    return showable(text).replace(REPLACEMENT, english.UNSHOWABLE)


def _english_person(name: PersonName) -> str:
    return _english_text(full_width_kana(name.kana or "") or name.written or "no name")


EN_FELT: Mapping[str, Form] = {
    **FORMS["en"][0],
    "text": _english_text,
    "kana": lambda text: _english_text(full_width_kana(text)),
    "spelled": _english_text,
    "person": _english_person,
}
