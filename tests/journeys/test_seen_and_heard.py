"""Journeys A and B as they are shown, said and stored: a screen before kioskd, a card in pcscd."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.pages.page import Kind
from tests.journeys.conftest import ANSWERED, QUEUED, Ward
from tests.journeys.test_access import CODE, NAME, with_secret
from tests.support.screen import Screen

pytestmark = pytest.mark.pcsc
PATIENT = ("山田", "ヤマダ", "3割", "サンワリ")


@pytest.fixture
def screen(ward: Ward) -> Iterator[Screen]:
    opened = Screen(ward.socket)
    opened.until("読み取り機、正常")
    yield opened
    opened.link.close()


def heard(screen: Screen) -> list[str]:
    """What was said since the last call, without the mark; private words under 〔私〕."""
    return [each.replace("もぎ。", "") for each in screen.voice.news()]


def test_journey_a(ward: Ward, screen: Screen) -> None:
    heard(screen)
    screen.keys("5")
    screen.until("〇  〇  〇  〇")
    assert "模擬" in screen.text
    assert "マイナ保険証の受付です。" in screen.text
    assert heard(screen)[0].startswith("マイナ保険証の受付です。暗証番号ヨンケタを押し、決定を")
    screen.keys(*"9999", "enter")
    screen.until("カードを読み取り機に置いてください")
    assert "9999" not in screen.text + "".join(heard(screen))
    assert ward.states() == []
    ward.lay("taro")
    screen.until("あと2回です")
    screen.until("〇  〇  〇  〇")
    said = heard(screen)
    assert said[0] == "読んでいます。動かさないでください。"
    assert said[-1] == "暗証番号が違います。あとニカイです。もういちど、ヨンケタを押してください。"
    assert ward.states() == []
    screen.keys(*"1234", "enter")
    screen.until("3割")
    assert "確認できました。" in screen.text
    assert "資格、有効。" in screen.text
    said = heard(screen)
    assert "確認できました。保険証の提示は要りません。カードをお取りください。" in said
    assert said[-1] == "〔私〕ヤマダタロウサマ。資格、有効。サンワリ。"
    assert not any(word in each for each in said[:-1] for word in PATIENT)
    assert ward.states() == [ANSWERED]
    screen.until("カードが残っています")
    assert "資格、有効。" in screen.text  # who reads slowly keeps it, and is warned before it goes
    ward.take()
    screen.until("ありがとうございました")
    screen.until("受付できます")
    assert not any(word in screen.text for word in PATIENT)
    screen.keys("asterisk")
    assert not any(word in each for each in heard(screen)[2:] for word in PATIENT)
    assert ward.asked() == 1


def test_journey_b_ends_with_the_staff(ward: Ward, screen: Screen) -> None:
    ward.clinic.simulator("offline")
    screen.keys("5")
    screen.until("〇  〇  〇  〇")
    screen.keys(*"1234", "enter")
    screen.until("カードを読み取り機に")
    ward.lay("taro")
    screen.until("受け付けました。")
    assert "確認待ちです。" in screen.text
    said = heard(screen)
    assert said.count("回線が切れています。受付は続けられます。") == 1
    assert "有効" not in screen.text + "".join(said)
    assert not any(word in screen.text + "".join(said) for word in PATIENT)
    assert ward.states() == [QUEUED]
    ward.cut_the_power()
    ward.take()
    done = with_secret(ward.clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
    assert done.status == 0, done.err

    ward.switch_on()
    staff = Screen(ward.socket)
    ward.links.append(staff.link)
    staff.until("再起動しました。確認待ち、1件。")
    staff.keys("slash", "0", *CODE, "enter")
    staff.until("ログインしました")
    heard(staff)
    ward.clinic.simulator("online")
    staff.until("山田　太郎様。有効。3割。")
    assert "〔私〕ヤマダタロウサマ。有効。サンワリ。" in heard(staff)
    assert ward.states() == [ANSWERED]
    assert ward.asked() == 1
    staff.keys(*["minus"] * 3)
    staff.until("回線が戻りました。1件、確認しました。残り0件。")
    assert staff.front.page.kind is Kind.IDLE
    assert not any(word in staff.text for word in PATIENT)
