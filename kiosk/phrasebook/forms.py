"""How each kind of value is written and said, by language.

A slot names its kind: ``{tries:times}``. The kinds and their values:

========  ==================  ==================================  ============================
kind      value               read (ja)                           heard (ja)
========  ==================  ==================================  ============================
text      str                 as it is                            as it is
number    int                 3                                   サン
items     int                 1件                                 イッケン
times     int                 2回                                 ニカイ
share     int, percent        3割; 100: 10割（全額）              サンワリ; ジュウワリ、全額
wareki    date                令和8年11月21日                     レイワハチネンジュウイチガツ…
day       date                11月22日                            ジュウイチガツニジュウニニチ
month     Month               11月                                ジュウイチガツ
age       timedelta           3時間                               サンジカン
person    PersonName          山田　太郎様                        ヤマダタロウサマ
kana      str, any width      ヤマダ タロウ                       ヤマダタロウ
spelled   str                 06139992                            ゼロロク、イチサン、…
phonetic  str, one sign       大和のヤ                            ヤマトのヤ
========  ==================  ==================================  ============================

Source: facts SCREEN_AND_VOICE, Speech: names from kana, digits in groups, dates in 和暦.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from kiosk.domain import dates
from kiosk.domain.text import REPLACEMENT, full_width_kana
from kiosk.phrasebook import english, kana, spelling
from kiosk.phrasebook.template import Form
from kiosk.phrasebook.values import PersonName, showable

_WHOLE = 100
_WARI = 10


def _share_read(percent: int) -> str:
    whole, rest = divmod(percent, _WARI)
    if rest:
        return f"{percent}%"
    return f"{whole}割（全額）" if percent == _WHOLE else f"{whole}割"


def _share_heard(percent: int) -> str:
    whole, rest = divmod(percent, _WARI)
    if rest:
        return f"{kana.number(percent)}パーセント"
    said = f"{kana.number(whole)}ワリ"
    return f"{said}、全額" if percent == _WHOLE else said


def _person_read(name: PersonName) -> str:
    text = name.written or name.kana
    return f"{showable(text)}様" if text else "氏名なし"


def _person_heard(name: PersonName) -> str:
    if name.kana:
        return f"{kana.name(showable(name.kana))}サマ"
    return "読みのないお名前のかた" if name.written else "氏名なし"


def _age_read(value: timedelta) -> str:
    if value.days:
        return f"{value.days}日"
    hours, rest = divmod(value.seconds, 3600)
    return f"{hours}時間" if hours else f"{rest // 60}分"


def _english_person(name: PersonName) -> str:
    text = name.written or name.kana
    return showable(text) if text else "no name"


def _english_person_heard(name: PersonName) -> str:
    return english.name(showable(name.kana or name.written or "no name"))


def _text_heard(text: str) -> str:
    return showable(text).replace(REPLACEMENT, kana.UNSHOWABLE)


def _day_read(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _day_heard(day: date) -> str:
    return kana.month(day.month) + kana.day_of_month(day.day)


_JA_READ: dict[str, Form] = {
    "text": showable,
    "number": str,
    "items": "{}件".format,
    "times": "{}回".format,
    "share": _share_read,
    "wareki": dates.wareki,
    "day": _day_read,
    "month": lambda month: f"{month.month}月",
    "age": _age_read,
    "person": _person_read,
    "kana": lambda text: full_width_kana(showable(text)),
    "spelled": showable,
    "phonetic": spelling.read,
}
_JA_HEARD: dict[str, Form] = {
    "text": _text_heard,
    "number": kana.number,
    "items": lambda count: kana.counted(count, "ケン"),
    "times": lambda count: kana.counted(count, "カイ"),
    "share": _share_heard,
    "wareki": kana.wareki,
    "day": _day_heard,
    "month": lambda month: kana.month(month.month),
    "age": kana.age,
    "person": _person_heard,
    "kana": lambda text: kana.name(showable(text)),
    "spelled": lambda text: kana.spelled(showable(text)),
    "phonetic": spelling.heard,
}
_EN_READ: dict[str, Form] = {
    "text": showable,
    "number": str,
    "items": str,
    "times": str,
    "share": "{}%".format,
    "wareki": english.day,
    "day": english.day_of_year,
    "month": english.month,
    "age": english.age,
    "person": _english_person,
    "kana": lambda text: full_width_kana(showable(text)),
    "spelled": showable,
    "phonetic": spelling.read_in_english,
}
_EN_HEARD: dict[str, Form] = {
    "text": lambda text: showable(text).replace(REPLACEMENT, english.UNSHOWABLE),
    "number": english.number,
    "items": english.number,
    "times": english.number,
    "share": lambda percent: f"{english.number(percent)} percent",
    "wareki": english.day,
    "day": english.day_of_year,
    "month": english.month,
    "age": english.age,
    "person": _english_person_heard,
    "kana": lambda text: english.name(showable(text)),
    "spelled": lambda text: english.spelled(showable(text)),
    "phonetic": spelling.heard_in_english,
}

FORMS: dict[str, tuple[Mapping[str, Form], Mapping[str, Form]]] = {
    "ja": (_JA_READ, _JA_HEARD),
    "en": (_EN_READ, _EN_HEARD),
}
"""By language: the read forms and the heard forms."""
