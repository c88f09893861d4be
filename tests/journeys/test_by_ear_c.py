"""Journey C with the eyes closed: a blind practitioner alone, from the first visit to the purge.

As ``test_by_ear``; the calendar of every process is turned from day to day, and the speech process
is killed and hung on the way.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.dates import Month
from kiosk.domain.retention import purge_due_at
from tests.journeys.conftest import Ward
from tests.journeys.ear import (
    ALONE,
    ATTENDED,
    HANAKO,
    OR_LEFT,
    PATIENCE_S,
    Ear,
    home_in,
    lays_the_card,
    logs_in,
    lying_about,
    nothing_is_on_the_disk,
    settled,
    takes_the_card,
    through_the_chart,
)
from tests.journeys.test_access import CODE
from tests.support.by_ear import Blind
from tests.support.faked_time import Calendar
from tests.support.pcscd import Pcscd

pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
pytestmark = [pytest.mark.pcsc, pytest.mark.soak, pytest.mark.timeout(900)]

JAPAN = timedelta(hours=9)
END = purge_due_at(Month(2026, 11))
NEWS = (
    "ジュウイチガツぶんは、ジュウニガツサンジュウイチニチで消えます。みかくにん、ゼロケン。",
    "今月の残り、ニケン。ニを押すと、いちらん。",
    "書き出していない結果のある月、イッケン。",
)


def at_noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC) - JAPAN


@pytest.fixture
def calendar(tmp_path: Path, pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """Begun after pcscd, which keeps the true time; before the clinic."""
    del pcscd
    return Calendar.opened(tmp_path / "clock", monkeypatch, at_noon(11, 15))


@pytest.fixture
def november(calendar: Calendar, tmp_path: Path, pcscd: Pcscd) -> Iterator[Ear]:
    """15 November; a practitioner alone, with headphones."""
    del calendar
    for clinic in settled(tmp_path, ATTENDED + ALONE):
        clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
        somebody = Ear(Ward(clinic), home_in(tmp_path), tmp_path / "ear")
        somebody.ward.switch_on()
        yield somebody
        somebody.leaves()
        somebody.ward.take()


def on_another_day(ear: Ear, calendar: Calendar, instant: datetime, day: str) -> Blind:
    """The box was off meanwhile."""
    ear.leaves()
    ear.ward.switch_off()
    calendar.turn_to(instant)
    ear.story.append(f"# {day}")
    ear.ward.switch_on()
    blind = ear.sits()
    blind.hears("受付できます。")
    # The service vouches for the leap of the calendar within the first minute.
    blind.goes_on_asking("時計、正確。", PATIENCE_S)
    return blind


def reads_the_record(blind: Blind) -> None:
    """C3: the record line by line, a number digit by digit."""
    blind.press("決")
    blind.hears("保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。")
    for words in ("記号、なし。", "番号。イチ、ニ、サン。", "えだばん。ゼロイチ。"):
        blind.press("決")
        blind.hears(words)
    blind.press("6")
    blind.hears("ゼロ。")
    blind.press("6")
    blind.hears("イチ。")


def spells_the_name(blind: Blind) -> None:
    """C3: any line, forward until it is the name; that kana by kana, the second by a word."""
    told = ""
    while "ヤマダハナコサマ。" not in told:
        blind.press("決")
        told = blind.hears("〔私〕")
    blind.press("6")
    blind.hears("ヤ。")
    blind.press("6")
    blind.hears("マ。")
    blind.press("3")
    blind.hears("マッチのマ。")


def finds_the_day(blind: Blind, words: str) -> None:
    blind.press("1")
    blind.hears("ニ、日にち。")
    blind.press("2")
    blind.hears("日にちで探す。")
    blind.press("1115決")
    blind.hears(words)


def kill_and_hang_the_voice(blind: Blind) -> None:
    """It comes back by itself, and says what it was asked last."""
    for blow in (signal.SIGKILL, signal.SIGSTOP):
        blind.listens()
        voice = blind.speech_process()
        os.kill(voice, blow)
        blind.press("再")
        blind.hears("ハナコ")
        blind.listens()
        assert blind.speech_process() != voice


def test_journey_c_and_nothing_of_it_on_the_disk(november: Ear, calendar: Calendar) -> None:
    ward, ear, before = november.ward, november, lying_about()
    ear.story.append("# 11月15日")
    blind = ear.sits()
    blind.hears("受付できます。")
    lays_the_card(ward, blind, "newcomer", "8642")
    through_the_chart(blind)
    takes_the_card(ward, blind)

    blind = on_another_day(ear, calendar, at_noon(11, 22), "11月22日")
    lays_the_card(ward, blind, "newcomer", "8642")
    assert blind.hears("ヤマダハナコサマ。").startswith("〔私〕")
    blind.hears("みかくにん、ゼロケン。")
    takes_the_card(ward, blind)
    logs_in(blind)
    blind.press("1")
    blind.hears("イチ、資格確認結果検索。")
    blind.press("1")
    assert blind.hears("ヤマダハナコサマ。").startswith("〔私〕")
    kill_and_hang_the_voice(blind)
    reads_the_record(blind)
    spells_the_name(blind)
    assert not [each for each in blind.heard if "8642" in each or CODE in each]
    nothing_is_on_the_disk(ear, HANAKO, before)
    ear.has_heard("c", OR_LEFT)


def test_journey_c_to_the_end_of_the_month(november: Ear, calendar: Calendar) -> None:
    ward, ear = november.ward, november
    ear.story.append("# 11月15日")
    blind = ear.sits()
    blind.hears("受付できます。")
    lays_the_card(ward, blind, "taro", "1234")
    blind.hears("ヤマダタロウサマ。")
    takes_the_card(ward, blind)

    blind = on_another_day(ear, calendar, at_noon(12, 25), "12月25日")
    logs_in(blind, *NEWS)
    blind.listens()

    blind = on_another_day(ear, calendar, END - timedelta(minutes=4), "12月31日、23時56分")
    logs_in(blind, *NEWS)
    blind.press("1")
    blind.hears("イチ、資格確認結果検索。")
    blind.press("1")
    blind.hears("記録はありません。")
    finds_the_day(blind, "ヤマダタロウサマ。")
    blind.goes_on_asking("ジュウイチガツぶんを消しました。", 3 * PATIENCE_S)
    assert calendar.now() >= END
    finds_the_day(blind, "保存期間が終わりました。")
    blind.listens()
    assert not [
        each for each in (ward.clinic.state / "sealed").glob("*.db") if len(each.stem) == 32
    ]
    ear.has_heard("c4", OR_LEFT)
