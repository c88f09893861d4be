"""How values are written and said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.dates import Month
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, kana
from kiosk.phrasebook.forms import FORMS
from kiosk.phrasebook.values import showable

JA_READ, JA_HEARD = FORMS["ja"]
EN_READ, EN_HEARD = FORMS["en"]


@pytest.mark.parametrize(
    ("kind", "value", "read", "heard"),
    [
        ("share", 10, "1割", "イチワリ"),
        ("share", 30, "3割", "サンワリ"),
        ("share", 100, "10割（全額）", "ジュウワリ、全額"),
        ("share", 15, "15%", "ジュウゴパーセント"),
        ("items", 0, "0件", "ゼロケン"),
        ("items", 1, "1件", "イッケン"),
        ("items", 2, "2件", "ニケン"),
        ("items", 6, "6件", "ロッケン"),
        ("items", 8, "8件", "ハッケン"),
        ("items", 10, "10件", "ジュッケン"),
        ("items", 21, "21件", "ニジュウイッケン"),
        ("items", 100, "100件", "ヒャッケン"),
        ("items", 300, "300件", "サンビャッケン"),
        ("items", 12345, "12345件", "12345ケン"),
        ("times", 1, "1回", "イッカイ"),
        ("times", 2, "2回", "ニカイ"),
        ("number", 3888, "3888", "サンゼンハッピャクハチジュウハチ"),
        ("number", 1600, "1600", "センロッピャク"),
        (
            "wareki",
            date(2026, 11, 21),
            "令和8年11月21日",
            "レイワハチネンジュウイチガツニジュウイチニチ",
        ),
        ("wareki", date(2019, 5, 1), "令和元年5月1日", "レイワガンネンゴガツツイタチ"),
        ("wareki", date(2032, 4, 20), "令和14年4月20日", "レイワジュウヨネンシガツハツカ"),
        ("wareki", date(1934, 9, 14), "昭和9年9月14日", "ショウワキュウネンクガツジュウヨッカ"),
        ("month", Month(2026, 7), "7月", "シチガツ"),
        ("age", timedelta(seconds=59), "0分", "ゼロフン"),
        ("age", timedelta(minutes=3), "3分", "サンプン"),
        ("age", timedelta(minutes=45), "45分", "ヨンジュウゴフン"),
        ("age", timedelta(hours=4), "4時間", "ヨジカン"),
        ("age", timedelta(days=1, hours=5), "1日", "イチニチ"),
        ("age", timedelta(days=2), "2日", "フツカ"),
        ("age", timedelta(days=20), "20日", "ニジュウニチ"),
        ("spelled", "139998", "139998", "イチサン、キュウキュウ、キュウハチ"),
        ("spelled", "ＡＢ－１２", "ＡＢ－１２", "エー、ビー、ハイフン、イチニ"),
        ("spelled", "協会 123", "協会 123", "協会、イチ、ニ、サン"),
        ("spelled", "99●", "99●", "キュウキュウ、表示できない文字"),
        ("spelled", "--", "--", "ハイフン、ハイフン"),
        ("kana", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ", "ヤマダタロウ"),
        ("person", PersonName("山田　太郎", "ﾔﾏﾀﾞ ﾀﾛｳ"), "山田　太郎様", "ヤマダタロウサマ"),
        (
            "person",
            PersonName("山●　太郎", "ﾔﾏ● ﾀﾛｳ"),
            "山●　太郎様",
            "ヤマ表示できない文字タロウサマ",
        ),
        ("person", PersonName("山田　太郎", None), "山田　太郎様", "読みのないお名前のかた"),
        ("person", PersonName(None, "ﾔﾏﾀﾞ"), "ﾔﾏﾀﾞ様", "ヤマダサマ"),
        ("person", PersonName(None, None), "氏名なし", "氏名なし"),
        ("text", "期限が近い●", "期限が近い●", "期限が近い表示できない文字"),
    ],
)
def test_japanese(kind: str, value: object, read: str, heard: str) -> None:
    assert JA_READ[kind](value) == read
    assert JA_HEARD[kind](value) == heard


@pytest.mark.parametrize(
    ("kind", "value", "read", "heard"),
    [
        ("share", 30, "30%", "thirty percent"),
        ("items", 21, "21", "twenty-one"),
        ("items", 100, "100", "100"),
        ("times", 2, "2", "two"),
        ("wareki", date(2026, 11, 21), "21 November 2026", "21 November 2026"),
        ("day", date(2026, 11, 21), "21 November", "21 November"),
        ("month", Month(2026, 11), "November", "November"),
        ("age", timedelta(seconds=5), "0 minutes", "0 minutes"),
        ("age", timedelta(minutes=1), "1 minute", "1 minute"),
        ("age", timedelta(days=2, hours=3), "2 days", "2 days"),
        ("spelled", "01", "01", "zero one"),
        ("spelled", "A 12●", "A 12●", "A, one two, a character that cannot be shown"),
        ("person", PersonName("山田", "ﾔﾏﾀﾞ"), "山田", "ヤマダ"),
        ("person", PersonName(None, None), "no name", "no name"),
    ],
)
def test_english(kind: str, value: object, read: str, heard: str) -> None:
    assert EN_READ[kind](value) == read
    assert EN_HEARD[kind](value) == heard


@given(st.integers(0, 9999))
def test_two_numbers_are_never_said_alike(value: int) -> None:
    said = kana.number(value)
    assert said
    assert said != kana.number((value * 7 + 1) % 10_000) or (value * 7 + 1) % 10_000 == value


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_is_said_without_a_digit(day: date) -> None:
    assert not any(character.isdigit() for character in kana.wareki(day))


@given(st.text())
def test_nothing_from_outside_reaches_a_terminal_as_control(text: str) -> None:
    shown = showable(text)
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert not set("\x1b\x9b\r\n\t\u202e") & set(shown)
    shown.encode("utf-8")


@given(written=st.text(min_size=1), reading=st.text(min_size=1))
def test_a_hostile_name_stays_on_its_line(written: str, reading: str) -> None:
    for language in ("ja", "en"):
        said = Phrasebook.load(language).say(Phrase.LINE_NAME, name=PersonName(written, reading))
        assert len(said.read.splitlines()) == 1
        assert "\x1b" not in said.read + said.heard


def test_a_name_hides_itself() -> None:
    assert "山田" not in repr(PersonName("山田", "ﾔﾏﾀﾞ"))
    assert "ﾔﾏﾀﾞ" not in repr(PersonName("山田", "ﾔﾏﾀﾞ"))


def test_the_prompts_of_a_family_have_no_value_and_nothing_private() -> None:
    prompts = Phrasebook.load("ja").prompts("reception.")
    assert "ありがとうございました。" in prompts
    assert not [each for each in prompts if "{" in each or "あとニカイ" in each]
    assert Phrasebook.load("ja").prompts("result.valid") == ()
