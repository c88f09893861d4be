"""The words of JOURNEYS A, B and C, as they stand there, and as they are heard."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain.dates import Month
from kiosk.phrasebook import PersonName, Phrase, Phrasebook

TARO = PersonName("ヤマダタロウ", "ﾔﾏﾀﾞ ﾀﾛｳ")
HANAKO = PersonName("ヤマダハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ")

# Step, phrase, values, the journey's words, what is heard (None: the same, but for kanji said).
STEPS: list[tuple[str, Phrase, dict[str, object], str, str | None]] = [
    ("A0", Phrase.SETUP_DONE, {}, "設定が終わりました。", None),
    (
        "A1",
        Phrase.RECEPTION_WELCOME,
        {},
        "マイナ保険証の受付です。暗証番号4桁を押し、決定を押してください。",
        "マイナ保険証の受付です。暗証番号ヨンケタを押し、決定を押してください。",
    ),
    (
        "A1, card first",
        Phrase.RECEPTION_CARD_FIRST,
        {},
        "カードを読みました。暗証番号4桁を押し、決定を押してください。",
        "カードを読みました。暗証番号ヨンケタを押し、決定を押してください。",
    ),
    ("A2", Phrase.RECEPTION_LAY_CARD, {}, "カードを読み取り機に置いてください。", None),
    ("A3", Phrase.RECEPTION_READING, {}, "読んでいます。動かさないでください。", None),
    (
        "A4",
        Phrase.RECEPTION_WRONG_PIN,
        {"tries": 2},
        "暗証番号が違います。あと2回です。もう一度、4桁を押してください。",
        "暗証番号が違います。あとニカイです。もういちど、ヨンケタを押してください。",
    ),
    (
        "A4, last try",
        Phrase.RECEPTION_LAST_TRY,
        {},
        "あと1回です。まちがえると、市区町村の窓口で手続きが要ります。",
        "あとイッカイです。まちがえると、市区町村の窓口で手続きがいります。",
    ),
    (
        "A5",
        Phrase.RECEPTION_CONFIRMED,
        {},
        "確認できました。保険証の提示は要りません。カードをお取りください。",
        "確認できました。保険証の提示は要りません。カードをお取りください。",
    ),
    (
        "A5, private",
        Phrase.RESULT_VALID,
        {"name": TARO, "share": 30},
        "ヤマダタロウ様。資格、有効。3割。",
        "ヤマダタロウサマ。資格、有効。サンワリ。",
    ),
    ("A6", Phrase.RECEPTION_CARD_LEFT, {}, "カードが残っています。お取りください。", None),
    ("A7", Phrase.RECEPTION_THANKS, {}, "ありがとうございました。", None),
    ("B1", Phrase.OUTAGE_LINE_DOWN, {}, "回線が切れています。受付は続けられます。", None),
    (
        "B2",
        Phrase.OUTAGE_RECEIVED,
        {},
        "受け付けました。資格は、まだ確認できていません。確認待ちです。カードをお取りください。",
        None,
    ),
    (
        "B3",
        Phrase.OUTAGE_RESTARTED,
        {"waiting": 1},
        "再起動しました。確認待ち、1件。",
        "再起動しました。確認待ち、イッケン。",
    ),
    (
        "B4",
        Phrase.OUTAGE_LINE_BACK,
        {"confirmed": 1, "left": 0},
        "回線が戻りました。1件、確認しました。残り0件。",
        "回線が戻りました。イッケン、確認しました。のこりゼロケン。",
    ),
    (
        "B4, private",
        Phrase.RESULT_VALID_LATER,
        {"name": TARO, "share": 30},
        "ヤマダタロウ様。有効。3割。",
        "ヤマダタロウサマ。有効。サンワリ。",
    ),
    (
        "B5, private",
        Phrase.RESULT_NOT_VALID_LATER,
        {"name": TARO},
        "ヤマダタロウ様。資格、無効。次の来院で、番号を必ず確認してください。",
        "ヤマダタロウサマ。資格、無効。次の来院で、番号を必ず確認してください。",
    ),
    ("C1", Phrase.RESULT_NONE, {}, "資格情報なし。", None),
    (
        "C1, screen",
        Phrase.FALLBACK_PORTAL,
        {},
        "マイナポータルの画面はありますか。はいは1、いいえは2。",
        "マイナポータルの画面はありますか。はいはイチ、いいえはニ。",
    ),
    (
        "C1, notice",
        Phrase.FALLBACK_NOTICE,
        {},
        "資格情報のお知らせとカードはありますか。はいは1、いいえは2。",
        "資格情報のお知らせとカードはありますか。はいはイチ、いいえはニ。",
    ),
    (
        "C1, returning",
        Phrase.FALLBACK_RETURNING,
        {},
        "2回目以降の方ですか。はいは1、いいえは2。",
        "ニカイメ以降のかたですか。はいはイチ、いいえはニ。",
    ),
    (
        "C1, first visit",
        Phrase.FALLBACK_FIRST_VISIT,
        {},
        "施術をし、3割などの自己負担を受け取ってください。番号は、後で必ず確認してください。",
        (
            "せじゅつをし、サンワリなどの自己負担を受け取ってください。"
            "番号は、あとで必ず確認してください。"
        ),
    ),
    (
        "C1, how many",
        Phrase.FOLLOW_UP_LEFT,
        {"unconfirmed": 1},
        "未確認、1件。",
        "みかくにん、イッケン。",
    ),
    (
        "C2",
        Phrase.RESULT_VALID,
        {"name": HANAKO, "share": 30},
        "ヤマダハナコ様。資格、有効。3割。",
        "ヤマダハナコサマ。資格、有効。サンワリ。",
    ),
    (
        "C2, how many",
        Phrase.FOLLOW_UP_LEFT,
        {"unconfirmed": 0},
        "未確認、0件。",
        "みかくにん、ゼロケン。",
    ),
    (
        "C3",
        Phrase.HISTORY_ITEM,
        {"day": date(2026, 11, 22), "name": HANAKO},
        "11月22日、ヤマダハナコ様。",
        "ジュウイチガツニジュウニニチ、ヤマダハナコサマ。",
    ),
    ("C3, no symbol", Phrase.LINE_SYMBOL_NONE, {}, "記号、なし。", None),
    (
        "C4",
        Phrase.PURGE_AHEAD,
        {"month": Month(2026, 11), "day": date(2026, 12, 31), "unconfirmed": 0},
        "11月分は、12月31日で消えます。未確認、0件。",
        "ジュウイチガツぶんは、ジュウニガツサンジュウイチニチで消えます。みかくにん、ゼロケン。",
    ),
    (
        "C5",
        Phrase.PURGE_DONE,
        {"month": Month(2026, 11)},
        "11月分を消しました。",
        "ジュウイチガツぶんを消しました。",
    ),
    ("C5, search", Phrase.PURGE_RETENTION_OVER, {}, "保存期間が終わりました。", None),
]
PRIVATE = {step for step, *_ in STEPS if "private" in step} | {"C2", "C3", "C3, no symbol"}


@pytest.mark.parametrize(("step", "phrase", "values", "read", "heard"), STEPS)
def test_the_words_are_those_of_the_journey(
    ja: Phrasebook,
    step: str,
    phrase: Phrase,
    values: dict[str, object],
    read: str,
    heard: str | None,
) -> None:
    said = ja.say(phrase, **values)
    assert said.read == read
    assert said.heard == (heard or read)
    assert said.is_private == (step in PRIVATE)


@pytest.mark.parametrize(
    ("phrase", "value", "heard"),
    [
        (
            Phrase.LINE_INSURER_NUMBER,
            "06139992",
            "保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。",
        ),
        (Phrase.LINE_NUMBER, "１２３", "番号。イチ、ニ、サン。"),
        (Phrase.LINE_BRANCH_NUMBER, "01", "えだばん。ゼロイチ。"),
    ],
)
def test_numbers_are_said_as_in_journey_c3(
    ja: Phrasebook, phrase: Phrase, value: str, heard: str
) -> None:
    assert ja.say(phrase, value=value).heard == heard
