"""Four people before the box, each on a real terminal, each done without help.

A practitioner of 78 on a small panel, a blind acupuncturist who hears and never looks, a patient
alone at the counter, a technician at 80x24: kioskd, screen, card and service are real processes.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import ANSWERED, KIOSK, QUEUED, Clinic, Ward, open_clinic, wait_until
from tests.journeys.ear import Ear, home_in, with_private_words
from tests.journeys.test_access import CODE, NAME, TYPED, with_secret
from tests.support.by_ear import Blind
from tests.support.tmux import TMUX, Terminal

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.skipif(not TMUX, reason="tmux is not installed: no real terminal"),
]
STRIKE_S = 0.3
"""More between two strokes of one key: a busy machine must not make one of them."""
UPKEEP = "730582"
PATIENT = ("山田", "ヤマダ", "3割", "シケン", "有効", "5678", "1234")
KEYS = {"決": "Enter", "戻": "-", "再": "*", "助": "/"}
TARO = "874444444決499999111決決"
BORN = "3550412決"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic with one passcode for the staff."""
    with open_clinic(tmp_path) as opened:
        done = with_secret(opened, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
        assert done.status == 0, done.err
        yield opened


@pytest.fixture
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    opened = Terminal(tmp_path_factory.mktemp("t") / "s")
    yield opened
    opened.do("kill-server")


@pytest.fixture
def blind(ward: Ward, tmp_path: Path) -> Iterator[Blind]:
    somebody = Ear(ward, home_in(tmp_path), tmp_path / "ear")
    yield somebody.sits()
    somebody.leaves()


def sit_down(ward: Ward, terminal: Terminal, size: tuple[int, int]) -> None:
    """The reception on a terminal of that size, at rest."""
    command: list[str | Path] = [
        KIOSK,
        "--config",
        ward.clinic.config,
        "run",
        "--no-voice",
        "--no-braille",
    ]
    terminal.begin(f"export TMPDIR={ward.clinic.temp}", command, size)
    terminal.until("受付できます")


def press(terminal: Terminal, keys: str) -> None:
    before = ""
    for each in keys:
        if each == before:
            time.sleep(STRIKE_S)
        terminal.keys(KEYS.get(each, each))
        before = each


def is_clean(terminal: Terminal) -> bool:
    return not any(each in terminal.everything for each in PATIENT)


def test_a_patient_alone_leaves_nothing_and_can_call(ward: Ward, terminal: Terminal) -> None:
    sit_down(ward, terminal, (40, 12))
    with ward.stands_still():
        press(terminal, "512")
        terminal.until("お待ちください。")
    terminal.until("●   ●   〇  〇")
    assert "資格の確認だけに使います。" in terminal.text
    press(terminal, "34決")
    terminal.until("カードを読み取り機に置いてください")
    ward.lay("taro")
    terminal.until("3割")
    assert terminal.text.startswith("模擬")
    ward.take()
    terminal.until("ありがとうございました")
    terminal.until("受付できます")
    assert is_clean(terminal)
    press(terminal, "再助2")
    terminal.until("職員を呼んで")
    assert is_clean(terminal)
    assert ward.states() == [ANSWERED]


@pytest.mark.soak
def test_a_practitioner_of_78_notes_a_card_while_the_line_is_down(
    ward: Ward, terminal: Terminal
) -> None:
    sit_down(ward, terminal, (32, 9))
    ward.clinic.simulator("offline")
    press(terminal, f"助0{CODE}決")
    terminal.until("設定メニュー")
    press(terminal, "34")
    terminal.until("往療で。")
    press(terminal, "52" + TARO + BORN + "1決決")
    terminal.until("フリガナ ヤマダタロウ")
    assert "昭和55年4月12日" in terminal.text
    press(terminal, "1")
    terminal.until("確認待ちです。")
    assert "3割" not in terminal.text
    assert ward.states() == [QUEUED]
    ward.clinic.simulator("online")
    wait_until(lambda: ward.states() == [ANSWERED])
    press(terminal, "戻" * 4)
    terminal.until("受付できます")
    assert ward.asked() == 1
    assert is_clean(terminal)


@pytest.mark.soak
def test_a_blind_acupuncturist_types_a_certificate_and_hears_the_answer(
    ward: Ward, blind: Blind
) -> None:
    blind.hears("受付できます。")
    with_private_words(blind)
    blind.press("戻")
    blind.hears("ナナ、手入力での確認。")
    blind.press("7")
    blind.hears("イチ、資格確認書などの番号。")
    blind.press("1")
    blind.hears("保険者番号。")
    blind.press("06139992決")
    blind.hears("記号。")
    blind.press("1決2決3決4決")
    blind.hears("イチニ、サンヨン。")
    blind.press("決")
    blind.hears("番号。")
    blind.press("5678決")
    blind.hears("えだばん。")
    blind.press("00決")
    blind.hears("生年月日。")
    blind.press(BORN)
    assert "ゼロロク" in blind.hears("保険者番号。")
    blind.hears("これでよければイチ、直すならニ。")
    blind.press("1")
    assert blind.hears("ヤマダタロウサマ。").startswith("〔私〕")
    assert ward.states() == [ANSWERED]


@pytest.mark.soak
def test_a_technician_sees_the_box_and_nobody(ward: Ward, terminal: Terminal) -> None:
    clinic = ward.clinic
    given = ("--role", "technician", "--label", "保守", "--passcode-fd", "0")
    done = with_secret(clinic, UPKEEP, "setup", "passcode", "set", *given)
    assert done.status == 0, done.err
    staff = ward.visitor(claims=False)
    staff.log_in(CODE)
    assert staff.query("by_hand", presentation=TYPED)["outcome"] == "answered"
    secret = clinic.dir.with_name("words")
    secret.write_text(UPKEEP + "\n", "utf-8")
    command: list[str | Path] = [
        KIOSK,
        "--config",
        clinic.config,
        "technician",
        "--passcode-fd",
        "3",
    ]
    before = f"export TMPDIR={clinic.temp}; exec 3<{secret}"
    terminal.begin(before, command, (80, 24))
    terminal.until("点検")
    for choice in "123":
        press(terminal, choice + "再")
        assert is_clean(terminal)
        press(terminal, "戻")
    terminal.signal(signal.SIGTERM)
    terminal.until("ended with 0")
    assert is_clean(terminal)
