"""The engine says what the heard form means: its own kana compared with ours.

Source: facts SCREEN_AND_VOICE, Braille: "the engine's g2p gives the kana". Needs the ``voice``
extra; each case below was misread, or nearly, in one spelling or another.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from string import ascii_uppercase

import pytest

from kiosk.domain.dates import Month
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.forms import FORMS

pyopenjtalk = pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
HEARD = FORMS["ja"][1]
_LONG_O_OR_U = "オコソトノホモヨロゴゾドボポョウクスツヌフムユルグズブプュ"
_LONG_E = "エケセテネヘメレゲゼデベペ"


def sounds(text: str) -> str:
    """Katakana as it sounds: long vowels and pauses levelled."""
    plain = re.sub(r"[ー、。]", "", text)
    plain = re.sub(rf"(?<=[{_LONG_O_OR_U}])[ウ]|(?<=[{_LONG_E}])イ", "", plain)
    return plain.replace("トオカ", "トカ").replace("イイ", "イ")


def engine_kana(text: str) -> str:
    return str(pyopenjtalk.g2p(text, kana=True))


DATES = [date(2026, month, day) for month, day in enumerate((8, 1, 20, 14, 24, 10, 2, 8, 9), 1)]
SIGNS = ("ガ", "パ", "ショ", "ッ", "ー", "ヴァ", "7", *ascii_uppercase)
KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
VALUES: list[tuple[str, object]] = [
    *(("wareki", day) for day in DATES),
    *(("wareki", day) for day in (date(2019, 5, 1), date(1926, 12, 25), date(1989, 1, 8))),
    *(("month", Month(2026, month)) for month in range(1, 13)),
    *(("items", count) for count in (0, 1, 3, 6, 8, 10, 18, 20)),
    *(("times", count) for count in (1, 2, 8)),
    *(("share", percent) for percent in (10, 20, 30)),
    *(("age", timedelta(hours=hours)) for hours in (1, 4, 7, 8, 9)),
    *(("age", timedelta(days=days)) for days in (1, 8, 14, 20)),
    *(("spelled", number) for number in ("06139992", "123", "01", "8")),
]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_a_value_is_said_as_it_is_meant(kind: str, value: object) -> None:
    heard = HEARD[kind](value)
    assert sounds(engine_kana(f"{heard}。")) == sounds(heard)


@pytest.mark.parametrize("sign", [*KANA, *SIGNS])
def test_a_sign_is_said_by_a_word_as_it_is_meant(sign: str) -> None:
    heard = HEARD["phonetic"](sign)
    meant = heard.replace("の", "ノ").replace("オオサカ", "オーサカ").replace("ノヲ", "ノオ")
    meant = meant.replace("ノシー", "ノスィー")  # the letter C, as in English
    assert sounds(engine_kana(f"{heard}。")) == sounds(meant)


@pytest.mark.parametrize(
    ("phrase", "values", "said"),
    [
        (Phrase.SIMULATED_NOTICE, {}, "モギデス。ホンモノノシカクカクニンデワアリマセン。"),
        (Phrase.OUTCOME_DEFERRED, {}, "カクニンマチデス。シカクワ、マダカクニンデキテイマセン。"),
        (
            Phrase.FALLBACK_PORTAL,
            {},
            "マイナポータルノガメンワアリマスカ。ハイワイチ、イーエワニ。",
        ),
        (Phrase.PURGE_DONE, {"month": Month(2026, 8)}, "ハチガツブンヲケシマシタ。"),
        (
            Phrase.LINE_TREATED_ON,
            {"day": date(2026, 8, 8)},
            "セジュツビ。レーワハチネンハチガツヨーカ。",
        ),
        (Phrase.LINE_BRANCH_NUMBER, {"value": "01"}, "エダバン。ゼロイチ。"),
    ],
)
def test_a_sentence_is_said_as_it_is_meant(
    phrase: Phrase, values: dict[str, object], said: str
) -> None:
    heard = Phrasebook.load("ja").say(phrase, **values).heard
    assert sounds(engine_kana(heard)) == sounds(said)
