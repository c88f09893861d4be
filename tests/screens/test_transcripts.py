"""What is heard, journey by journey: JOURNEYS A and B with the eyes closed.

Private utterances stand under 〔私〕. The core is scripted here; through the real core the same
journeys run in ``tests/journeys``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.visit import AskPin
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from tests.support.screen import Desk
from tests.support.screen_script import GOOD, PIN, ScriptedCore

Opened = Callable[..., Desk]


def test_journey_a_unattended_with_a_wrong_pin_first(desk: Desk) -> None:
    desk.keys("5")
    assert desk.voice.news() == [
        "マイナ保険証の受付です。暗証番号ヨンケタを押し、決定を押してください。"
    ]
    desk.keys("1111")
    assert desk.voice.news() == [
        "イチケタ。",
        "ニケタ。",
        "サンケタ。",
        "ヨンケタです。決定を押してください。",
    ]
    desk.keys("決")
    assert desk.voice.news() == [
        "カードを読み取り機に置いてください。",
        "読んでいます。動かさないでください。",
        "暗証番号が違います。あとニカイです。もういちど、ヨンケタを押してください。",
    ]


def test_journey_a_the_last_try_then_right(desk: Desk) -> None:
    desk.core.tries = 2
    desk.keys("51111")
    desk.voice.news()
    desk.keys("決")
    assert desk.voice.news()[2:] == [
        "暗証番号が違います。",
        "もういちど、ヨンケタを押してください。",
        "あとイッカイです。まちがえると、市区町村の窓口で手続きがいります。",
    ]
    desk.keys(PIN)
    desk.voice.news()
    desk.keys("決")
    assert desk.voice.news()[2:] == [
        "問い合わせています。",
        "確認できました。保険証の提示は要りません。カードをお取りください。",
        "〔私〕ヤマダタロウサマ。資格、有効。サンワリ。",
    ]
    desk.tell(tell(Phrase.RECEPTION_CARD_LEFT))
    assert desk.voice.news() == ["カードが残っています。お取りください。"]
    desk.hear(*desk.core.take_card())
    assert desk.voice.news() == ["ありがとうございました。"]
    desk.keys("再")
    assert not any("ヤマダ" in each for each in desk.voice.news())


def test_journey_a_card_first(desk: Desk) -> None:
    desk.core.is_visited = True
    desk.tell(tell(Phrase.RECEPTION_CARD_FIRST), AskPin())
    assert desk.voice.news() == [
        "カードを読みました。暗証番号ヨンケタを押し、決定を押してください。"
    ]


def test_journey_b_the_line_is_down_then_the_power(open_desk: Opened) -> None:
    desk = open_desk(ScriptedCore(effects=(tell(Phrase.OUTAGE_RECEIVED),)))
    desk.voice.news()
    desk.hear(replace(GOOD, line=False))
    desk.tell(tell(Phrase.OUTAGE_LINE_DOWN))
    assert desk.voice.news() == ["回線が切れています。受付は続けられます。"]
    desk.keys(f"5{PIN}決")
    heard = desk.voice.news()
    assert heard[-1] == (
        "受け付けました。資格は、まだ確認できていません。確認待ちです。カードをお取りください。"
    )
    assert not any("有効" in each or "ワリ" in each for each in heard)
    desk.hear(*desk.core.take_card())
    desk.front.lost()
    desk.voice.news()
    desk.core.forget()
    desk.connect()
    desk.tell(tell(Phrase.OUTAGE_RESTARTED, waiting=1))
    assert desk.voice.news() == ["受付できます。", "再起動しました。確認待ち、イッケン。"]
    desk.tell(tell(Phrase.OUTAGE_LINE_BACK, confirmed=1, left=0))
    assert desk.voice.news() == ["回線が戻りました。イッケン、確認しました。のこりゼロケン。"]


def test_a_blind_visitor_finds_the_way_without_help(desk: Desk) -> None:
    desk.keys("助")
    said = desk.voice.news()
    assert said[0] == "キーの使いかた。"
    for key in ("数字。", "決定。", "戻る。", "もういちど。", "ヘルプ。"):
        assert any(each.startswith(key) for each in said)
    desk.keys("助")
    assert desk.voice.news()[0] == "受付できます。"
