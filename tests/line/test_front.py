"""The reception line by line, against a desk in this process: what is written, what is sent."""

from __future__ import annotations

import os
import pty
import re
import termios
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from kiosk.desk.counter import Counter
from kiosk.desk.local import LocalLink
from kiosk.desk.messages import VERSION, Claim, Condition, Hello, Reply
from kiosk.domain.check import Answer, Answered, Eligibility
from kiosk.domain.visit import (
    Approached,
    AskChoice,
    AskPin,
    CameWithoutCard,
    Chose,
    Forget,
    FrontCame,
    FrontLeft,
    PinTyped,
    Tell,
    WentBack,
)
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code, told
from tests.support.desk import hear
from tests.support.line_terminal import Terminal

SOON_S = 30.0
ALL_WELL = Condition(line=True, reader=True, waiting=0, clock=True)
TODAY = date(2026, 11, 21)
TARO = Eligibility(name="山田　太郎", name_kana="ﾔﾏﾀﾞ ﾀﾛｳ", birth_date=date(1980, 4, 7))
VALID = Answered(
    Answer(validity_code="1", confirmed_on=TODAY, eligibilities=(TARO,), is_simulated=False)
)


def test_status_first_then_numbered_choices(at_rest: Terminal) -> None:
    assert at_rest.paper.text.splitlines() == [
        "受付できます。",
        "1、受付を始める。",
        "2、カードを忘れた方、使えない方。",
        "3、職員のログイン。",
        "9、もう一度。",
        "?、ヘルプ。",
        "0、終わる。",
    ]
    at_rest.enter("0")
    assert at_rest.ended() == 0
    at_rest.events(FrontLeft)


def test_what_is_wrong_stands_first(terminal: Terminal) -> None:
    terminal.counter.condition(Condition(line=False, reader=False, waiting=2, clock=False))
    terminal.begin()
    terminal.paper.wait_for("0、終わる。")
    assert terminal.paper.text.splitlines()[:6] == [
        "いまは、受付できません。",
        "カードの読み取り機がつながっていません。",
        "読み取り機の線を差し直してください。",
        "回線が切れています。",
        "受付は続けられます。",
        "時刻が確かではありません。",
    ]
    assert "確認待ち、2件。" in terminal.paper.text
    terminal.counter.condition(Condition(line=True, reader=True, waiting=2, clock=True))
    terminal.paper.wait_for("受付できます。")


VISIT = [
    "マイナ保険証の受付です。",
    "暗証番号4桁を押し、決定を押してください。",
    "暗証番号。",
    "押した数字は表示しません。",
    "9、もう一度。",
    "0、やめる。",
    "読んでいます。",
    "動かさないでください。",
    "問い合わせています。",
    "確認できました。",
    "保険証の提示は要りません。",
    "カードをお取りください。",
    "山田　太郎様。",
    "資格、有効。",
    "3割。",
    "9、もう一度。",
    "0、戻る。",
]


def test_a_visit_line_by_line(at_rest: Terminal) -> None:
    at_rest.enter("１")
    at_rest.events(Approached)
    at_rest.effects(tell(Phrase.RECEPTION_WELCOME), AskPin())
    at_rest.paper.wait_for("押した数字は表示しません。")
    at_rest.enter("１２３４")
    typed = at_rest.event(PinTyped)
    assert isinstance(typed, PinTyped)
    assert typed.pin.reveal() == b"1234"
    at_rest.effects(tell(Phrase.RECEPTION_READING), tell(Phrase.RECEPTION_ASKING))
    at_rest.effects(*told(VALID, TODAY))
    at_rest.paper.wait_for("0、戻る。")
    assert at_rest.paper.text.splitlines()[7:] == VISIT
    before = len(at_rest.paper.text)
    at_rest.enter("9")
    at_rest.paper.wait_for("0、戻る。", 2)
    assert at_rest.paper.text[before:].splitlines()[:4] == [
        "受付の結果",
        "確認できました。",
        "保険証の提示は要りません。",
        "カードをお取りください。",
    ]
    at_rest.effects(Forget(), tell(Phrase.RECEPTION_THANKS))
    at_rest.paper.wait_for("ありがとうございました。")
    at_rest.paper.wait_for("0、終わる。", 2)
    before = len(at_rest.paper.text)
    at_rest.enter("9")
    at_rest.paper.wait_for("0、終わる。", 3)
    assert "山田" not in at_rest.paper.text[before:]
    assert "\x1b" not in at_rest.paper.text
    assert not re.search("1234|１２３４", at_rest.paper.text)


def test_a_question_takes_its_choices_and_nothing_else(at_rest: Terminal) -> None:
    at_rest.enter("2")
    at_rest.events(CameWithoutCard)
    at_rest.effects(AskChoice(Phrase.FALLBACK_PORTAL, 2))
    at_rest.paper.wait_for("0、戻る。")
    assert "マイナポータルの画面はありますか。\nはいは1、いいえは2。\n" in at_rest.paper.text
    at_rest.enter("3")
    at_rest.paper.wait_for("その番号はありません。")
    at_rest.enter("２")
    assert at_rest.event(Chose) == Chose(2)


def test_everything_of_the_simulated_world_is_marked(terminal: Terminal) -> None:
    terminal.house.is_simulated = True
    terminal.begin()
    terminal.paper.wait_for("0、終わる。")
    terminal.effects(tell(Phrase.RECEPTION_WELCOME), AskPin(), *told(VALID, TODAY))
    terminal.paper.wait_for("3割。")
    for line in ("模擬。受付できます。", "模擬。マイナ保険証の受付です。", "模擬。山田　太郎様。"):
        assert line in terminal.paper.text


def test_what_is_no_pin_is_not_sent(at_rest: Terminal) -> None:
    at_rest.effects(tell(Phrase.RECEPTION_WELCOME), AskPin())
    at_rest.paper.wait_for("押した数字は表示しません。")
    at_rest.enter("12", "abcd", "12345")
    at_rest.paper.wait_for("暗証番号は、数字4桁です。", 3)
    assert at_rest.house.is_quiet()
    at_rest.paper.wait_for("残りの回数は減っていません。", 3)


def test_giving_up_going_on_and_a_choice_that_is_none(at_rest: Terminal) -> None:
    at_rest.enter("7")
    at_rest.paper.wait_for("その番号はありません。")
    at_rest.effects(tell(Phrase.RECEPTION_LAY_CARD))
    at_rest.paper.wait_for("0、やめる。")
    at_rest.enter("")
    at_rest.events(Approached)
    at_rest.effects(tell(Phrase.RECEPTION_LAY_CARD))
    at_rest.paper.wait_for("0、やめる。", 2)
    at_rest.enter("0")
    at_rest.events(WentBack)
    at_rest.effects(Forget())
    at_rest.paper.wait_for("0、終わる。", 3)


def test_a_script_ahead_of_the_core_waits_for_its_questions(terminal: Terminal) -> None:
    terminal.begin()
    terminal.enter("1", "1234")
    terminal.events(FrontCame, Approached)
    assert terminal.house.is_quiet()
    terminal.effects(tell(Phrase.RECEPTION_WELCOME), AskPin())
    terminal.events(PinTyped)
    os.close(terminal.keys)
    terminal.keys = -1
    terminal.effects(tell(Phrase.RECEPTION_READING), tell(Phrase.RECEPTION_ASKING))
    terminal.effects(*told(VALID, TODAY))
    assert terminal.ended() == 0
    assert "資格、有効。" in terminal.paper.text
    terminal.events(FrontLeft)


def test_the_end_of_input_gives_the_visit_back(at_rest: Terminal) -> None:
    assert at_rest.hang_up() == 0
    at_rest.events(FrontLeft)
    assert not at_rest.counter.has_claimant


def test_a_key_the_core_does_not_answer_leaves_the_question_standing(at_rest: Terminal) -> None:
    at_rest.enter("1")
    at_rest.events(Approached)
    at_rest.paper.wait_for("0、終わる。", 2)


def test_another_front_has_the_reception(terminal: Terminal) -> None:
    other = LocalLink(terminal.counter)
    other.send(Hello(VERSION, "screen"))
    other.send(Claim(1))
    hear(other, Reply)
    terminal.begin()
    terminal.paper.wait_for("1、もう一度ためす。")
    assert "受付は、いまほかの画面で使われています。" in terminal.paper.text
    other.close()
    terminal.enter("1")
    terminal.paper.wait_for("1、受付を始める。")
    terminal.enter("0")
    assert terminal.ended() == 0


def test_a_script_that_finds_the_reception_taken_ends_with_the_status_of_k312(
    terminal: Terminal,
) -> None:
    other = LocalLink(terminal.counter)
    other.send(Hello(VERSION, "screen"))
    other.send(Claim(1))
    hear(other, Reply)
    terminal.begin()
    assert terminal.hang_up() == 13
    other.close()


def test_a_core_that_goes_is_said_and_found_again(at_rest: Terminal) -> None:
    at_rest.effects(tell(Phrase.RECEPTION_WELCOME), AskPin())
    at_rest.paper.wait_for("押した数字は表示しません。")
    at_rest.is_down = True
    at_rest.counter.close()
    at_rest.paper.wait_for("受付の本体（kioskd）が応答しません。")
    at_rest.counter = Counter(at_rest.house, {})
    at_rest.counter.condition(ALL_WELL)
    at_rest.is_down = False
    at_rest.paper.wait_for("受付につながりました。")
    at_rest.paper.wait_for("1、受付を始める。", 2)
    at_rest.enter("0")
    assert at_rest.ended() == 0


def test_no_core_at_all_ends_with_the_status_of_k311(terminal: Terminal) -> None:
    terminal.is_down = True
    terminal.begin()
    terminal.paper.wait_for("受付の本体（kioskd）が応答しません。")
    assert terminal.hang_up() == 13


def test_a_phrase_of_a_newer_core_is_an_unknown_error_and_no_crash(at_rest: Terminal) -> None:
    at_rest.effects(Tell("reception.from_the_future"))
    at_rest.paper.wait_for("この箱の知らない誤りです。")
    at_rest.effects(tell_code("K303"))
    at_rest.paper.wait_for("ディスクがいっぱいです。")


@pytest.fixture
def line_terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)


def _echoes(descriptor: int) -> bool:
    return bool(termios.tcgetattr(descriptor)[3] & termios.ECHO)


def test_on_a_terminal_the_pin_is_not_echoed_and_the_echo_comes_back(
    terminal: Terminal, line_terminal: tuple[int, int]
) -> None:
    ours, theirs = line_terminal
    terminal.begin_at(os.fdopen(theirs, encoding="utf-8"))
    terminal.paper.wait_for("0、終わる。")
    assert _echoes(ours)
    terminal.effects(tell(Phrase.RECEPTION_WELCOME), AskPin())
    terminal.paper.wait_for("押した数字は表示しません。")
    assert not _echoes(ours)
    terminal.events(FrontCame)
    os.write(ours, b"1234\n")
    terminal.events(PinTyped)
    _until(lambda: _echoes(ours))
    terminal.effects(tell(Phrase.RECEPTION_LAY_CARD))
    terminal.paper.wait_for("カードを読み取り機に置いてください。")
    os.write(ours, b"\x04")
    assert terminal.ended() == 0
    assert _echoes(ours)
    assert b"1234" not in os.read(ours, 4096)


def _until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + SOON_S
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.01)
