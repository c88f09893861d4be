"""The engine itself: what it renders can be heard, and reads as it is meant."""

from __future__ import annotations

import array
import math
import re
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.phrasebook import PersonName, Phrase, Phrasebook
from kiosk.voice.terms import TERMS
from tests.support.hearing import assert_sox_hears, heard_rows

if TYPE_CHECKING:
    from kiosk.voice.openjtalk import OpenJTalkVoice

RATE = 48_000
WELCOME = "マイナ保険証の受付です。"
LEXICON = Path(__file__).with_name("terms.txt")
YAMADA = PersonName("山田　太郎", "ヤマダ タロウ")
SAID: list[tuple[Phrase, dict[str, object], str]] = [
    (
        Phrase.RECEPTION_WELCOME,
        {},
        "マイナホケンショーノウケツケデス。アンショーバンゴーヨンケタヲオシ、ケッテーヲオシテクダサイ。",
    ),
    (Phrase.RECEPTION_LAY_CARD, {}, "カードヲヨミトリキニオイテクダサイ。"),
    (Phrase.RECEPTION_READING, {}, "ヨンデイマス。ウゴカサナイデクダサイ。"),
    (
        Phrase.RECEPTION_WRONG_PIN,
        {"tries": 2},
        "アンショーバンゴーガチガイマス。アトニカイデス。モーイチド、ヨンケタヲオシテクダサイ。",
    ),
    (
        Phrase.RECEPTION_LAST_TRY,
        {},
        "アトイッカイデス。マチガエルト、シクチョーソンノマドグチデテツズキガイリマス。",
    ),
    (
        Phrase.RECEPTION_CONFIRMED,
        {},
        "カクニンデキマシタ。ホケンショーノテージワイリマセン。カードヲオトリクダサイ。",
    ),
    (Phrase.RECEPTION_CARD_LEFT, {}, "カードガノコッテイマス。オトリクダサイ。"),
    (Phrase.RECEPTION_THANKS, {}, "アリガトーゴザイマシタ。"),
    (Phrase.OUTAGE_LINE_DOWN, {}, "カイセンガキレテイマス。ウケツケワツズケラレマス。"),
    (
        Phrase.OUTAGE_RECEIVED,
        {},
        "ウケツケマシタ。シカクワ、マダカクニンデキテイマセン。カクニンマチデス。カードヲオトリクダサイ。",
    ),
    (Phrase.OUTAGE_RESTARTED, {"waiting": 1}, "サイキドーシマシタ。カクニンマチ、イッケン。"),
    (
        Phrase.OUTAGE_LINE_BACK,
        {"confirmed": 1, "left": 0},
        "カイセンガモドリマシタ。イッケン、カクニンシマシタ。ノコリゼロケン。",
    ),
    (
        Phrase.RESULT_VALID,
        {"name": YAMADA, "share": 30},
        "ヤマダタローサマ。シカク、ユーコー。サンワリ。",
    ),
    (
        Phrase.RESULT_NOT_VALID_LATER,
        {"name": YAMADA},
        "ヤマダタローサマ。シカク、ムコー。ツギノライインデ、バンゴーヲカナラズカクニンシテクダサイ。",
    ),
    (Phrase.RESULT_NONE, {}, "シカクジョーホーナシ。"),
    (
        Phrase.LINE_INSURER_NUMBER,
        {"value": "06139992"},
        "ホケンシャバンゴー。ゼロロク、イチサン、キューキュー、キューニ。",
    ),
    (
        Phrase.LINE_TREATED_ON,
        {"day": date(2026, 11, 21)},
        "セジュツビ。レーワハチネンジューイチガツニジューイチニチ。",
    ),
    (
        Phrase.FALLBACK_PORTAL,
        {},
        "マイナポータルノガメンワアリマスカ。ハイワイチ、イーエワニ。",
    ),
    (Phrase.PURGE_RETENTION_OVER, {}, "ホゾンキカンガオワリマシタ。"),
]


def samples(pcm: bytes) -> array.array[int]:
    assert sys.byteorder == "little"
    return array.array("h", pcm)


def rms(pcm: bytes) -> float:
    wave = samples(pcm)
    return math.sqrt(sum(height * height for height in wave) / len(wave))


def assert_can_be_heard(pcm: bytes, text: str) -> None:
    """Loud enough, nowhere at the limit of 16 bits, and no faster or slower than speech is."""
    assert rms(pcm) > 1_000, text
    assert max(map(abs, samples(pcm))) < 32_000, text
    assert 0.03 * len(text) < len(pcm) / 2 / RATE < 1.0 + 0.5 * len(text), text


def test_a_sentence_can_be_heard(mei: OpenJTalkVoice) -> None:
    assert_can_be_heard(mei.render(WELCOME), WELCOME)


def test_the_sound_begins_at_once(mei: OpenJTalkVoice) -> None:
    first_20_ms = samples(mei.render(WELCOME))[: RATE // 50]
    assert max(map(abs, first_20_ms)) > 100


def test_twice_the_speed_is_about_half_the_length(mei: OpenJTalkVoice) -> None:
    assert 0.4 < len(mei.render(WELCOME, 2.0)) / len(mei.render(WELCOME)) < 0.65


def test_one_speed_does_not_stay_for_the_next(mei: OpenJTalkVoice) -> None:
    before = mei.render(WELCOME)
    mei.render(WELCOME, 3.0)
    assert mei.render(WELCOME) == before


def test_what_has_no_sound_renders_to_nothing(mei: OpenJTalkVoice) -> None:
    assert mei.render("。") == b""


# Kanji the dictionary lacks are looked up with Sudachi, in a way Sudachi calls old.
@pytest.mark.filterwarnings("ignore:Dictionary.create:DeprecationWarning")
@pytest.mark.parametrize(("written", "kana"), [("驫", "ヒョー"), ("鱻", "セン")])
def test_kanji_the_dictionary_lacks_are_not_passed_over(
    mei: OpenJTalkVoice, written: str, kana: str
) -> None:
    assert mei.kana(written) == kana


@pytest.mark.parametrize("text", ["\u0000", "𠮷野家", "Ａ１ー", "\U000e0100", "ｱｲｳ", "🙂です"])
def test_odd_text_is_no_trouble(mei: OpenJTalkVoice, text: str) -> None:
    pcm = mei.render(text)
    assert len(pcm) % 2 == 0


def test_volume_lowers_and_never_raises(mei: OpenJTalkVoice) -> None:
    from kiosk.voice.pcm import louder  # noqa: PLC0415 - an optional extra

    pcm = mei.render("はい。")
    assert louder(pcm, 1.0) == louder(pcm, 7.0) == pcm
    assert rms(louder(pcm, 0.5)) == pytest.approx(rms(pcm) / 2, rel=0.01)
    assert not any(louder(pcm, 0.0))


@pytest.mark.skipif(not shutil.which("sox"), reason="sox is not installed")
def test_sox_hears_it_too(mei: OpenJTalkVoice) -> None:
    assert_sox_hears(mei.render(WELCOME), WELCOME)


def lexicon() -> list[tuple[str, str]]:
    lines = LEXICON.read_text("utf-8").splitlines()
    rows = [line.partition(" = ") for line in lines if not line.startswith("#")]
    return [(written, kana) for written, _, kana in rows]


def test_the_words_of_the_field_are_read_as_people_say_them(mei: OpenJTalkVoice) -> None:
    assert len(lexicon()) >= 120
    misread = {word: said for word, kana in lexicon() if (said := mei.kana(word)) != kana}
    assert not misread


def test_every_mended_word_needs_mending_and_is_in_the_lexicon() -> None:
    pyopenjtalk = pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    said = dict(lexicon())
    for term in TERMS:
        assert said[term.written] == term.pronunciation
        assert pyopenjtalk.g2p(term.written, kana=True, use_vanilla=True) != term.pronunciation


@pytest.mark.parametrize(("phrase", "values", "kana"), SAID)
def test_a_row_is_said_as_it_is_meant(
    mei: OpenJTalkVoice, phrase: Phrase, values: dict[str, object], kana: str
) -> None:
    assert sounds(mei.kana(Phrasebook.load("ja").say(phrase, **values).heard)) == sounds(kana)


def sounds(kana: str) -> str:
    """Long vowels levelled: a number in katakana is said ジュウ, one in kanji ジュー."""
    plain = re.sub("(?<=[コソトノホモヨロゴゾドボポョクスツヌフムユルグズブプュ])ウ", "ー", kana)
    return re.sub("(?<=[ケセテネヘメレゲゼデベペ])イ", "ー", plain)


def test_the_engine_can_read_every_row(mei: OpenJTalkVoice) -> None:
    rows = heard_rows("ja")
    assert len(rows) > 250
    unread = {
        row: kana for row in rows if not re.fullmatch("[ァ-ヶー、。]+", kana := mei.kana(row))
    }
    assert not unread
